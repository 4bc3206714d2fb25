"""The append-only record of every change: a hash chain, written in the transaction of the change.

It promises that no change goes unseen. It does not prove that an answer is true.
"""

import hashlib
import json
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, delete, func, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from common.clock import now
from common.database import Base

GENESIS = "0" * 64
# Verbs of events that touch a draft only: no public page changes by them.
DRAFT_VERBS = {"started", "saved"}
# Nouns of people and of what reaches them: nothing of them is ever on a public page.
PRIVATE_NOUNS = {"account", "session", "invitation", "membership", "staff", "mail", "file"}
# Any constant will do, as long as every process takes the same one (PostgreSQL advisory lock).
_LOCK_NUMBER = 20260101


@dataclass(frozen=True)
class Actor:
    """Who did it, as the ledger needs it: the role is public, the person is not."""

    role: str
    user_id: int | None = None


SYSTEM = Actor("systeem")


class LedgerEntry(Base):
    """One change: what happened to what, by which role, chained to the change before it."""

    __tablename__ = "ledger_entry"
    __table_args__ = (Index("ix_ledger_entry_public", "is_public", "seq"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recorded_at: Mapped[datetime]
    actor_role: Mapped[str] = mapped_column(String(32))
    event: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(200), index=True)
    payload: Mapped[str] = mapped_column(Text)
    payload_hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    is_public: Mapped[bool]
    """Whether a public page may have changed; follows from the event, so it is not part of the hash."""


class LedgerSalt(Base):
    """The salt of an entry's personal fields; erasing it makes them unreadable and leaves the chain whole."""

    __tablename__ = "ledger_salt"

    seq: Mapped[int] = mapped_column(ForeignKey("ledger_entry.seq"), primary_key=True)
    salt: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int | None] = mapped_column(index=True)
    """The account that the personal fields are about, where it has one."""


class LedgerFingerprint(Base):
    """A fingerprint that an entry carries: of a submission, a signature or a published version, kept to be found."""

    __tablename__ = "ledger_fingerprint"

    seq: Mapped[int] = mapped_column(ForeignKey("ledger_entry.seq"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    subject: Mapped[str] = mapped_column(String(200), index=True)


class LedgerCheckpoint(Base):
    """A signed statement of how long the ledger was, and what its newest hash was (Ed25519)."""

    __tablename__ = "ledger_checkpoint"

    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(unique=True)
    """The number of entries."""
    head: Mapped[str] = mapped_column(String(64))
    """The hash of the newest of them."""
    signed_at: Mapped[datetime]
    key_id: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the public key, in hexadecimal."""
    public_key: Mapped[str] = mapped_column(String(64))
    """32 bytes in base64."""
    signature: Mapped[str] = mapped_column(String(128))
    """Over the canonical JSON of the fields above, in base64."""


def canonical_json(value: Any) -> str:
    """Write `value` as canonical JSON: NFC text, sorted keys, no nulls, no spaces."""
    return json.dumps(_canonical(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _canonical(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {_canonical(str(key)): _canonical(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]
    return value


def sha256(content: str) -> str:
    """Return the SHA-256 of the text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(content.encode()).hexdigest()


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
    only as salted hashes, so that a person can be erased without breaking the chain (see `belongs_to`).
    A payload with a `fingerprint` (common/fingerprints.py) can be found by it at /controleer.
    """
    lock(session)
    head = session.execute(
        select(LedgerEntry.seq, LedgerEntry.hash).order_by(LedgerEntry.seq.desc()).limit(1)
    ).one_or_none()
    salt = secrets.token_hex(32) if personal else None
    entry = LedgerEntry(
        seq=head.seq + 1 if head else 1,
        recorded_at=now(),
        actor_role=actor.role,
        event=event,
        subject=subject,
        payload=canonical_json({**(payload or {}), **_hashed(personal or {}, salt or "")}),
        previous_hash=head.hash if head else GENESIS,
        is_public=_may_show(event),
    )
    entry.payload_hash = sha256(entry.payload)
    entry.hash = entry_hash(entry)
    session.add(entry)
    session.flush()
    if salt:
        session.add(LedgerSalt(seq=entry.seq, salt=salt))
    fingerprint = (payload or {}).get("fingerprint")
    if fingerprint:
        session.add(LedgerFingerprint(seq=entry.seq, fingerprint=fingerprint, subject=subject))
    return entry


def _may_show(event: str) -> bool:
    noun, _dot, verb = event.rpartition(".")
    return verb not in DRAFT_VERBS and noun not in PRIVATE_NOUNS


def belongs_to(session: Session, entry: LedgerEntry, user_id: int | None) -> None:
    """Say of whom an entry's personal fields are, so that `forget_person` finds their salt."""
    session.flush()
    session.execute(update(LedgerSalt).where(LedgerSalt.seq == entry.seq).values(user_id=user_id))


def forget_person(session: Session, user_id: int) -> int:
    """Drop the salts of what the ledger says about a person: nobody can tell any more whether it was he.

    Returns how many entries became unreadable. The chain stays whole.
    """
    outcome = session.execute(delete(LedgerSalt).where(LedgerSalt.user_id == user_id))
    return int(getattr(outcome, "rowcount", 0))


def lock(session: Session) -> None:
    """Let one writer in at a time; SQLite's immediate transaction already does."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})


def entry_hash(entry: LedgerEntry) -> str:
    """Return the hash over all that an entry says, the previous entry's hash included."""
    fields = {
        "seq": entry.seq,
        "recorded_at": entry.recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_role": entry.actor_role,
        "event": entry.event,
        "subject": entry.subject,
        "payload_hash": entry.payload_hash,
        "previous_hash": entry.previous_hash,
    }
    return sha256(canonical_json(fields))


def first_broken(session: Session) -> int | None:
    """Return the number of the first entry that does not fit the chain, or None when all is well."""
    expected_seq, previous = 1, GENESIS
    for entry in session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq)):
        fits = (
            entry.seq == expected_seq
            and entry.previous_hash == previous
            and entry.payload_hash == sha256(entry.payload)
            and entry.hash == entry_hash(entry)
        )
        if not fits:
            return expected_seq
        expected_seq, previous = expected_seq + 1, entry.hash
    return None


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
