"""Tables of signing in: passkeys, identities elsewhere, browser sessions, counted failures, security events."""

from datetime import datetime
from typing import Any

from flask_security import WebAuthnMixin
from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from common.clock import now
from common.database import Base


class Passkey(Base, WebAuthnMixin):
    """A passkey of a person; Flask-Security prescribes the names of the columns."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    create_datetime: Mapped[datetime] = mapped_column(default=now)
    lastuse_datetime: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))

    def get_user_mapping(self) -> dict[str, Any]:
        """Return how Flask-Security finds the person of this passkey."""
        return {"id": self.user_id}


class ExternalIdentity(Base):
    """Who a person is at an OpenID Connect provider: the pair of issuer and subject, and never the address."""

    __tablename__ = "external_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    provider: Mapped[str] = mapped_column(String(64))
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[datetime] = mapped_column(default=now)
    last_started_at: Mapped[datetime | None]
    """When the newest sign-in by it was begun: an answer to an older one, or to the same one again, counts no more."""


class BrowserSession(Base):
    """One browser in which a person is signed in, from signing in until it ends, is ended, or was idle too long."""

    __tablename__ = "browser_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the key in the signed cookie."""
    means: Mapped[str] = mapped_column(String(32))
    """How the person signed in: password, passkey or the name of a provider."""
    device: Mapped[str] = mapped_column(String(120))
    """Browser and system in plain words ("Firefox, Windows"); no address and no full user agent."""
    started_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]


class SignInWait(Base):
    """Counted failures for an account, a browser or a network address, and until when it must wait.

    The key is a keyed hash, so that the table tells nobody which addresses were tried.
    """

    __tablename__ = "sign_in_wait"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    wait_until: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(default=now, index=True)


class SecurityEvent(Base):
    """Something that matters to the safety of an account, for the person and staff to read; kept for a year.

    The ledger has the same event with salted hashes only, for ever.
    """

    __tablename__ = "security_event"
    __table_args__ = (Index("ix_security_event_person", "user_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    kind: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """Of whom the account is; empty where nobody has it."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """Who did it, where that was somebody else."""
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
