"""The rule for the standing of an obligation, from dates alone. Pure: no database, no clock.

Sources: the Manifest MVOI 2022-2025 asks an action plan within a year of signing and a report each year;
the Manifest MVI 2016-2020 asked a plan within half a year (content/agreements/).
"""

import enum
from dataclasses import dataclass
from datetime import date, timedelta

SOON = timedelta(days=60)


class DueState(enum.StrEnum):
    """Where an obligation stands on a day."""

    NOT_FOLLOWED = "not_followed"
    NOT_APPLICABLE = "not_applicable"
    NOT_YET_DUE = "not_yet_due"
    DUE_SOON = "due_soon"
    LATE = "late"
    MET = "met"


@dataclass(frozen=True)
class Standing:
    """The state with what it rests on; `days_late` counts from the deadline, and stays after a late delivery."""

    state: DueState
    due_on: date | None = None
    met_on: date | None = None
    days_late: int = 0


def standing(
    due_on: date | None, met_on: date | None, today: date, *, grace_days: int = 0, followed: bool = True
) -> Standing:
    """Return where an obligation stands on `today`.

    What was delivered counts as met, late or not. The deadline's own day is still on time, and so are the
    days of grace; after those, lateness is counted from the deadline itself.
    """
    if met_on:
        late = max((met_on - due_on).days, 0) if due_on else 0
        return Standing(DueState.MET, due_on, met_on, late if late > grace_days else 0)
    if not followed:
        return Standing(DueState.NOT_FOLLOWED, due_on)
    if due_on is None:
        return Standing(DueState.NOT_APPLICABLE)
    if today > due_on + timedelta(days=grace_days):
        return Standing(DueState.LATE, due_on, None, (today - due_on).days)
    if today >= due_on - SOON:
        return Standing(DueState.DUE_SOON, due_on)
    return Standing(DueState.NOT_YET_DUE, due_on)
