"""Tables of agreements, what they ask, and who signed."""

import enum
from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.database import Base, enum_type
from common.versions import Recorded
from registry.authorities.models import Authority


class Agreement(Base):
    """A set of bestuurlijke afspraken, by its address; what it says is in its versions."""

    __tablename__ = "agreement"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    is_example: Mapped[bool] = mapped_column(default=False)

    versions: Mapped[list["AgreementVersion"]] = relationship(back_populates="agreement")


class AgreementVersion(Base, Recorded):
    """The text of an agreement as it was in force; texts are {"nl", "en"}."""

    __tablename__ = "agreement_version"
    __table_args__ = (
        UniqueConstraint("agreement_id", "number"),
        CheckConstraint("period_to IS NULL OR period_to >= period_from", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    number: Mapped[int]
    title: Mapped[dict[str, Any]]
    short_title: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    body_html: Mapped[dict[str, Any]]
    period_from: Mapped[date]
    period_to: Mapped[date | None]
    """The last day of the period."""
    themes: Mapped[list[Any]]
    predecessor_slug: Mapped[str | None] = mapped_column(String(80))
    followed: Mapped[bool]
    """Whether this register holds the plans and reports, and so may say that somebody is late."""
    followed_note: Mapped[dict[str, Any]]
    counts: Mapped[list[Any]]
    """Numbers of participants as sources gave them: [{text, number, date, source}]."""
    unknowns: Mapped[list[Any]]
    sources: Mapped[list[Any]]
    """[{title, url}]"""

    agreement: Mapped[Agreement] = relationship(back_populates="versions")
    obligations: Mapped[list["Obligation"]] = relationship(back_populates="agreement_version", lazy="selectin")


class ObligationKind(enum.StrEnum):
    """What is asked."""

    ACTION_PLAN = "action_plan"
    ANNUAL_REPORT = "annual_report"


class Obligation(Base):
    """One thing that a version of an agreement asks, and by when."""

    __tablename__ = "obligation"
    __table_args__ = (UniqueConstraint("agreement_version_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_version_id: Mapped[int] = mapped_column(ForeignKey("agreement_version.id"))
    code: Mapped[str] = mapped_column(String(40))
    kind: Mapped[ObligationKind] = mapped_column(enum_type(ObligationKind, "obligation_kind"))
    within: Mapped[str | None] = mapped_column(String(16))
    """ISO 8601 duration counted from signing, such as P1Y; None where the deadline comes from an edition."""
    grace_days: Mapped[int] = mapped_column(default=0)
    text: Mapped[dict[str, Any]]
    source: Mapped[str | None] = mapped_column(String(500))

    agreement_version: Mapped[AgreementVersion] = relationship(back_populates="obligations")


signature_authority = Table(
    "signature_authority",
    Base.metadata,
    Column("signature_id", ForeignKey("signature.id"), primary_key=True),
    Column("authority_id", ForeignKey("authority.id"), primary_key=True, index=True),
)


class Signature(Base):
    """One act of signing a version of an agreement; it binds one or more authorities."""

    __tablename__ = "signature"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    """Stable name for imports: agreement and name as signed."""
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    agreement_version_id: Mapped[int] = mapped_column(ForeignKey("agreement_version.id"))

    authorities: Mapped[list[Authority]] = relationship(secondary=signature_authority)
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


class SignatureVersion(Base, Recorded):
    """What the register says of a signature; only a confirmed version is public."""

    __tablename__ = "signature_version"
    __table_args__ = (
        UniqueConstraint("signature_id", "number"),
        CheckConstraint("(signed_on IS NULL) = (date_precision = 'unknown')", name="date_known"),
        CheckConstraint("ended_on IS NULL OR ended_reason IS NOT NULL", name="ending_has_reason"),
        Index("ix_signature_version_current", "signature_id", "superseded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id"))
    number: Mapped[int]
    party_number: Mapped[int | None]
    name_as_signed: Mapped[str] = mapped_column(String(300))
    represented_by_id: Mapped[int | None] = mapped_column(ForeignKey("authority.id"))
    signed_on: Mapped[date | None]
    date_precision: Mapped[DatePrecision] = mapped_column(enum_type(DatePrecision, "date_precision"))
    certainty: Mapped[Certainty] = mapped_column(enum_type(Certainty, "certainty"))
    confirmed: Mapped[bool]
    signed_by: Mapped[str | None] = mapped_column(String(200))
    signed_by_function: Mapped[str | None] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(500))
    date_source: Mapped[str | None] = mapped_column(String(500))
    note: Mapped[str | None] = mapped_column(Text)
    ended_on: Mapped[date | None]
    ended_reason: Mapped[str | None] = mapped_column(Text)
    change_reason: Mapped[str | None] = mapped_column(Text)

    signature: Mapped[Signature] = relationship(back_populates="versions")
    represented_by: Mapped[Authority | None] = relationship()
