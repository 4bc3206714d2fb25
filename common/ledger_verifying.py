"""Walks the whole ledger, a thousand entries at a time, and names the first number that does not fit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session

from common.ledger_hashing import GENESIS, carried_fingerprint, content_hash, entry_hash, sha256
from common.ledger_tables import LedgerEntry, LedgerFingerprint

AT_A_TIME = 1000
"""Entries in memory at once."""


class Point(Protocol):
    """How long the ledger was at some moment, and the hash of its newest entry then: a checkpoint."""

    @property
    def size(self) -> int:
        """The number of entries."""

    @property
    def head(self) -> str:
        """The hash of the newest of them."""


@dataclass(frozen=True)
class Walk:
    """What a walk over the ledger found."""

    size: int
    """Entries that fit, from the first on."""
    head: str
    """The hash of the newest of them."""
    broken: int | None
    """The number of the first entry that does not fit the chain."""
    misfits: tuple[Point, ...]
    """Points that the ledger does not go through: the tail was cut off, or all was written anew."""
    mislaid: int | None = None
    """The first entry whose fingerprint is not kept to be found as the entry has it: missing, another or made up."""

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return self.broken is None and self.mislaid is None and not self.misfits


def walk(session: Session, points: Sequence[Point] = ()) -> Walk:
    """Check every entry against the one before it, and the ledger against points that it must go through."""
    size, previous, broken = 0, GENESIS, None
    mislaid = _without_entry(session)
    wanted = {point.size for point in points}
    seen = {0: GENESIS}
    for row in _entries(session):
        if not _fits(row, size + 1, previous):
            broken = size + 1
            break
        size, previous = size + 1, row.hash
        if mislaid is None and not _is_found(row):
            mislaid = size
        if size in wanted:
            seen[size] = previous
    misfits = tuple(point for point in points if seen.get(point.size) != point.head)
    return Walk(size, previous, broken, misfits, mislaid)


def first_broken(session: Session) -> int | None:
    """Return the number of the first entry that does not fit the chain, or None when all is well."""
    return walk(session).broken


def _entries(session: Session) -> Iterator[Row[Any]]:
    table, mark = LedgerEntry.__table__, LedgerFingerprint.__table__
    found = mark.c.fingerprint.label("found"), mark.c.subject.label("found_subject")
    query = select(table, *found).outerjoin(mark, mark.c.seq == table.c.seq).order_by(table.c.seq)
    yield from session.execute(query.execution_options(yield_per=AT_A_TIME))


def _fits(row: Row[Any], number: int, previous: str) -> bool:
    return (
        row.seq == number
        and row.previous_hash == previous
        and row.payload_hash == sha256(row.payload)
        and row.content_hash in {None, content_hash(row)}
        and row.hash == entry_hash(row)
    )


def _is_found(row: Row[Any]) -> bool:
    """Say whether an entry is found by the fingerprint that it carries, and by no other."""
    carried = carried_fingerprint(row.payload)
    return (row.found, row.found_subject) == ((carried, row.subject) if carried else (None, None))


def _without_entry(session: Session) -> int | None:
    """Return the first number under which a fingerprint is kept of which there is no entry."""
    ours = exists().where(LedgerEntry.seq == LedgerFingerprint.seq)
    number: int | None = session.scalar(select(func.min(LedgerFingerprint.seq)).where(~ours))
    return number
