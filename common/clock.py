"""The one place that knows what time it is, so that a test can say it is another day."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """Return the present moment in UTC, with its time zone."""
    return _frozen.get() or datetime.now(UTC)


def today() -> date:
    """Return the day it is in the Netherlands: deadlines end at midnight there."""
    return now().astimezone(AMSTERDAM).date()


def local(moment: datetime) -> datetime:
    """Return the same moment on a Dutch clock, for showing it to a person."""
    return moment.astimezone(AMSTERDAM)


def day_after(day: date) -> datetime:
    """Return the first moment after a Dutch day."""
    return datetime.combine(day + timedelta(days=1), time(), AMSTERDAM).astimezone(UTC)


@contextmanager
def frozen_at(moment: datetime) -> Iterator[None]:
    """Let `now()` return `moment` inside the block. Used by tests and by the example world's history."""
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
