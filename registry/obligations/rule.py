"""The rule for the standing of an obligation, from dates alone. Pure: no database, no clock.

Sources: the Manifest MVOI 2022-2025 asks an action plan within a year of signing and a report each year;
the Manifest MVI 2016-2020 asked a plan within half a year (content/agreements/).
"""

import enum
from dataclasses import dataclass, field
from datetime import date, timedelta

SOON = timedelta(days=60)
_DAY = timedelta(days=1)


class DueState(enum.StrEnum):
    """Where an obligation stands on a day."""

    NOT_FOLLOWED = "not_followed"
    NOT_APPLICABLE = "not_applicable"
    NOT_YET_DUE = "not_yet_due"
    DUE_SOON = "due_soon"
    LATE = "late"
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
    def lateness(self) -> tuple[int, str]:
        """How late in the words of people: a number of "days" below two months, then of "months", then of "years".

        Months and years are whole ones of the calendar, rounded down: nobody is called later than he is.
        """
        months = _whole_months(self.term.due_on, self.days_late) if self.term.due_on else 0
        if months < 2:
            return self.days_late, "days"
        return (months, "months") if months < 24 else (months // 12, "years")


def _whole_months(start: date, days: int) -> int:
    end = start + timedelta(days=days)
    return 12 * (end.year - start.year) + end.month - start.month - (end.day < start.day)


def standing(
    term: Term, met: Met | None, today: date, *, gone_on: date | None = None, followed: bool = True
) -> Standing:
    """Return where an obligation stands on `today`.

    What was delivered by then counts as met, late or not. The deadline's own day is still on time, and so are the
    days of grace; after those, lateness counts from the deadline itself. What falls due only after the signature
    ended, or after the authority itself was gone (`gone_on`, the first day of its successor), is not asked. What was
    late before that stays so, and its lateness counts no further than the last day before.
    """
    due_on, last = term.due_on, term.last_day
    if met and met.on <= today:
        late = (met.on - due_on).days if due_on and last and met.on > last else 0
        return Standing(DueState.MET, term, met.on, met.by, late)
    if term.starts_on and today < term.starts_on:
        return Standing(DueState.NOT_APPLICABLE, term)
    if not followed:
        return Standing(DueState.NOT_FOLLOWED, term)
    end = min((day for day in (term.ends_on, gone_on) if day), default=None)
    if due_on is None or last is None or (end and last + _DAY >= end):
        return Standing(DueState.NOT_APPLICABLE, term)
    if today > last:
        counted = min(today, end - _DAY) if end else today
        return Standing(DueState.LATE, term, days_late=(counted - due_on).days)
    return Standing(DueState.DUE_SOON if today >= due_on - SOON else DueState.NOT_YET_DUE, term)
