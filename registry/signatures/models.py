"""Tables of signatures, whom they bind, and of signing online before it is a signature."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.clock import now
from common.database import Base, enum_type
from common.versions import Recorded
from registry.agreements.models import Agreement, AgreementVersion
from registry.authorities.models import Authority


class Signature(Base):
    """One act of signing a version of an agreement; it binds one or more authorities."""

    __tablename__ = "signature"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    """Stable name for imports: agreement and name as signed."""
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    agreement_version_id: Mapped[int] = mapped_column(ForeignKey("agreement_version.id"))
    """The version that was signed; a later version does not change it."""

    agreement: Mapped[Agreement] = relationship()
    agreement_version: Mapped[AgreementVersion] = relationship()
    versions: Mapped[list["SignatureVersion"]] = relationship(back_populates="signature")


class DatePrecision(enum.StrEnum):
    """How exactly the source tells the day."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


class Certainty(enum.StrEnum):
    """How sure the source is that this party signed on this day."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    UNCERTAIN = "uncertain"


class Origin(enum.StrEnum):
    """How the register knows of a signature."""

    SOURCE = "source"
    """From a public source, with a link."""
    ONLINE = "online"
    """Signed on this site by a bestuurder."""
    PAPER = "paper"
    """Signed on paper; staff entered it with its evidence."""


class SignatureVersion(Base, Recorded):
    """What the register says of a signature; only a confirmed version is public."""

    __tablename__ = "signature_version"
    __table_args__ = (
        UniqueConstraint("signature_id", "number"),
        CheckConstraint("(signed_on IS NULL) = (date_precision = 'unknown')", name="date_known"),
        CheckConstraint("ended_on IS NULL OR ended_reason IS NOT NULL", name="ending_has_reason"),
        CheckConstraint("NOT (confirmed AND refused)", name="confirmed_or_refused"),
        CheckConstraint("confirmed_by_id IS NULL OR entered_by_id IS NULL OR confirmed_by_id <> entered_by_id",
                        name="four_eyes"),
        CheckConstraint(
            "origin = 'source' OR NOT confirmed OR (confirmed_by_id IS NOT NULL AND entered_by_id IS NOT NULL)",
            name="confirmed_by_staff",
        ),
        Index("ix_signature_version_current", "signature_id", "superseded_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id"))
    number: Mapped[int]
    party_number: Mapped[int | None]
    name_as_signed: Mapped[str] = mapped_column(String(300))
    represented_by_id: Mapped[int | None] = mapped_column(ForeignKey("authority.id"))
    signed_on: Mapped[date | None]
    date_precision: Mapped[DatePrecision] = mapped_column(enum_type(DatePrecision, "date_precision"))
    certainty: Mapped[Certainty] = mapped_column(enum_type(Certainty, "certainty"))
    origin: Mapped[Origin] = mapped_column(
        enum_type(Origin, "signature_origin"), default=Origin.SOURCE, server_default=text("'source'")
    )
    confirmed: Mapped[bool]
    refused: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Staff did not confirm it: it never was public, and `change_reason` says why."""
    signed_by: Mapped[str | None] = mapped_column(String(200))
    signed_by_function: Mapped[str | None] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(500))
    date_source: Mapped[str | None] = mapped_column(String(500))
    note: Mapped[str | None] = mapped_column(Text)
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    """The mandate, or the paper that was signed. Never public."""
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """Who signed on the site, or typed the paper over; somebody else must confirm it."""
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    ended_on: Mapped[date | None]
    ended_reason: Mapped[str | None] = mapped_column(Text)
    ended_evidence_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    fingerprint: Mapped[str | None] = mapped_column(String(64), index=True)
    """SHA-256 of the canonical JSON of what is public of this version (common/fingerprints.py)."""

    signature: Mapped[Signature] = relationship(back_populates="versions")
    represented_by: Mapped[Authority | None] = relationship()
    parties: Mapped[list["SignatureParty"]] = relationship(back_populates="version")


