"""Two times for public facts: when it was true in the world, and when the register said so."""

from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, or_, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from common.clock import now


class Recorded:
    """Columns of a fact that is never overwritten: a new row supersedes the old one."""

    recorded_at: Mapped[datetime] = mapped_column(default=now, index=True)
    superseded_at: Mapped[datetime | None] = mapped_column(index=True)


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


def supersede(session: Session, old: Recorded, new: V) -> V:
    """Replace `old` by `new` at one moment, so that every moment has exactly one version."""
    moment = now()
    old.superseded_at = moment
    new.recorded_at = moment
    session.add(new)
    session.flush()
    return new
