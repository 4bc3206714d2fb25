"""Tables of reminders."""

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.clock import now
from common.database import Base, enum_type
from registry.editions.models import Edition


class ReminderKind(enum.StrEnum):
    """Why a reminder goes out."""

    OPENING = "opening"
    MONTH_BEFORE = "month_before"
    """30 days before the last day."""
    WEEK_BEFORE = "week_before"
    """7 days before the last day."""
    DAY_AFTER = "day_after"
    EXTRA = "extra"
    """Staff sent one by hand, to those whom they chose."""


class ReminderRound(Base):
    """One round of reminders of one edition: staff may add a word and leave somebody out before it goes."""

    __tablename__ = "reminder_round"
    __table_args__ = (UniqueConstraint("edition_id", "kind", "planned_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    kind: Mapped[ReminderKind] = mapped_column(enum_type(ReminderKind, "reminder_kind"))
    planned_on: Mapped[date]
    """The day on which it goes for an authority without a day of its own."""
    words: Mapped[str | None] = mapped_column(Text)
    """What staff add; it stands in the mail as they wrote it."""
    words_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime] = mapped_column(default=now)

    edition: Mapped[Edition] = relationship()


class ReminderSkip(Base):
    """An authority that staff leave out of a round."""

    __tablename__ = "reminder_skip"
    __table_args__ = (UniqueConstraint("round_id", "authority_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("reminder_round.id"))
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    skipped_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    skipped_at: Mapped[datetime] = mapped_column(default=now)


class ReminderSent(Base):
    """A person was reminded for an authority in a round: so the command can run each day, and twice."""

    __tablename__ = "reminder_sent"
    __table_args__ = (UniqueConstraint("round_id", "authority_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("reminder_round.id"))
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    sent_at: Mapped[datetime] = mapped_column(default=now)
