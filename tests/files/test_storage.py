"""The folder in which contents are kept: whole or not at all, and what is left over goes."""

import io
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.clock import now
from common.files.models import Attachment, StoredFile
from common.files.storage import Storage, StorageDown, WrongAddress, clean, open_storage, remove_unused
from tests.files.factories import add_document
from tests.sites import make_site
from website.config import CannotStart

HASH = "ab" * 32
YESTERDAY = 25 * 60 * 60


class Breaking(io.BytesIO):
    """A source that fails in the middle."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 100_000:
            raise OSError("the line broke")
        return super().read(size)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def storage(folder: Path) -> Storage:
    return open_storage("", folder)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def age(path: Path) -> None:
    os.utime(path, (time.time() - YESTERDAY,) * 2)


def test_a_content_stands_under_its_hash_in_two_levels(storage: Storage, folder: Path) -> None:
    storage.keep(io.BytesIO(b"inhoud"), HASH)
    assert files_in(folder) == [folder / "ab" / "ab" / HASH]
    assert storage.open(HASH).read() == b"inhoud"
    assert folder.stat().st_mode & 0o077 == 0


def test_a_write_that_breaks_off_leaves_nothing(storage: Storage, folder: Path) -> None:
    with pytest.raises(StorageDown):
        storage.keep(Breaking(b"a" * 500_000), HASH)
    assert files_in(folder) == []


def test_a_name_that_is_no_hash_reaches_no_file(storage: Storage) -> None:
    for name in ("../../secrets.json", "", "AB" * 32, HASH + "/..", "/etc/passwd"):
        with pytest.raises(ValueError, match="SHA-256"):
            storage.open(name)


def test_a_full_or_closed_folder_is_a_storage_that_is_down(storage: Storage, folder: Path) -> None:
    (folder / "ab").write_text("a file stands where a folder must come")
    with pytest.raises(StorageDown):
        storage.keep(io.BytesIO(b"inhoud"), HASH)


def test_cleaning_takes_what_is_old_and_unnamed_and_nothing_else(
    app: Flask, session: Session, data_folder: Path
) -> None:
    files = data_folder / "files"
    add_document(app, session)
    session.commit()
    (named,) = files_in(files)
    storage = open_storage("", files)
    old, young, part = (storage.path(letter * 64) for letter in "abc")
    part = part.replace("c" * 64, ".part-1234")
    for path in (old, young, part):
        Path(path).parent.mkdir(parents=True)
        Path(path).write_bytes(b"rest")
    for path in (named, Path(old), Path(part)):
        age(path)
    result = app.test_cli_runner().invoke(args=["files", "clean"])
    assert result.output == "2 resten opgeruimd.\n"
    assert sorted(files_in(files)) == sorted([named, Path(young)])


def test_a_content_that_comes_again_is_young_again(storage: Storage, folder: Path, session: Session) -> None:
    storage.keep(io.BytesIO(b"inhoud"), HASH)
    age(folder / "ab" / "ab" / HASH)
    storage.keep(io.BytesIO(b"inhoud"), HASH)
    assert clean(session, storage) == 0


def test_checking_names_what_is_gone_and_what_changed(app: Flask, session: Session, data_folder: Path) -> None:
    document = add_document(app, session)
    session.commit()
    runner = app.test_cli_runner()
    assert runner.invoke(args=["files", "check"]).output == "1 van 1 bestanden zijn heel.\n"
    (path,) = files_in(data_folder / "files")
    path.write_bytes(b"iets anders")
    changed = runner.invoke(args=["files", "check"])
    assert (changed.exit_code, changed.output.split("\n")[0]) == (1, f"veranderd: {document.sha256}")
    path.unlink()
    assert f"weg: {document.sha256}" in runner.invoke(args=["files", "check"]).output


def test_after_thirty_days_a_removed_file_goes_with_its_content(
    app: Flask, session: Session, data_folder: Path
) -> None:
    old, young = add_document(app, session), add_document(app, session, "vb002")
    old.removed_at, young.removed_at = now() - timedelta(days=31), now() - timedelta(days=29)
    session.flush()
    assert remove_unused(session) == 1  # the content stays, for the other names it
    young.removed_at = now() - timedelta(days=31)
    session.flush()
    assert remove_unused(session) == 2
    session.commit()
    assert session.scalar(select(func.count(Attachment.id))) == 0
    assert session.scalar(select(func.count(StoredFile.sha256))) == 0
    session.rollback()
    (path,) = files_in(data_folder / "files")
    age(path)
    app.test_cli_runner().invoke(args=["files", "clean"])
    assert files_in(data_folder / "files") == []


@pytest.mark.parametrize("url", ["ftp://a/b", "s3://", "s3://bucket/a?key=geheim", "gs://bucket"])
def test_a_storage_that_the_site_does_not_know_stops_it_at_its_start(data_folder: Path, url: str) -> None:
    with pytest.raises(WrongAddress):
        open_storage(url, data_folder)
    with pytest.raises(CannotStart, match="STORAGE_URL") as stopped:
        make_site(data_folder, settings={"storage_url": url})
    assert "geheim" not in str(stopped.value)
