"""When an authority is reminded, counted from its own last day, and who gets the mail. Pure: no database, no clock."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from accounts.models import MemberRole
from registry.reminders.models import ReminderKind
from registry.reports.expected import Member
from registry.reports.how_far import HowFar, Turn

FROM_LAST_DAY = {
    ReminderKind.MONTH_BEFORE: timedelta(days=-30),
    ReminderKind.WEEK_BEFORE: timedelta(days=-7),
    ReminderKind.DAY_AFTER: timedelta(days=1),
}
STALE = timedelta(days=30)
"""So long after the last day "the day after" is told no more: a site that was switched off for a year, or that just
began, writes to nobody about years long gone."""
NOT_AGAIN = timedelta(days=14)
"""A deadline that moves by less than this, as after an outage, asks for no second reminder of the same kind."""

_AT_WORK = frozenset({MemberRole.CONTRIBUTOR, MemberRole.COORDINATOR})
_WHO_ACTS: dict[Turn, tuple[frozenset[MemberRole], ...]] = {
    Turn.FILLING_IN: (_AT_WORK, frozenset({MemberRole.EXECUTIVE})),
    Turn.SUBMITTING: (frozenset({MemberRole.COORDINATOR}), _AT_WORK, frozenset({MemberRole.EXECUTIVE})),
    Turn.AGREEING: (frozenset({MemberRole.EXECUTIVE}), _AT_WORK),
    Turn.STAFF: (),
}
"""Who can bring the report further; where nobody has that role, who else may know how."""


class Planned(NamedTuple):
    """A reminder of one kind on one day."""

    kind: ReminderKind
    day: date


def planned(asked_from: date, last_day: date) -> list[Planned]:
    """Return the reminders of one authority and edition in order; a short term has no room for all of them."""
    later = [Planned(kind, last_day + distance) for kind, distance in FROM_LAST_DAY.items()]
    return [Planned(ReminderKind.OPENING, asked_from), *(one for one in later if one.day > asked_from)]


def due(asked_from: date, last_day: date, day: date) -> Planned | None:
    """Return the reminder that holds on this day: the newest whose day has come, so that none is told too late.

    A day on which nothing ran is caught up with the next run, as long as no newer reminder has come.
    """
    if day > last_day + STALE:
        return None
    begun = [one for one in planned(asked_from, last_day) if one.day <= day]
    return begun[-1] if begun else None


def coming(asked_from: date, last_day: date, day: date, within: timedelta) -> list[Planned]:
    """Return the reminders that come after this day."""
    return [one for one in planned(asked_from, last_day) if day < one.day <= day + within]


def told_already(one: Planned, earlier: Iterable[Planned]) -> bool:
    """Say whether the same was told for an earlier last day that lay less than two weeks before."""
    return any(told.kind is one.kind and abs(one.day - told.day) < NOT_AGAIN for told in earlier)


def receivers(members: Sequence[Member], progress: HowFar | None) -> list[Member]:
    """Return who can act now. `progress` None: nobody has done anything yet."""
    turn = progress.turn if progress else Turn.FILLING_IN
    groups = ([one for one in members if one.roles & roles] for roles in _WHO_ACTS[turn])
    return next((group for group in groups if group), [])
