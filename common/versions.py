"""Two times for public facts: when it was true in the world, and when the register said so."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, String, Text, and_, or_, text, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from common.clock import local, now
from common.ledger import Actor


class Recorded:
    """Columns of a fact that is never overwritten: a new row supersedes the old one."""

    recorded_at: Mapped[datetime] = mapped_column(default=now, index=True)
    superseded_at: Mapped[datetime | None] = mapped_column(index=True)
    recorded_role: Mapped[str] = mapped_column(String(32), default="systeem", server_default=text("'systeem'"))
    """The role of who recorded it, as in the ledger; never the person."""
    change_reason: Mapped[str | None] = mapped_column(Text)
    """Why it replaces the version before it; public."""


@dataclass(frozen=True)
class AsOf:
    """For which day the register is read, and as it stood at which moment: the two times of every public fact."""

    day: date
    """geldigOp: what was so on this day."""
    moment: datetime | None = None
    """beschikbaarOp: what the site said at this moment; None means now."""

    @property
    def known_to(self) -> date:
        """The day on which it is said: of a later day one cannot tell what will have come by then."""
        return local(self.moment or now()).date()


class Valid:
    """Columns that say from which day a fact holds (inclusive) until which day (exclusive)."""

    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


def known_at(version: Any, moment: datetime | None = None) -> ColumnElement[bool]:
    """Return the condition "the register said so at `moment`"; None means now."""
    if moment is None:
        still: ColumnElement[bool] = version.superseded_at.is_(None)
        return still
    return and_(
        version.recorded_at <= moment,
        or_(version.superseded_at.is_(None), version.superseded_at > moment),
    )


def was_known(version: Recorded, moment: datetime | None = None) -> bool:
    """Say of a loaded version whether the register said so at `moment`; the twin of `known_at`."""
    if moment is None:
        return version.superseded_at is None
    return version.recorded_at <= moment and (version.superseded_at is None or version.superseded_at > moment)


def valid_on(version: Any, day: date | None) -> ColumnElement[bool]:
    """Return the condition "true in the world on `day`"; None means on any day."""
    if day is None:
        return true()
    return and_(
        or_(version.valid_from.is_(None), version.valid_from <= day),
        or_(version.valid_to.is_(None), version.valid_to > day),
    )


def as_of(version: Any, day: date | None, moment: datetime | None = None) -> ColumnElement[bool]:
    """Turn the two times into one WHERE clause: the only place that does (docs/architecture.md, Time)."""
    return and_(valid_on(version, day), known_at(version, moment))


V = TypeVar("V", bound=Recorded)


def supersede(session: Session, old: Recorded, new: V, *, actor: Actor, reason: str | None = None) -> V:
    """Replace `old` by `new` at one moment, so that every moment has exactly one version.

    `reason` is public, and shows at /wijzigingen with the role of the actor.
    """
    moment = now()
    old.superseded_at = moment
    new.recorded_at = moment
    new.recorded_role = actor.role
    if reason is not None:
        new.change_reason = reason
    session.add(new)
    session.flush()
    return new
