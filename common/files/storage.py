"""Keeps the content of files by its SHA-256: in a folder, or in S3. What is in the database says what they are.

A content is written whole or not at all, and before the rows that name it: a crash in between leaves a content
without a row, which `flask files clean` takes away, and never a row without its content.
"""

import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qsl, urlsplit

import fsspec
from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from common.clock import now
from common.files.models import Attachment, StoredFile

DAYS_KEPT = 30
"""Days that a removed file can be put back; after that it goes (content/pages/privacy.*.md)."""
HOURS_OF_A_LEFTOVER = 24
"""A content without a row may belong to an upload that is not finished, until it is so old."""
PIECE = 64 * 1024
_HASH = re.compile(r"[0-9a-f]{64}")
_PART = ".part-"
S3_PATIENCE = {"connect_timeout": 3, "read_timeout": 15, "retries": {"max_attempts": 2}}
"""Seconds; a visitor waits no longer for a storage that does not answer."""


class StorageDown(Exception):
    """The storage does not answer or refuses; nothing was changed (503)."""


class WrongAddress(ValueError):
    """The setting STORAGE_URL names no storage that this site knows."""


@dataclass(frozen=True)
class Kept:
    """A content as the storage lists it."""

    path: str
    sha256: str
    changed_at: datetime


class Storage:
    """Contents under one folder or prefix, in two levels of folders: `ab/cd/abcd...`."""

    def __init__(self, filesystem: Any, root: str, *, is_folder: bool) -> None:
        self._files, self._root, self._is_folder = filesystem, root.rstrip("/"), is_folder

    def path(self, sha256: str) -> str:
        """Return where the content with this hash stands. Raises ValueError for what is no hash."""
        if not _HASH.fullmatch(sha256):
            raise ValueError("not a SHA-256")
        return f"{self._root}/{sha256[:2]}/{sha256[2:4]}/{sha256}"

    def keep(self, content: BinaryIO, sha256: str) -> None:
        """Write a content, whole or not at all. The same content again only makes it young. Raises StorageDown."""
        path = self.path(sha256)
        content.seek(0)
        with _or_down():
            if self._is_folder:
                self._write_and_rename(content, path)
            else:
                self._put_at_once(content, path)

    def _write_and_rename(self, content: BinaryIO, path: str) -> None:
        part = f"{path.rpartition('/')[0]}/{_PART}{secrets.token_hex(8)}"
        self._files.makedirs(part.rpartition("/")[0], exist_ok=True)
        try:
            with self._files.open(part, "wb") as target:
                _copy(content, target)
                target.flush()
                os.fsync(target.fileno())
            Path(part).replace(path)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise

    def _put_at_once(self, content: BinaryIO, path: str) -> None:
        with tempfile.NamedTemporaryFile() as copy:  # an upload below 50 MB goes out as one PUT
            _copy(content, copy)
            copy.flush()
            self._files.put_file(copy.name, path)

    def open(self, sha256: str) -> BinaryIO:
        """Open a content for reading. Raises FileNotFoundError where it is not, StorageDown."""
        path = self.path(sha256)
        with _or_down(FileNotFoundError):
            return cast(BinaryIO, self._files.open(path, "rb", block_size=1024 * 1024))

    def remove(self, sha256: str) -> None:
        """Take a content away; it may be gone already. Raises StorageDown."""
        path = self.path(sha256)
        with _or_down():
            if self._files.exists(path):
                self._files.rm_file(path)

    def contents(self) -> Iterator[Kept]:
        """List all that is kept, half-written parts included (with an empty hash). Raises StorageDown."""
        with _or_down():
            self._files.invalidate_cache()
            found = self._files.find(self._root, detail=True) if self._files.exists(self._root) else {}
        for path, details in found.items():
            name = path.rpartition("/")[2]
            sha256 = name if _HASH.fullmatch(name) else ""
            if sha256 or name.startswith(_PART):
                yield Kept(path, sha256, _moment(details))

    def remove_old(self, kept: Kept, before: datetime) -> bool:
        """Take away what was listed, unless somebody made it young meanwhile. Raises StorageDown."""
        with _or_down():
            self._files.invalidate_cache()
            if not self._files.exists(kept.path) or _moment(self._files.info(kept.path)) >= before:
                return False
            self._files.rm_file(kept.path)
        return True


@contextmanager
def _or_down(*passed_on: type[Exception]) -> Iterator[None]:
    try:
        yield
    except passed_on:
        raise
    except Exception as error:  # every kind of storage has its own errors, and to a visitor all mean the same
        raise StorageDown(str(error)) from error


def _copy(source: BinaryIO, target: Any) -> None:
    while piece := source.read(PIECE):
        target.write(piece)


def _moment(details: dict[str, Any]) -> datetime:
    changed = details.get("mtime") or details.get("LastModified")
    return changed if isinstance(changed, datetime) else datetime.fromtimestamp(float(changed or 0), UTC)


def open_storage(url: str, folder: Path) -> Storage:
    """Return the storage that STORAGE_URL names: empty for `folder`, `file:///path`, or `s3://bucket/prefix?...`.

    For S3, `endpoint_url` and `region` may stand behind the question mark; the key comes from the environment
    (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY). Nothing is contacted yet. Raises WrongAddress.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    if not url or parts.scheme == "file":
        root = parts.path if url else str(folder)
        Path(root).mkdir(parents=True, exist_ok=True, mode=0o700)
        return Storage(fsspec.filesystem("file"), root, is_folder=True)
    if parts.scheme != "s3" or not parts.netloc or set(options) - {"endpoint_url", "region"}:
        raise WrongAddress(url.partition("?")[0])
    try:
        filesystem = fsspec.filesystem(
            "s3",
            endpoint_url=options.get("endpoint_url"),
            client_kwargs={"region_name": options["region"]} if "region" in options else {},
            config_kwargs=S3_PATIENCE,
            use_listings_cache=False,
        )
    except ImportError as error:
        raise WrongAddress("s3:// needs the package s3fs (requirements-scale.txt)") from error
    return Storage(filesystem, f"{parts.netloc}{parts.path}", is_folder=False)


def remove_unused(session: Session) -> int:
    """Drop the rows of files that were removed longer than DAYS_KEPT ago, and of contents that nothing names.

    Returns how many rows went. The caller commits, and then calls `clean` for the contents themselves.
    """
    oldest = now() - timedelta(days=DAYS_KEPT)
    removed = session.execute(delete(Attachment).where(Attachment.removed_at < oldest))
    unnamed = session.execute(
        delete(StoredFile).where(~exists(select(Attachment.id).where(Attachment.sha256 == StoredFile.sha256)))
    )
    return int(getattr(removed, "rowcount", 0)) + int(getattr(unnamed, "rowcount", 0))


def clean(session: Session, storage: Storage) -> int:
    """Take away contents without a row, and parts of writes that broke off, older than a day. Returns how many."""
    before = datetime.now(UTC) - timedelta(hours=HOURS_OF_A_LEFTOVER)  # the storage's clock, not a test's
    known = set(session.scalars(select(StoredFile.sha256)))
    return sum(
        storage.remove_old(kept, before)
        for kept in storage.contents()
        if kept.sha256 not in known and kept.changed_at < before
    )
