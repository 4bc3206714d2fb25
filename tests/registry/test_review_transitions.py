"""The table of transitions: every row, the ways back first, and every way that is not there."""

import itertools
from dataclasses import replace

import pytest

from registry.reports.models import ReportState
from registry.reports.transitions import (
    HOLDS,
    TABLE,
    Event,
    Facts,
    Guard,
    GuardFails,
    NoSuchTransition,
    Transition,
    move,
)

ALL_WELL = Facts(person_id=1, submitter_id=2, last_editor_id=3, is_coordinator=True, reason="D1 klopt niet.")
BREAKS = {
    Guard.IS_COORDINATOR: {"is_coordinator": False},
    Guard.NOTHING_OPEN: {"open_questions": 1},
    Guard.IS_PERSON: {"person_id": None},
    Guard.NOT_SUBMITTER: {"submitter_id": 1},
    Guard.NOT_LAST_EDITOR: {"last_editor_id": 1},
    Guard.DID_NOT_ANSWER: {"answered_by_ids": frozenset({1})},
    Guard.REASON_GIVEN: {"reason": " \n"},
    Guard.IS_ADMINISTRATOR: {"is_administrator": False},
    Guard.OWN_WORK: {"submitter_id": 2},
    Guard.LONG_REASON: {"reason": "Haast, geen collega"},
}
EMERGENCY = Facts(
    person_id=1, submitter_id=1, is_administrator=True, reason="De hele redactie is ziek tot na de uiterste datum."
)


def all_well(row: Transition) -> Facts:
    return EMERGENCY if row.event is Event.PUBLISH_EMERGENCY else ALL_WELL


def _name(value: object) -> str:
    return f"{value.state}-{value.event}" if isinstance(value, Transition) else str(value)


def test_a_submitted_report_goes_back_to_its_authority() -> None:
    assert move(ReportState.SUBMITTED, Event.SEND_BACK, ALL_WELL) is ReportState.QUESTION_SENT


def test_a_returned_report_can_be_submitted_again() -> None:
    assert move(ReportState.QUESTION_SENT, Event.SUBMIT, ALL_WELL) is ReportState.SUBMITTED


@pytest.mark.parametrize("row", TABLE, ids=_name)
def test_every_row_leads_where_it_says(row: Transition) -> None:
    assert move(row.state, row.event, all_well(row)) is row.to


@pytest.mark.parametrize(("row", "guard"), [(row, guard) for row in TABLE for guard in row.guards], ids=_name)
def test_every_guard_of_every_row_stops_by_its_own_name(row: Transition, guard: Guard) -> None:
    with pytest.raises(GuardFails) as refusal:
        move(row.state, row.event, replace(all_well(row), **BREAKS[guard]))
    assert refusal.value.guard is guard
    assert str(refusal.value).endswith(".")


MISSING = [pair for pair in itertools.product(ReportState, Event) if pair not in {(r.state, r.event) for r in TABLE}]


@pytest.mark.parametrize(("state", "event"), MISSING)
def test_every_way_that_is_not_in_the_table_is_refused(state: ReportState, event: Event) -> None:
    with pytest.raises(NoSuchTransition):
        move(state, event, ALL_WELL)


def test_the_table_has_no_double_rows_and_uses_every_guard() -> None:
    assert len({(row.state, row.event) for row in TABLE}) == len(TABLE)
    assert {guard for row in TABLE for guard in row.guards} == set(Guard) == set(HOLDS)


def test_a_decision_is_always_by_four_eyes() -> None:
    for row in TABLE:
        if row.event in {Event.PUBLISH, Event.SEND_BACK}:
            assert {Guard.IS_PERSON, Guard.NOT_SUBMITTER, Guard.NOT_LAST_EDITOR, Guard.DID_NOT_ANSWER} <= set(
                row.guards
            )
