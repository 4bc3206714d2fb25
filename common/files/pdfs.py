"""Looks whether a file is a PDF that a reader can open.

What a PDF does when it is opened (scripts, forms) is for the reader's own program: the site never opens it, and
hands it out as an attachment in a sandbox (website/files/serving_views.py).
"""

import re
from typing import BinaryIO

from common.files.rejecting import Reason, Rejected

_TAIL = 2048
_TRAILER = 1024 * 1024
_START = re.compile(rb"%PDF-[12]\.\d")
_END = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s*$")
_CROSS_REFERENCE = re.compile(rb"\s{0,8}(?:xref\b|\d{1,10}\s+\d{1,5}\s+obj\b)")
_TRAILER_END = re.compile(rb"startxref|\bstream\b")


def check_pdf(stream: BinaryIO, size: int) -> None:
    """Refuse what is no whole PDF (BROKEN) or one that is encrypted (LOCKED).

    The header must be the first bytes and the end the last ones, so that nothing is hung before or behind it.
    Encrypted files are refused because nobody can check or keep them for long: PDF/A (ISO 19005-1, 6.1.3) forbids it.
    """
    stream.seek(0)
    if not _START.match(stream.read(16)):
        raise Rejected(Reason.BROKEN)
    stream.seek(max(0, size - _TAIL))
    end = _END.search(stream.read(_TAIL).rstrip(b"\0"))
    if end is None or not 0 < int(end.group(1)) < size:
        raise Rejected(Reason.BROKEN)
    stream.seek(int(end.group(1)))
    section = stream.read(_TRAILER)
    if not _CROSS_REFERENCE.match(section):
        raise Rejected(Reason.BROKEN)
    stop = _TRAILER_END.search(section)
    if b"/Encrypt" in section[: stop.start() if stop else None]:
        raise Rejected(Reason.LOCKED)
