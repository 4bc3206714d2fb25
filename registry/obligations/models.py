"""Tables of obligations: what one authority must do by when, delays, and what the site knows of its own outages."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.clock import now
from common.database import Base, enum_type
from common.versions import Recorded
from registry.agreements.models import Agreement
from registry.authorities.models import Authority


class Duty(Base):
    """One thing that one authority must do under an agreement: its plan, or the report on one year."""

    __tablename__ = "duty"
    __table_args__ = (
        UniqueConstraint("authority_id", "agreement_id", "code", "year"),
        Index("ix_duty_agreement", "agreement_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    code: Mapped[str] = mapped_column(String(40))
    """The code of the obligation in the agreement."""
    year: Mapped[int] = mapped_column(default=0)
    """The reporting year; 0 where the obligation is not yearly."""

    authority: Mapped[Authority] = relationship()
    agreement: Mapped[Agreement] = relationship()
    versions: Mapped[list["DutyVersion"]] = relationship(back_populates="duty", order_by="DutyVersion.number")


class DeadlineCause(enum.StrEnum):
    """Why a deadline is what it is."""

    STARTED = "started"
    """Copied from the agreement or the edition when the obligation started."""
    CORRECTED = "corrected"
    """The day of signing turned out to be another."""
    DELAY = "delay"
    """Staff granted a delay, with a public reason."""
    OUTAGE = "outage"
    """The site was out of order on the day itself."""
    TAKEN_OVER = "taken_over"
    """From an authority that ended, by a choice at its merger."""
    ENDED = "ended"
    """Nothing is asked any more."""


class DutyVersion(Base, Recorded):
    """By when, as the register says it; a moved deadline supersedes the one before. Deadlines are public facts."""

    __tablename__ = "duty_version"
    __table_args__ = (
        UniqueConstraint("duty_id", "number"),
        CheckConstraint("grace_days >= 0", name="grace"),
        CheckConstraint("cause NOT IN ('delay', 'ended') OR change_reason IS NOT NULL", name="moved_with_reason"),
        Index("ix_duty_version_current", "duty_id", "superseded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    duty_id: Mapped[int] = mapped_column(ForeignKey("duty.id"))
    number: Mapped[int]
    starts_on: Mapped[date | None]
    due_on: Mapped[date | None]
    """The last day on time; None where no source tells when the obligation started."""
    grace_days: Mapped[int] = mapped_column(default=0)
    cause: Mapped[DeadlineCause] = mapped_column(enum_type(DeadlineCause, "deadline_cause"))
    ends_on: Mapped[date | None]
    """The first day on which it is not asked any more."""

    duty: Mapped[Duty] = relationship(back_populates="versions")


class SiteCheck(Base):
    """One look of `flask deadlines check` at the site itself; a gap between two means that nobody looked."""

    __tablename__ = "site_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    checked_at: Mapped[datetime] = mapped_column(default=now, index=True)
    works: Mapped[bool]
    told: Mapped[str | None] = mapped_column(Text)
    """What was wrong, in words."""
