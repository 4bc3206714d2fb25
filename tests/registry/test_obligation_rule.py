"""The rule for the standing of an obligation: a table of dates, without a database."""

from datetime import date

import pytest

from registry.agreements.periods import deadline
from registry.obligations.rule import DueState, Met, Moved, Term, standing

LATE, SOON, NOT_YET = DueState.LATE, DueState.DUE_SOON, DueState.NOT_YET_DUE
MET, NOTHING, UNFOLLOWED = DueState.MET, DueState.NOT_APPLICABLE, DueState.NOT_FOLLOWED
UNSAID = DueState.NOT_YET_KNOWN


def day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


DEADLINES = [
    # Signed, within, and the last day on time.
    ("2023-11-24", "P1Y", "2024-11-24"),
    ("2024-02-29", "P1Y", "2025-02-28"),
    ("2023-02-28", "P1Y", "2024-02-28"),
    ("2024-02-29", "P4Y", "2028-02-29"),
    ("2023-08-31", "P6M", "2024-02-29"),
    ("2022-08-31", "P6M", "2023-02-28"),
    ("2023-10-31", "P1M", "2023-11-30"),
    ("2023-12-31", "P14D", "2024-01-14"),
    ("2023-12-15", "P1Y1M", "2025-01-15"),
]


@pytest.mark.parametrize(("signed", "within", "due"), DEADLINES)
def test_a_deadline_falls_on_the_same_day_or_the_last_of_a_shorter_month(signed: str, within: str, due: str) -> None:
    assert deadline(date.fromisoformat(signed), within) == day(due)


NOT_MET = [
    # Due, days of grace, the day asked: what it is, and how many days late.
    ("2024-11-24", 0, "2024-09-24", NOT_YET, 0),
    ("2024-11-24", 0, "2024-09-25", SOON, 0),  # sixty days before
    ("2024-11-24", 0, "2024-11-24", SOON, 0),  # the day itself is on time
    ("2024-11-24", 0, "2024-11-25", LATE, 1),
    ("2024-02-29", 0, "2024-03-01", LATE, 1),  # over a leap day
    ("2023-02-28", 0, "2023-03-01", LATE, 1),
    ("2024-02-28", 0, "2024-02-29", LATE, 1),
    ("2024-02-28", 0, "2024-03-01", LATE, 2),
    ("2023-12-31", 0, "2024-12-31", LATE, 366),
    ("2024-11-24", 14, "2024-12-08", SOON, 0),  # the last day of grace
    ("2024-11-24", 14, "2024-12-09", LATE, 15),  # counted from the deadline itself
    (None, 0, "2030-01-01", NOTHING, 0),  # no source tells when it was signed
]


@pytest.mark.parametrize(("due", "grace", "asked", "state", "days"), NOT_MET)
def test_what_is_not_delivered_is_late_a_day_after_the_last(
    due: str | None, grace: int, asked: str, state: DueState, days: int
) -> None:
    found = standing(Term(due_on=day(due), grace_days=grace), None, date.fromisoformat(asked))
    assert (found.state, found.days_late) == (state, days)


DELIVERED = [
    # Due, grace, delivered, the day asked: what it is, and how many days late.
    ("2024-11-24", 0, "2024-11-24", "2024-11-24", MET, 0),
    ("2024-11-24", 0, "2024-11-25", "2024-12-31", MET, 1),
    ("2024-11-24", 0, "2023-01-01", "2024-12-31", MET, 0),
    ("2024-11-24", 7, "2024-12-01", "2024-12-31", MET, 0),
    ("2024-11-24", 7, "2024-12-02", "2024-12-31", MET, 8),
    (None, 0, "2024-12-02", "2024-12-31", MET, 0),
    ("2024-11-24", 0, "2024-12-10", "2024-12-09", LATE, 15),  # asked for a day before: it had not come
    ("2024-11-24", 0, "2024-11-20", "2024-11-19", SOON, 0),
]


