"""Fingerprints: the SHA-256 by which anybody can tell whether what he holds is what the register published."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from common.ledger_hashing import canonical_json, carried_fingerprint, sha256
from common.ledger_opening import was_opened
from common.ledger_tables import LedgerEntry, LedgerFingerprint


def fingerprint(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical JSON of what is public; of a file with exactly that text it is the same.

    Put it in the payload of the ledger entry under "fingerprint", and in the column of that name where there is one.
    """
    return sha256(canonical_json(content))


@dataclass(frozen=True)
class Carried:
    """An entry of the ledger that carries a fingerprint."""

    seq: int
    subject: str
    event: str
    recorded_at: datetime
    fingerprint: str
    opened: bool
    """Whether the public log shows it: it is about something that was public from that moment on."""


@dataclass(frozen=True)
class Found:
    """What the ledger says about a fingerprint."""

    carried: Carried
    """Since when: the first entry of the last time that it held."""
    newer: Carried | None
    """The public version that took its place."""


def find_fingerprint(session: Session, wanted: str, *, receipts: Collection[str]) -> Found | None:
    """Say what the ledger holds of a fingerprint; None where nothing that was ever public carries it.

    Of what is not public an entry whose event is in `receipts` counts: who holds it handed it in.
    """
    subjects = select(LedgerFingerprint.subject).where(LedgerFingerprint.fingerprint == wanted)
    entries = [
        one
        for one in _carrying(session, subjects)
        if one.opened or (one.event in receipts and one.fingerprint == wanted)
    ]
    public = [one for one in entries if one.opened]
    own = [number for number, one in enumerate(public) if one.fingerprint == wanted]
    if not own:
        handed_in = [one for one in entries if one.fingerprint == wanted]
        later = [one for one in public if handed_in and one.seq > handed_in[-1].seq]
        return Found(handed_in[-1], later[0] if later else None) if handed_in else None
    last = first = own[-1]
    while first and public[first - 1].fingerprint == wanted:
        first -= 1
    return Found(public[first], public[last + 1] if last + 1 < len(public) else None)


def _carrying(session: Session, subjects: Select[Any]) -> list[Carried]:
    rows = session.execute(
        select(LedgerFingerprint, LedgerEntry)
        .join(LedgerEntry, LedgerEntry.seq == LedgerFingerprint.seq)
        .where(LedgerFingerprint.subject.in_(subjects))
        .order_by(LedgerFingerprint.seq)
    ).all()
    return [
        Carried(entry.seq, entry.subject, entry.event, entry.recorded_at, mark.fingerprint, was_opened(entry))
        for mark, entry in rows
        # A row that the entry itself does not bear out was put there by another hand: it proves nothing.
        if (mark.fingerprint, mark.subject) == (carried_fingerprint(entry.payload), entry.subject)
    ]
