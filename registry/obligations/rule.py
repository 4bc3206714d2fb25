"""The rule for the standing of an obligation, from dates alone. Pure: no database, no clock.

Sources: the Manifest MVOI 2022-2025 asks an action plan within a year of signing and a report each year;
the Manifest MVI 2016-2020 asked a plan within half a year (content/agreements/).
"""

import enum
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

SOON = timedelta(days=60)
_DAY = timedelta(days=1)


class DueState(enum.StrEnum):
    """Where an obligation stands on a day."""

    NOT_FOLLOWED = "not_followed"
    NOT_APPLICABLE = "not_applicable"
    NOT_YET_DUE = "not_yet_due"
    DUE_SOON = "due_soon"
    LATE = "late"
    NOT_YET_KNOWN = "not_yet_known"
    """Of a day that has yet to come: by then it may have been delivered, or not."""
    MET = "met"


@dataclass(frozen=True)
class Moved:
    """That a deadline was moved, and why: carried along so that it can be told, never weighed."""

    cause: str
    """delay (staff granted it), outage (of this site, on the day) or taken_over (from an authority that ended)."""
    reason: str
    """Public."""
    from_day: date | None
    """The deadline before it."""


@dataclass(frozen=True)
class Term:
    """By when something is asked, as it was copied when it started, with whatever moved it since."""

    starts_on: date | None = None
    """The first day on which it is asked."""
    due_on: date | None = None
    """The last day on time; None where no source tells when it started."""
    grace_days: int = 0
    """Days after it that are still on time, as the agreement states to all."""
    ends_on: date | None = None
    """The first day on which it is not asked any more, because the signature ended."""
    moved: Moved | None = None

    @property
    def last_day(self) -> date | None:
        """The last day on which nobody is called late."""
        return self.due_on + timedelta(days=self.grace_days) if self.due_on else None

    @property
    def lapses(self) -> bool:
        """Whether it ends before anybody can be late with it: it could have come all through the last day."""
        return self.ends_by(self.ends_on)

    def ends_by(self, end: date | None) -> bool:
        """Say whether it would lapse if it were not asked any more from `end` on."""
        return bool(end and self.last_day and self.last_day + _DAY >= end)


@dataclass(frozen=True)
class Met:
    """What met an obligation: on which day, and by which number of the plan or of the submission."""

    on: date
    by: int | None = None


@dataclass(frozen=True)
class Standing:
    """The state with what it rests on; `days_late` counts from the deadline, and stays after a late delivery."""

    state: DueState
    term: Term = field(default_factory=Term)
    met_on: date | None = None
    met_by: int | None = None
    days_late: int = 0

    @property
    def due_on(self) -> date | None:
        """The last day on time; None where nothing is asked."""
        return None if self.state is DueState.NOT_APPLICABLE else self.term.due_on

    @property
    def lateness(self) -> "Lateness":
        """How late, in the words of people."""
        return lateness(self.term.due_on, self.days_late)


class Lateness(NamedTuple):
    """How late: days below two months, else whole months and years of the calendar."""

    years: int = 0
    months: int = 0
    days: int = 0


def lateness(due_on: date | None, days: int) -> Lateness:
    """Return how late that many days after the deadline is, rounded down: nobody is called later than he is."""
    if due_on is None:
        return Lateness(days=days)
    end = due_on + timedelta(days=days)
    months = 12 * (end.year - due_on.year) + end.month - due_on.month - (end.day < due_on.day)
    return Lateness(*divmod(months, 12)) if months >= 2 else Lateness(days=days)


def standing(
    term: Term,
    met: Met | None,
    day: date,
    *,
    known_to: date | None = None,
    gone_on: date | None = None,
    followed: bool = True,
) -> Standing:
    """Return where an obligation stands on `day`, as far as one can tell on `known_to` (None: on that day itself).

    What was delivered by then counts as met, late or not. The deadline's own day is still on time, and so are the
    days of grace; after those, lateness counts from the deadline itself. From the day on which the signature ended, or
    the authority itself was gone (`gone_on`, the first day of its successor), what fell due only then is not asked, and
    before that day nobody is pressed for it. What was late before it stays so, and its lateness counts no further than
    the last day before. Nobody is called late on a day that has yet to come: lateness counts no further than
    `known_to`, and of what falls due between the two nobody can tell.
    """
    due_on, last = term.due_on, term.last_day
    if met and met.on <= day:
        late = (met.on - due_on).days if due_on and last and met.on > last else 0
        return Standing(DueState.MET, term, met.on, met.by, late)
    if term.starts_on and day < term.starts_on:
        return Standing(DueState.NOT_APPLICABLE, term)
    if not followed:
        return Standing(DueState.NOT_FOLLOWED, term)
    end = min((end for end in (term.ends_on, gone_on) if end), default=None)
    lapses = term.ends_by(end)
    if due_on is None or last is None or (lapses and end and day >= end):
        return Standing(DueState.NOT_APPLICABLE, term)
    told = min(day, known_to or day)
    if told > last:
        counted = min(told, end - _DAY) if end else told
        return Standing(DueState.LATE, term, days_late=(counted - due_on).days)
    if day < due_on - SOON or (lapses and told == day):
        return Standing(DueState.NOT_YET_DUE, term)
    return Standing(DueState.DUE_SOON if told == day else DueState.NOT_YET_KNOWN, term)
