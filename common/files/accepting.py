"""Says what a file is by its content, checks it, and makes it ready to be kept. Its name counts for nothing."""

import hashlib
import io
import re
import unicodedata
from dataclasses import dataclass
from typing import BinaryIO, cast

import puremagic

from common.files.office import OFFICE_OPEN, OPEN_DOCUMENT, check_office
from common.files.pdfs import check_pdf
from common.files.pictures import remake_picture
from common.files.rejecting import LARGEST, Reason, Rejected

PICTURES = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}
PDF = "application/pdf"
EXTENSIONS = {PDF: ".pdf", **OPEN_DOCUMENT, **OFFICE_OPEN, **PICTURES}
"""Every media type that may come in, with the end of its name."""
LONGEST_NAME = 100
_HEAD = 4096
_PIECE = 256 * 1024
_OTHER_ENDS = {".jpeg", ".jpe", ".jfif"}


@dataclass(frozen=True)
class Accepted:
    """A file that was checked: its content as it will be kept, and what it is."""

    content: BinaryIO
    sha256: str
    size: int
    media_type: str
    width: int | None = None
    height: int | None = None

    @property
    def is_picture(self) -> bool:
        """Whether a page may show it."""
        return self.media_type in PICTURES


def accept(stream: BinaryIO) -> Accepted:
    """Check an upload, whatever it calls itself. Raises Rejected.

    Reads the stream several times and never keeps it whole in memory, but for a picture's pixels.
    """
    size = stream.seek(0, io.SEEK_END)
    if size == 0:
        raise Rejected(Reason.EMPTY)
    if size > LARGEST:
        raise Rejected(Reason.TOO_LARGE)
    stream.seek(0)
    signature = _signature(stream.read(_HEAD))
    if signature in PICTURES:
        picture = remake_picture(stream, signature)
        return _accepted(cast(BinaryIO, picture.content), signature, picture.width, picture.height)
    if signature == PDF:
        check_pdf(stream, size)
        return _accepted(stream, PDF)
    return _accepted(stream, check_office(stream, size))


def _signature(head: bytes) -> str:
    """Return the picture type or PDF that the first bytes announce, or "zip". Raises Rejected for all else."""
    try:
        found = {match.mime_type for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError, IndexError) as error:
        raise Rejected(Reason.UNKNOWN) from error
    if "application/msword" in found:  # the container of old offices, and of new ones with a password
        raise Rejected(Reason.OLD_OFFICE)
    for known in (PDF, *PICTURES):
        if known in found:
            return known
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    raise Rejected(Reason.UNKNOWN)


def _accepted(content: BinaryIO, media_type: str, width: int | None = None, height: int | None = None) -> Accepted:
    digest, size = hashlib.sha256(), 0
    content.seek(0)
    while piece := content.read(_PIECE):
        digest.update(piece)
        size += len(piece)
    if size > LARGEST:  # a picture can grow when it is made anew
        raise Rejected(Reason.TOO_LARGE)
    content.seek(0)
    return Accepted(content, digest.hexdigest(), size, media_type, width, height)


def _is_left_out(char: str) -> bool:
    """Say whether no name may hold this: control and direction characters, and what a folder of Windows refuses."""
    return unicodedata.category(char)[0] in "CZ" or char in '<>:"|?*'


def clean_name(name: str, media_type: str) -> str:
    """Return the file's name without path, control or direction characters, ending as its content does."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(char for char in last if char == " " or not _is_left_out(char))
    stem, dot, end = shown.rpartition(".")
    known = f".{end.lower()}" in {*EXTENSIONS.values(), *_OTHER_ENDS} or len(end) <= 4
    stem = stem if dot and stem and known else shown
    stem = stem.removesuffix(EXTENSIONS[media_type])  # of "plan.pdf.exe"
    return (stem.strip(" .")[:LONGEST_NAME].rstrip(" .") or "bestand") + EXTENSIONS[media_type]
