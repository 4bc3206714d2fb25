"""Says of a fingerprint or a file whether it is what the site shows, what it showed before, or unknown."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Final

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.files.models import Attachment
from common.fingerprints import Found, find_fingerprint, fingerprint
from website.checking_names import named
from website.files.access import is_open_to_all
from website.standing import standing

SHAPE: Final = re.compile(r"[0-9a-f]{64}")
LARGEST_JSON: Final = 2_000_000
"""Bytes of a file that is also read as JSON."""
PIECE: Final = 64 * 1024
RECEIPTS: Final = {"report.submitted", "signature.signed"}
"""Events of which the fingerprint is on a receipt: who holds it is told that it came in, public or not."""


@dataclass(frozen=True)
class Checked:
    """What is known of a fingerprint."""

    state: str
    """unchanged, changed, gone, differs, received or unknown."""
    title: str = ""
    link: str = ""
    """The page that shows it, or its newer version."""
    entry: int | None = None
    """The number of the ledger's entry; a file has none that is public."""
    subject: str = ""
    """As the ledger names it, where there is more to read about it at /wijzigingen."""
    since: datetime | None = None
    until: datetime | None = None


def tidied(written: str) -> str:
    """Return a fingerprint as it was typed or pasted without spaces, in small letters."""
    return "".join(written.split()).lower()


def check(session: Session, wanted: str) -> Checked:
    """Say what is known of a fingerprint. A draft, and whatever else is not public, is unknown."""
    found = find_fingerprint(session, wanted, receipts=RECEIPTS)
    if found is None:
        return _file(session, wanted) or Checked("unknown")
    own, newer = found.carried, found.newer
    state = _state(session, wanted, found) if own.opened else "received"
    title, link = named(session, own.subject)
    if not own.opened and not newer:
        link = ""
    subject = own.subject if own.opened else ""
    return Checked(state, title, link, own.seq, subject, own.recorded_at, newer.recorded_at if newer else None)


def _state(session: Session, wanted: str, found: Found) -> str:
    """Lay what the ledger says of a public version beside what the site itself says now."""
    now = {one.fingerprint for one in standing(session, found.carried.subject) if one.holds}
    if not now:
        return "gone"
    if found.newer:
        return "differs" if wanted in now else "changed"
    return "unchanged" if wanted in now else "differs"


def _file(session: Session, wanted: str) -> Checked | None:
    query = select(Attachment).where(Attachment.sha256 == wanted, Attachment.removed_at.is_(None))
    for one in session.scalars(query.order_by(Attachment.added_at)):
        if is_open_to_all(session, one):
            link = url_for("files.send", attachment_id=one.id, name=one.name)
            return Checked("unchanged", one.name, link, since=one.added_at)
    return None


def without_mark(begin: bytes) -> str:
    """Say of which of the site's own files that have no fingerprint this is one, by how it begins; "" of none."""
    text = begin[:4000].decode("utf-8", errors="replace").lstrip("\ufeff").lstrip()
    if text.startswith("{") and all(f'"{name}":' in text for name in ("content_hash", "previous_hash", "seq")):
        return "grootboek"
    if text.startswith("{") and '"checkpoints":[' in text.replace(" ", ""):
        return "controlepunten"
    return "tabel" if begin.startswith(b"\xef\xbb\xbf") and ";" in text.partition("\n")[0] else ""


def marks_of(file: BinaryIO) -> Iterator[tuple[str, str]]:
    """Give the fingerprints that a file may be known by, each with how it was found; the file is kept nowhere.

    Of an empty file there is none. "bestand": of the file itself, or what it is where this site keeps no fingerprint of
    such files (`without_mark`). "inhoud": of the same JSON in another layout. "ontvangst": the one that stands in it.
    """
    digest, begin, size, first = hashlib.sha256(), b"", 0, b""
    while piece := file.read(PIECE):
        digest.update(piece)
        size += len(piece)
        first = first or piece
        begin = begin + piece if size <= LARGEST_JSON else b""
    if not size:
        return
    yield digest.hexdigest(), without_mark(first) or "bestand"
    try:
        told = json.loads(begin.decode("utf-8-sig"))
        if isinstance(told, dict):
            yield fingerprint(told), "inhoud"
            named = told.get("fingerprint")
            if isinstance(named, str) and SHAPE.fullmatch(tidied(named)):
                yield tidied(named), "ontvangst"
    except (ValueError, RecursionError):
        return
