"""When the site was so long out of order that a deadline moves. Pure: no database, no clock.

The rule, for one deadline's day in the Netherlands:
* the site was out of order from a look that failed until the next one that was good, and between two looks that are
  more than LONGEST_GAP apart: nobody looked, so nobody can say that it worked;
* a gap of more than SWITCHED_OFF is no outage: the monitor was off, and staff may grant a delay;
* if that makes OUTAGE or more on the day, every deadline of that day moves to the first working day after the day on
  which the site worked again. Saturdays and Sundays are no working days; public holidays are not looked at;
* without a look on the day or before it, nothing moves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from common.clock import AMSTERDAM, day_after

LONGEST_GAP = timedelta(minutes=30)
SWITCHED_OFF = timedelta(days=7)
OUTAGE = timedelta(hours=1)


@dataclass(frozen=True)
class Look:
    """One look at the site."""

    at: datetime
    works: bool


@dataclass(frozen=True)
class Outage:
    """That the site was out of order on a day: how long on that day, and when it worked again."""

    lasted: timedelta
    recovered_at: datetime


def outage_on(day: date, looks: Sequence[Look]) -> Outage | None:
    """Return the outage that moves the deadlines of a day, or None; `looks` are in order of time.

    Nothing is decided before the site works again.
    """
    begins, ends = datetime.combine(day, time(), AMSTERDAM), day_after(day)
    lasted, recovered_at = timedelta(0), None
    for look, following in _spells(looks):
        here = min(following.at, ends) - max(look.at, begins)
        if here <= timedelta(0):
            continue
        lasted += here
        recovered_at = next((one.at for one in looks if one.at >= following.at and one.works), None)
        if recovered_at is None:
            return None
    return Outage(lasted, recovered_at) if recovered_at and lasted >= OUTAGE else None


def _spells(looks: Sequence[Look]) -> Iterator[tuple[Look, Look]]:
    """Give the pairs of looks between which the site was out of order."""
    for look, following in pairwise(looks):
        gap = following.at - look.at
        if gap <= SWITCHED_OFF and (not look.works or gap > LONGEST_GAP):
            yield look, following


def working_day_after(day: date) -> date:
    """Return the first day after this one that is no Saturday or Sunday."""
    found = day + timedelta(days=1)
    while found.weekday() > 4:
        found += timedelta(days=1)
    return found