@pytest.mark.parametrize(("due", "grace", "came", "asked", "state", "days"), DELIVERED)
def test_what_is_delivered_counts_from_its_own_day(
    due: str | None, grace: int, came: str, asked: str, state: DueState, days: int
) -> None:
    met = Met(date.fromisoformat(came), 3)
    found = standing(Term(due_on=day(due), grace_days=grace), met, date.fromisoformat(asked))
    assert (found.state, found.days_late) == (state, days)
    assert (found.met_on, found.met_by) == ((met.on, 3) if state is MET else (None, None))


ENDED = [
    # Due, grace, the first day on which it is not asked any more, the day asked: what it is, and how many days late.
    ("2024-11-24", 0, "2024-11-24", "2024-12-31", NOTHING, 0),  # ended on the day itself
    ("2024-11-24", 0, "2024-11-25", "2024-12-31", NOTHING, 0),  # it could have come all day long
    ("2024-11-24", 0, "2024-11-26", "2024-12-31", LATE, 1),  # late for one day, and no longer
    ("2024-11-24", 0, "2025-01-01", "2026-06-01", LATE, 37),
    ("2024-11-24", 0, "2025-01-01", "2024-12-01", LATE, 7),  # before the end it counts on
    ("2024-12-31", 0, "2025-01-01", "2025-06-01", NOTHING, 0),  # a merger on New Year's Day
    ("2025-03-01", 0, "2025-01-01", "2024-12-20", NOT_YET, 0),  # asked until it ends, and nobody is pressed for it
    ("2025-03-01", 0, "2025-01-01", "2024-12-31", NOT_YET, 0),
    ("2025-03-01", 0, "2025-01-01", "2025-01-01", NOTHING, 0),
    ("2024-11-24", 60, "2025-01-01", "2024-12-31", NOT_YET, 0),  # within the days of grace, the day before the end
    ("2024-11-24", 60, "2025-01-01", "2025-06-01", NOTHING, 0),  # ended within the days of grace
    (None, 0, "2025-01-01", "2025-06-01", NOTHING, 0),
]


@pytest.mark.parametrize(("due", "grace", "end", "asked", "state", "days"), ENDED)
def test_an_ended_signature_and_a_merger_stop_the_clock(
    due: str | None, grace: int, end: str, asked: str, state: DueState, days: int
) -> None:
    left = Term(due_on=day(due), grace_days=grace, ends_on=day(end))
    stayed = Term(due_on=day(due), grace_days=grace)
    for found in (
        standing(left, None, date.fromisoformat(asked)),
        standing(stayed, None, date.fromisoformat(asked), gone_on=day(end)),
        standing(left, None, date.fromisoformat(asked), gone_on=date(2029, 1, 1)),  # the first of both ends counts
    ):
        assert (found.state, found.days_late) == (state, days)


def test_what_came_before_or_after_an_end_still_counts_as_met() -> None:
    term = Term(due_on=date(2024, 11, 24), ends_on=date(2025, 1, 1))
    assert standing(term, Met(date(2024, 11, 1)), date(2025, 6, 1)).state is MET
    assert standing(term, Met(date(2025, 2, 1)), date(2025, 6, 1), gone_on=date(2025, 1, 1)).days_late == 69


def test_nothing_is_asked_before_it_starts_and_what_was_never_asked_after_all_stays_away() -> None:
    term = Term(date(2026, 10, 3), date(2026, 12, 26))
    assert standing(term, None, date(2026, 10, 2)).state is NOTHING
    assert standing(term, None, date(2026, 10, 3)).state is NOT_YET
    never = Term(date(2026, 10, 3), date(2026, 12, 26), ends_on=date(2026, 10, 3))
    assert standing(never, None, date(2027, 6, 1)).state is NOTHING
    assert standing(never, None, date(2027, 6, 1)).due_on is None


