"""Tables of the ledger: entries, the salts of personal fields, fingerprints to be found, signed checkpoints."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from common.database import Base


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
    content_hash: Mapped[str | None] = mapped_column(String(64))
    """Over role, event, subject and payload; None in entries of before migration 0003."""
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
