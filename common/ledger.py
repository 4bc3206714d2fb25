"""The append-only record of every change: a hash chain, written in the transaction of the change.

It promises that no change goes unseen. It does not prove that an answer is true.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from common.clock import now
from common.database import LEDGER_LOCK
from common.ledger_hashing import GENESIS, canonical_json, content_hash, entry_hash, sha256
from common.ledger_opening import OPEN, is_open, sealed
from common.ledger_tables import LedgerCheckpoint, LedgerEntry, LedgerFingerprint, LedgerSalt
from common.ledger_verifying import first_broken

__all__ = [
    "DRAFT_VERBS", "GENESIS", "PRIVATE_NOUNS", "SYSTEM", "Actor", "LedgerCheckpoint", "LedgerEntry",
    "LedgerFingerprint", "LedgerSalt", "belongs_to", "canonical_json", "entry_hash", "first_broken", "forget_person",
    "head_number", "lock", "public_head", "record", "record_all", "sha256",
]  # fmt: skip
# Verbs of events that touch a draft only: no public page changes by them. What the public log shows never does.
DRAFT_VERBS = {"started", "saved"}
# Nouns of people, of what reaches them and of what they say to each other: nothing of them is ever on a public page.
PRIVATE_NOUNS = {
    "account", "session", "invitation", "membership", "staff", "mail", "file", "task", "answer_link", "comment",
    "vote", "proposal", "search", "links", "review",
}  # fmt: skip
REASONS = ("reason", "ended_reason")
"""Free text, which may name somebody: wherever a caller puts it, the ledger has its salted hash and no more."""


@dataclass(frozen=True)
class Actor:
    """Who did it, as the ledger needs it: the role is public, the person is not."""

    role: str
    user_id: int | None = None


SYSTEM = Actor("systeem")


def record(
    session: Session,
    event: str,
    subject: str,
    payload: Mapping[str, Any] | None = None,
    *,
    actor: Actor,
    personal: Mapping[str, str | None] | None = None,
) -> LedgerEntry:
    """Append a change to the ledger, in the transaction of the change itself.

    `event` reads `noun.verb`; `subject` reads `noun:key`. Values in `personal` (names, addresses) enter
    only as salted hashes, so that a person can be erased without breaking the chain (see `belongs_to`). So does a
    reason (`REASONS`), also when it stands in the payload: it shows at /wijzigingen, where it can be put right.
    A payload with a `fingerprint` (common/fingerprints.py) can be found by it at /controleer. The public log shows
    the entry in full only where common/ledger_opening.py says so; of any other it has the hash.
    """
    return record_all(session, [(event, subject, payload or {}, personal or {})], actor=actor)[0]


def record_all(
    session: Session,
    changes: Iterable[tuple[str, str, Mapping[str, Any], Mapping[str, str | None]]],
    *,
    actor: Actor,
) -> list[LedgerEntry]:
    """Append changes (event, subject, payload, personal) as `record` does: few statements for any number."""
    lock(session)
    entries, beside = list[LedgerEntry](), list[tuple[str | None, str | None]]()
    for event, subject, payload, personal in changes:
        said = dict(payload)
        fingerprint = said.get("fingerprint")
        private = {**{name: said.pop(name) for name in REASONS if name in said}, **personal}
        salt = secrets.token_hex(32) if private else None
        said |= _hashed(private, salt or "")
        entries.append(
            LedgerEntry(
                recorded_at=now(), actor_role=actor.role, event=event, subject=subject, is_public=_may_show(event),
                payload=canonical_json(said if is_open(event, said) else sealed(said)),
            )
        )  # fmt: skip
        beside.append((salt, fingerprint))
    _append(session, entries)
    for entry, (salt, fingerprint) in zip(entries, beside, strict=True):
        if salt:
            session.add(LedgerSalt(seq=entry.seq, salt=salt))
        if fingerprint:
            session.add(LedgerFingerprint(seq=entry.seq, fingerprint=fingerprint, subject=entry.subject))
    return entries


def _append(session: Session, entries: Sequence[LedgerEntry]) -> None:
    """Chain entries to the newest; only under the lock."""
    newest = select(LedgerEntry.seq, LedgerEntry.hash).order_by(LedgerEntry.seq.desc()).limit(1)
    head = session.execute(newest).one_or_none()
    seq, previous = (head.seq, head.hash) if head else (0, GENESIS)
    for entry in entries:
        entry.seq = seq = seq + 1
        entry.previous_hash = previous
        entry.payload_hash = sha256(entry.payload)
        entry.content_hash = content_hash(entry)
        entry.hash = previous = entry_hash(entry)
    session.add_all(entries)
    session.flush()


def _may_show(event: str) -> bool:
    noun, _dot, verb = event.rpartition(".")
    return event in OPEN or (verb not in DRAFT_VERBS and noun not in PRIVATE_NOUNS)


def belongs_to(session: Session, entry: LedgerEntry, user_id: int | None) -> None:
    """Say of whom an entry's personal fields are, so that `forget_person` finds their salt."""
    session.flush()
    its = update(LedgerSalt).where(LedgerSalt.seq == entry.seq).values(user_id=user_id)
    session.execute(its, execution_options={"synchronize_session": False})  # nobody reads a salt that was just made


def forget_person(session: Session, user_id: int) -> int:
    """Drop the salts of what the ledger says about a person: nobody can tell any more whether it was he.

    Returns how many entries became unreadable. The chain stays whole.
    """
    outcome = session.execute(delete(LedgerSalt).where(LedgerSalt.user_id == user_id))
    return int(getattr(outcome, "rowcount", 0))


def lock(session: Session) -> None:
    """Let one writer in at a time; a transaction that may write already does (`common/database.py`)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LEDGER_LOCK})


def head_number(session: Session) -> int:
    """Return the number of the newest entry, 0 when there is none. It changes with every change."""
    return session.scalar(select(func.max(LedgerEntry.seq))) or 0


def public_head(session: Session) -> int:
    """Return the number of the newest entry that may have changed a public page, 0 when there is none.

    Somebody who types in a draft moves the ledger every few seconds; the public pages stay as they are.
    """
    return session.scalar(select(func.max(LedgerEntry.seq)).where(LedgerEntry.is_public)) or 0


def _hashed(personal: Mapping[str, str | None], salt: str) -> dict[str, Any]:
    hashes = {key: sha256(salt + value) for key, value in personal.items() if value}
    return {"personal": hashes} if hashes else {}