@pytest.mark.parametrize("cause", ["delay", "outage"])
def test_a_moved_deadline_counts_and_says_why(cause: str) -> None:
    moved = Moved(cause, "Omdat het zo is.", date(2024, 11, 24))
    term = Term(date(2023, 11, 24), date(2025, 3, 1), moved=moved)
    assert standing(term, None, date(2024, 11, 25)).state is NOT_YET
    assert standing(term, None, date(2025, 3, 2)).days_late == 1
    assert standing(term, None, date(2025, 3, 2)).term.moved == moved


TO_COME = [
    # Due, grace, the end, today, the day asked: what it is, and how many days late.
    ("2026-11-01", 0, None, "2026-11-21", "2027-06-01", (LATE, 20)),  # late today: it counts no further than today
    ("2026-11-21", 0, None, "2026-11-21", "2027-06-01", (UNSAID, 0)),
    ("2026-12-31", 0, None, "2026-11-21", "2027-06-01", (UNSAID, 0)),
    ("2027-07-31", 0, None, "2026-11-21", "2027-06-01", (UNSAID, 0)),  # within sixty days of that day
    ("2027-08-01", 0, None, "2026-11-21", "2027-06-01", (NOT_YET, 0)),
    ("2026-11-10", 14, None, "2026-11-21", "2027-06-01", (UNSAID, 0)),  # still within the days of grace
    ("2026-11-01", 0, "2027-01-01", "2026-11-21", "2027-06-01", (LATE, 20)),
    ("2026-12-31", 0, "2027-01-01", "2026-11-21", "2027-06-01", (NOTHING, 0)),
    ("2026-11-01", 0, None, "2026-11-21", "2026-11-10", (LATE, 9)),  # a day of the past counts to itself
]


@pytest.mark.parametrize(("due", "grace", "end", "today", "asked", "told"), TO_COME)
def test_nobody_is_called_late_on_a_day_that_has_yet_to_come(
    due: str, grace: int, end: str | None, today: str, asked: str, told: tuple[DueState, int]
) -> None:
    term = Term(due_on=day(due), grace_days=grace, ends_on=day(end))
    found = standing(term, None, date.fromisoformat(asked), known_to=day(today))
    assert (found.state, found.days_late) == told


LATENESS = [
    # Due, the day asked, and how late that is in years, months and days: days alone below two months.
    ("2025-02-01", "2025-02-02", (0, 0, 1)),
    ("2025-02-01", "2025-03-31", (0, 0, 58)),
    ("2025-02-01", "2025-04-01", (0, 2, 0)),
    ("2025-02-01", "2025-04-30", (0, 2, 0)),
    ("2025-02-01", "2025-05-01", (0, 3, 0)),  # 89 days
    ("2024-12-31", "2025-02-28", (0, 0, 59)),  # no month of which the 31st has come
    ("2024-12-31", "2025-03-01", (0, 2, 0)),
    ("2024-02-29", "2025-02-28", (0, 11, 0)),
    ("2024-02-29", "2026-02-28", (1, 11, 0)),
    ("2024-02-29", "2026-03-01", (2, 0, 0)),
    ("2022-11-11", "2025-11-10", (2, 11, 0)),
    ("2022-11-11", "2026-11-11", (4, 0, 0)),
]


@pytest.mark.parametrize(("due", "asked", "late"), LATENESS)
def test_lateness_is_said_in_days_or_in_whole_months_and_years(
    due: str, asked: str, late: tuple[int, int, int]
) -> None:
    found = standing(Term(due_on=day(due)), None, date.fromisoformat(asked))
    assert (found.state, found.lateness) == (LATE, late)


def test_without_records_there_is_no_verdict() -> None:
    found = standing(Term(due_on=date(2017, 6, 8)), None, date(2026, 1, 1), followed=False)
    assert (found.state, found.days_late) == (UNFOLLOWED, 0)