class SignatureParty(Base):
    """An authority that a version of a signature binds, from which day until which day (exclusive).

    Without days: as long as the signature itself holds. After a merger the successor stands here from that day on.
    """

    __tablename__ = "signature_party"
    __table_args__ = (
        UniqueConstraint("signature_version_id", "authority_id"),
        CheckConstraint("binds_to IS NULL OR binds_from IS NULL OR binds_to > binds_from", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    signature_version_id: Mapped[int] = mapped_column(ForeignKey("signature_version.id"), index=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    binds_from: Mapped[date | None]
    binds_to: Mapped[date | None]
    merger_id: Mapped[int | None] = mapped_column(ForeignKey("merger.id"))
    """The merger by which this authority took the signature over."""

    version: Mapped[SignatureVersion] = relationship(back_populates="parties")
    authority: Mapped[Authority] = relationship()


class SignatureCorrection(Base):
    """A correction of a public signature that one beheerder proposes and another decides on; until then nothing moves.

    Only what a reader quotes waits so: the day, the name, whom it binds, and whether it ended.
    """

    __tablename__ = "signature_correction"
    __table_args__ = (
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="four_eyes"),
        CheckConstraint("(decided_at IS NULL) = (accepted IS NULL)", name="decided"),
        Index("ix_signature_correction_open", "signature_id", unique=True,
              sqlite_where=text("decided_at IS NULL"), postgresql_where=text("decided_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id"))
    from_number: Mapped[int]
    """The version that it corrects; when another came meanwhile, the correction is void."""
    facts: Mapped[dict[str, Any]]
    """What would change, in plain values; `bound` holds the numbers of the authorities."""
    reason: Mapped[str] = mapped_column(Text)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    proposed_at: Mapped[datetime] = mapped_column(default=now)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]

    signature: Mapped[Signature] = relationship()


class SigningState(enum.StrEnum):
    """Where signing online stands."""

    DRAFT = "draft"
    """Somebody of the authority is filling it in."""
    PREPARED = "prepared"
    """A coördinator prepared it; the bestuurder has a link."""
    RETURNED = "returned"
    """The bestuurder sent it back with a remark."""
    SIGNED = "signed"
    """It is a signature now; staff confirm it."""
    WITHDRAWN = "withdrawn"


class Signing(Base):
    """Signing online: what was prepared for a bestuurder. When he signs, it becomes a signature.

    An authority has one open signing of an agreement at a time, so that two people do not prepare two.
    """

    __tablename__ = "signing"
    __table_args__ = (
        Index("ix_signing_open", "agreement_id", "authority_id", unique=True,
              sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("(state IN ('signed', 'withdrawn')) = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint("(state = 'signed') = (signature_id IS NOT NULL)", name="signed"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    agreement_version_id: Mapped[int] = mapped_column(ForeignKey("agreement_version.id"))
    """The text that was read last; signing asks that it still is the newest."""
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    """On behalf of whom; the bestuurder works here."""
    authority_ids: Mapped[list[Any]]
    """Whom it will bind."""
    state: Mapped[SigningState] = mapped_column(enum_type(SigningState, "signing_state"), default=SigningState.DRAFT)
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    """Counts changes; who signs says which one he read."""
    signed_by: Mapped[str] = mapped_column(String(200), default="")
    signed_by_function: Mapped[str] = mapped_column(String(200), default="")
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    """The mandate; compulsory when it binds another authority."""
    remark: Mapped[str | None] = mapped_column(Text)
    """Why the bestuurder sent it back."""
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    prepared_at: Mapped[datetime] = mapped_column(default=now)
    executive_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """The bestuurder who is asked to sign, and then who signed."""
    ended_at: Mapped[datetime | None]
    """When it was signed or withdrawn."""
    receipt: Mapped[str | None] = mapped_column(String(40), unique=True)
    """Given when it is signed. Nobody can guess it, and so nobody can guess the content of the fingerprint."""
    content: Mapped[str | None] = mapped_column(Text)
    """Canonical JSON of what was signed, without names of persons; its SHA-256 is the fingerprint of the receipt."""
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("signature.id"), unique=True)

    agreement: Mapped[Agreement] = relationship()
    agreement_version: Mapped[AgreementVersion] = relationship()
    authority: Mapped[Authority] = relationship()
    signature: Mapped[Signature | None] = relationship()
