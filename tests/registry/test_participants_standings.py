"""How an authority does as a whole: plan and reports put together, without a database."""

from datetime import date

import pytest

from registry.obligations.reading import AskedDuty
from registry.obligations.rule import DueState, Met, Standing, Term
from registry.participants.standings import (
    Circumstances,
    EditionRecord,
    ParticipantStatus,
    decisive_report,
    overall,
    plan_standing,
    report_standings,
)

TODAY = Circumstances(date(2026, 11, 21), known_to=date(2026, 11, 21))


def asked(*years: int) -> list[AskedDuty]:
    terms = {year: Term(date(year + 1, 9, 1), date(year + 1, 12, 15)) for year in years if year}
    terms[0] = Term(date(2023, 5, 1), date(2024, 5, 1))
    return [AskedDuty(year, 1, 1, "report" if year else "plan", year, terms[year]) for year in years]


def edition(year: int, submitted_on: date | None = None, *, published: bool = False) -> EditionRecord:
    return EditionRecord(year, 1, year, Met(submitted_on, 1) if submitted_on else None, published)


def test_a_plan_that_nobody_asked_for_is_met_and_else_nothing_is_asked() -> None:
    assert plan_standing([], None, TODAY).state is DueState.NOT_APPLICABLE
    found = plan_standing([], Met(date(2026, 1, 1), 1), TODAY)
    assert (found.state, found.due_on) == (DueState.MET, None)


def test_years_that_are_not_asked_are_left_out_unless_something_was_handed_in() -> None:
    editions = [edition(year) for year in (2022, 2023, 2024, 2025, 2026)]
    found = report_standings(asked(2023, 2024, 2025, 2026), editions, TODAY)
    assert [one.edition.year for one in found] == [2023, 2024, 2025]
    voluntary = report_standings(asked(), [edition(2022, date(2023, 3, 1))], TODAY)
    assert [one.standing.state for one in voluntary] == [DueState.MET]


def test_a_year_that_is_missing_decides_even_when_a_later_one_came() -> None:
    records = [edition(2023, date(2024, 12, 1)), edition(2024), edition(2025, date(2026, 10, 1))]
    decisive = decisive_report(report_standings(asked(2023, 2024, 2025), records, TODAY))
    assert decisive is not None
    assert (decisive.edition.year, decisive.standing.state) == (2024, DueState.LATE)


def test_without_a_missing_year_the_newest_decides() -> None:
    records = [edition(2024, date(2025, 12, 1)), edition(2025)]
    decisive = decisive_report(report_standings(asked(2024, 2025), records, TODAY))
    assert decisive is not None
    assert (decisive.edition.year, decisive.standing.state) == (2025, DueState.DUE_SOON)


@pytest.mark.parametrize(
    ("states", "status"),
    [
        ((DueState.LATE, DueState.MET), ParticipantStatus.LATE),
        ((DueState.MET, DueState.DUE_SOON, DueState.LATE), ParticipantStatus.LATE),
        ((DueState.MET, DueState.DUE_SOON), ParticipantStatus.DUE_SOON),
        ((DueState.MET, DueState.MET), ParticipantStatus.ON_TIME),
        ((DueState.NOT_YET_DUE, DueState.NOT_APPLICABLE), ParticipantStatus.ON_TIME),
        ((), ParticipantStatus.ON_TIME),
    ],
)
def test_the_worst_of_plan_and_reports_is_the_status(states: tuple[DueState, ...], status: ParticipantStatus) -> None:
    assert overall([Standing(state) for state in states], TODAY) is status


def test_who_is_gone_or_not_followed_gets_no_verdict() -> None:
    late = [Standing(DueState.LATE)]
    assert overall(late, Circumstances(TODAY.day, TODAY.day, followed=False)) is ParticipantStatus.NOT_FOLLOWED
    gone = Circumstances(TODAY.day, TODAY.day, gone_on=date(2024, 1, 1))
    assert overall(late, gone) is ParticipantStatus.ENDED
    assert plan_standing(asked(0), None, gone).state is DueState.NOT_APPLICABLE
