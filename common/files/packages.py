"""Reads a zip package with limits: by its own count of what comes out, and never by what the package says of itself."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from common.files.rejecting import Reason, Rejected

MOST_ENTRIES = 2000
LARGEST_DIRECTORY = 400_000
"""Bytes of the list of contents; zipfile reads it whole."""
MOST_UNPACKED = 100 * 1024 * 1024
"""Bytes that all entries together may unpack to, packages inside the package included."""
HIGHEST_RATIO = 150
"""A picture or another part may unpack to so many times its own size. XML may do so without end: cells that are all
alike pack a thousand to one, and the budget bounds what reading them costs."""
FREE_OF_RATIO = 1024 * 1024
"""Up to so many bytes the ratio says nothing: small files of blanks pack well."""
PIECE = 64 * 1024
_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED, _SIZES_BEHIND = 0x1, 0x8


@dataclass
class Budget:
    """What may still be unpacked and parsed of one upload."""

    unpacked: int = MOST_UNPACKED
    entries: int = MOST_ENTRIES
    elements: int = 2_000_000
    """XML elements of all parts together."""

    def spend(self, count: int) -> None:
        """Take off `count` unpacked bytes. Raises Rejected when there are no more."""
        self.unpacked -= count
        if self.unpacked < 0:
            raise Rejected(Reason.TOO_MUCH_INSIDE)


@dataclass(frozen=True)
class Entry:
    """One file in a package, where its packed bytes stand, and what the package says of it."""

    name: str
    start: int
    packed: int
    unpacked: int
    method: int
    checksum: int


class Package:
    """A zip package, seen through its list of contents; every reading counts."""

    def __init__(self, stream: BinaryIO, size: int, budget: Budget) -> None:
        """Read the list of contents. Raises Rejected for one that is too long, or not what a program would write."""
        self._stream, self._budget = stream, budget
        _check_end(stream, size)
        try:
            with zipfile.ZipFile(stream) as directory:
                listed = directory.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, UnicodeError) as error:
            raise Rejected(Reason.BROKEN) from error
        budget.entries -= len(listed)
        if budget.entries < 0:
            raise Rejected(Reason.TOO_MUCH_INSIDE)
        self.entries = self._located(sorted(listed, key=lambda info: info.header_offset))
        self._by_name = {entry.name: entry for entry in self.entries}

    def _located(self, listed: list[zipfile.ZipInfo]) -> list[Entry]:
        """Return the entries in the order of the file; they touch nothing of each other, and the first begins it."""
        found: list[Entry] = []
        seen: set[str] = set()
        free = 0
        for info in listed:
            if info.flag_bits & _ENCRYPTED:
                raise Rejected(Reason.LOCKED)
            entry = self._entry(info)
            begins_well = info.header_offset == 0 if not found else info.header_offset >= free
            if not begins_well or not _is_plain_name(entry.name) or entry.name.lower() in seen:
                raise Rejected(Reason.BROKEN)
            seen.add(entry.name.lower())
            free = entry.start + entry.packed
            found.append(entry)
        return found

    def _entry(self, info: zipfile.ZipInfo) -> Entry:
        self._stream.seek(info.header_offset)
        head = self._stream.read(_LOCAL.size)
        if len(head) < _LOCAL.size or info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise Rejected(Reason.BROKEN)
        mark, _, flags, method, _, _, _, packed, unpacked, name_length, extra_length = _LOCAL.unpack(head)
        name = self._stream.read(name_length)
        encoding = "utf-8" if flags & 0x800 else "cp437"
        sizes_differ = not flags & _SIZES_BEHIND and (packed, unpacked) != (info.compress_size, info.file_size)
        if (
            mark != b"PK\x03\x04"
            or method != info.compress_type
            or name.decode(encoding, "replace") != info.orig_filename
            or sizes_differ
        ):
            raise Rejected(Reason.BROKEN)  # two stories about one entry: programs would each believe another
        start = info.header_offset + _LOCAL.size + name_length + extra_length
        return Entry(info.orig_filename, start, info.compress_size, info.file_size, method, info.CRC)

    def find(self, name: str) -> Entry | None:
        """Return the entry with this name."""
        return self._by_name.get(name)

    def pieces(self, entry: Entry, *, highest_ratio: int | None = None) -> Iterator[bytes]:
        """Unpack an entry, piece by piece. Raises Rejected when it is more, less or other than the package says."""
        most = max(FREE_OF_RATIO, entry.packed * highest_ratio) if highest_ratio else MOST_UNPACKED
        total, checksum = 0, 0
        for piece in self._unpacked(entry):
            total += len(piece)
            self._budget.spend(len(piece))
            if total > most:
                raise Rejected(Reason.TOO_MUCH_INSIDE)
            if total > entry.unpacked:
                raise Rejected(Reason.BROKEN)
            checksum = zlib.crc32(piece, checksum)
            yield piece
        if total != entry.unpacked or checksum != entry.checksum:
            raise Rejected(Reason.BROKEN)

    def _unpacked(self, entry: Entry) -> Iterator[bytes]:
        stored = entry.method == zipfile.ZIP_STORED
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        position, left = entry.start, entry.packed
        while left:
            self._stream.seek(position)  # somebody may have read elsewhere between two pieces
            packed = self._stream.read(min(PIECE, left))
            if not packed or (not stored and unpacker.eof):
                raise Rejected(Reason.BROKEN)
            position, left = position + len(packed), left - len(packed)
            if stored:
                yield packed
                continue
            try:
                while packed:
                    yield unpacker.decompress(packed, PIECE)
                    packed = unpacker.unconsumed_tail
            except zlib.error as error:
                raise Rejected(Reason.BROKEN) from error
        if not stored:
            yield unpacker.flush()
            if not unpacker.eof or unpacker.unused_data:
                raise Rejected(Reason.BROKEN)


def _check_end(stream: BinaryIO, size: int) -> None:
    """Ask the end of the file how long the list of contents is, before anything reads it.

    No comment, no zip64, no parts on other disks: no office writes those in a file of this size.
    """
    stream.seek(max(0, size - _END.size - 20))
    tail = stream.read()
    if len(tail) < _END.size:
        raise Rejected(Reason.BROKEN)
    mark, disk, first_disk, here, entries, length, _offset, comment = _END.unpack(tail[-_END.size :])
    if mark != b"PK\x05\x06" or disk or first_disk or comment or here != entries or tail[:4] == b"PK\x06\x07":
        raise Rejected(Reason.BROKEN)
    if entries > MOST_ENTRIES or length > LARGEST_DIRECTORY:
        raise Rejected(Reason.TOO_MUCH_INSIDE)


def _is_plain_name(name: str) -> bool:
    """Say whether this is a path inside the package: not absolute, not upwards, in no other system's spelling."""
    parts = name.removesuffix("/").split("/")
    return bool(name) and not any(part in {"", ".", ".."} for part in parts) and not set(name) & set("\\:\0")
