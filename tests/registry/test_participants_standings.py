"""Where an authority stands: the rule, without a database."""

from datetime import date

import pytest

from registry.agreements.models import AgreementVersion, Obligation, ObligationKind
from registry.obligations.rule import DueState, Standing
from registry.participants.standings import (
    NOTHING_ASKED,
    EditionRecord,
    ParticipantStatus,
    decisive_report,
    overall,
    plan_standing,
    report_standings,
)

TODAY = date(2026, 11, 21)
SIGNED = date(2023, 5, 1)


def agreement(*, followed: bool = True) -> AgreementVersion:
    return AgreementVersion(
        followed=followed,
        obligations=[
            Obligation(code="plan", kind=ObligationKind.ACTION_PLAN, within="P1Y", grace_days=0),
            Obligation(code="report", kind=ObligationKind.ANNUAL_REPORT, within=None, grace_days=0),
        ],
    )


def edition(year: int, submitted_on: date | None = None, *, published: bool = False) -> EditionRecord:
    return EditionRecord(year, 1, year, date(year + 1, 9, 1), date(year + 1, 12, 15), submitted_on, published)


def test_a_plan_is_late_a_day_after_the_year() -> None:
    assert plan_standing(agreement(), date(2025, 11, 21), None, TODAY).state is DueState.DUE_SOON
    assert plan_standing(agreement(), date(2025, 11, 20), None, TODAY).state is DueState.LATE


def test_without_a_known_day_of_signing_nobody_is_late() -> None:
    assert plan_standing(agreement(), None, None, TODAY).state is DueState.NOT_APPLICABLE
    assert report_standings(agreement(), None, [edition(2023)], TODAY) == []


def test_an_agreement_that_is_not_followed_leads_to_no_verdict() -> None:
    plan = plan_standing(agreement(followed=False), SIGNED, None, TODAY)
    assert plan.state is DueState.NOT_FOLLOWED
    assert overall(agreement(followed=False), plan, NOTHING_ASKED, None) is ParticipantStatus.NOT_FOLLOWED


def test_years_before_signing_and_years_to_come_are_not_asked() -> None:
    found = report_standings(agreement(), SIGNED, [edition(year) for year in (2022, 2023, 2024, 2025, 2026)], TODAY)
    assert [one.edition.year for one in found] == [2023, 2024, 2025]


def test_a_report_counts_as_delivered_on_the_day_it_was_submitted() -> None:
    found = report_standings(agreement(), SIGNED, [edition(2024, date(2025, 12, 15))], TODAY)
    assert found[0].standing == Standing(DueState.MET, date(2025, 12, 15), date(2025, 12, 15))
    late = report_standings(agreement(), SIGNED, [edition(2024, date(2025, 12, 20))], TODAY)
    assert (late[0].standing.state, late[0].standing.days_late) == (DueState.MET, 5)


def test_a_year_that_is_missing_decides_even_when_a_later_one_came() -> None:
    records = [edition(2023, date(2024, 12, 1)), edition(2024), edition(2025, date(2026, 10, 1))]
    decisive = decisive_report(report_standings(agreement(), SIGNED, records, TODAY))
    assert decisive is not None
    assert (decisive.edition.year, decisive.standing.state) == (2024, DueState.LATE)


def test_without_a_missing_year_the_newest_decides() -> None:
    records = [edition(2024, date(2025, 12, 1)), edition(2025)]
    decisive = decisive_report(report_standings(agreement(), SIGNED, records, TODAY))
    assert decisive is not None
    assert (decisive.edition.year, decisive.standing.state) == (2025, DueState.DUE_SOON)


@pytest.mark.parametrize(
    ("plan", "report", "status"),
    [
        (DueState.LATE, DueState.MET, ParticipantStatus.LATE),
        (DueState.MET, DueState.LATE, ParticipantStatus.LATE),
        (DueState.MET, DueState.DUE_SOON, ParticipantStatus.DUE_SOON),
        (DueState.DUE_SOON, DueState.LATE, ParticipantStatus.LATE),
        (DueState.MET, DueState.MET, ParticipantStatus.ON_TIME),
        (DueState.NOT_YET_DUE, DueState.NOT_APPLICABLE, ParticipantStatus.ON_TIME),
    ],
)
def test_the_worst_of_plan_and_report_is_the_status(
    plan: DueState, report: DueState, status: ParticipantStatus
) -> None:
    assert overall(agreement(), Standing(plan), Standing(report), None) is status


def test_nothing_is_asked_any_more_of_an_authority_that_ended() -> None:
    ended = date(2024, 1, 1)
    assert plan_standing(agreement(), SIGNED, None, TODAY, ended) == NOTHING_ASKED
    assert report_standings(agreement(), SIGNED, [edition(2023), edition(2024)], TODAY, ended) == []
    assert overall(agreement(), NOTHING_ASKED, NOTHING_ASKED, ended) is ParticipantStatus.ENDED
