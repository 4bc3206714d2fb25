"""The table of transitions: every row, the ways back first, and every way that is not there."""

import itertools
from dataclasses import replace

import pytest

from registry.reports.models import PUBLIC, WITH_STAFF, WRITABLE, ReportState
from registry.reports.transitions import (
    HOLDS,
    NOT_OWN,
    TABLE,
    Event,
    Facts,
    Guard,
    GuardFails,
    NoSuchTransition,
    Transition,
    may_move,
    move,
)

S, E = ReportState, Event
ALL_WELL = Facts(
    person_id=1, submitter_id=2, last_editor_id=3, reviewer_id=1, accepted_by_id=4, needs_second=True,
    needs_agreement=True, is_agreed=True, says_true=True, may_fill_in=True, is_coordinator=True, is_executive=True,
    is_reviewer=True, is_administrator=True, asked=1, reason="De cijfers van D1 kloppen nog niet.",
)  # fmt: skip
BREAKS = {
    Guard.MAY_FILL_IN: {"may_fill_in": False},
    Guard.IS_COORDINATOR: {"is_coordinator": False},
    Guard.IS_EXECUTIVE: {"is_executive": False},
    Guard.NOTHING_OPEN: {"open_questions": 1},
    Guard.AGREED_WHERE_NEEDED: {"is_agreed": False},
    Guard.SAID_TRUE: {"says_true": False},
    Guard.QUESTIONS_ANSWERED: {"unanswered": 1},
    Guard.CHANGED: {"changed": False},
    Guard.IS_PERSON: {"person_id": None},
    Guard.IS_REVIEWER: {"is_reviewer": False},
    Guard.TOOK_IT: {"reviewer_id": 5},
    Guard.NOT_SUBMITTER: {"submitter_id": 1},
    Guard.NOT_LAST_EDITOR: {"last_editor_id": 1},
    Guard.DID_NOT_ANSWER: {"answered_by_ids": frozenset({1})},
    Guard.DID_NOT_AGREE: {"agreed_by_ids": frozenset({1})},
    Guard.NOT_OF_THE_AUTHORITY: {"is_member": True},
    Guard.SECOND_PERSON: {"accepted_by_id": 1},
    Guard.SOMETHING_ASKED: {"asked": 0, "reason": " \n"},
    Guard.REASON_GIVEN: {"reason": " \n"},
    Guard.IS_ADMINISTRATOR: {"is_administrator": False},
    Guard.IS_PUBLIC: {"is_correction": False},
    Guard.OWN_WORK: {"submitter_id": 2},
    Guard.LONG_REASON: {"reason": "Haast, geen collega"},
}
BACK = {
    (S.AGREED, E.SAVE): S.DRAFT,
    (S.IN_REVIEW, E.ASK): S.QUESTION_SENT,
    (S.IN_REVIEW, E.RELEASE): S.SUBMITTED,
    (S.ACCEPTED, E.REOPEN): S.IN_REVIEW,
    **{(state, E.WITHDRAW): S.WITHDRAWN for state in WITH_STAFF},
    **{(state, E.UNPUBLISH): S.WITHDRAWN for state in (*PUBLIC, S.CORRECTING)},
    **{(state, E.UNPUBLISH): state for state in (*WITH_STAFF, S.QUESTION_SENT)},
}


def all_well(row: Transition) -> Facts:
    """Facts with which every guard of a row holds."""
    public = Guard.IS_PUBLIC in row.guards
    return replace(ALL_WELL, submitter_id=1 if Guard.OWN_WORK in row.guards else 2, is_correction=public)


def _name(value: object) -> str:
    return f"{value.state}-{value.event}" if isinstance(value, Transition) else str(value)


@pytest.mark.parametrize(("state", "event"), sorted(BACK))
def test_every_way_back_leads_where_it_should(state: ReportState, event: Event) -> None:
    facts = all_well(next(row for row in TABLE if (row.state, row.event) == (state, event)))
    assert move(state, event, facts) is BACK[state, event]


def test_the_ways_back_stand_first_in_the_table() -> None:
    assert {(row.state, row.event) for row in TABLE[: len(BACK)]} == set(BACK)


@pytest.mark.parametrize("row", TABLE, ids=_name)
def test_every_row_leads_where_it_says(row: Transition) -> None:
    facts = all_well(row)
    assert move(row.state, row.event, facts) is row.follows(facts)
    if row.instead:
        fact, state = row.instead
        assert move(row.state, row.event, replace(facts, **{fact: True})) is state
        assert move(row.state, row.event, replace(facts, **{fact: False})) is row.to


@pytest.mark.parametrize(("row", "guard"), [(row, guard) for row in TABLE for guard in row.guards], ids=_name)
def test_every_guard_of_every_row_stops_by_its_own_name(row: Transition, guard: Guard) -> None:
    with pytest.raises(GuardFails) as refusal:
        move(row.state, row.event, replace(all_well(row), **BREAKS[guard]))
    assert refusal.value.guard is guard
    assert str(refusal.value).endswith(".")


def test_every_way_that_is_not_in_the_table_is_refused() -> None:
    ways = {(row.state, row.event) for row in TABLE}
    for state, event in itertools.product(ReportState, Event):
        assert may_move(state, event) == ((state, event) in ways)
        if (state, event) not in ways:
            with pytest.raises(NoSuchTransition):
                move(state, event, ALL_WELL)


def test_the_table_has_no_double_rows_and_uses_every_guard() -> None:
    assert len({(row.state, row.event) for row in TABLE}) == len(TABLE)
    assert {guard for row in TABLE for guard in row.guards} == set(Guard) == set(HOLDS) == set(BREAKS)


def test_every_state_can_be_reached_and_left_and_belongs_to_one_group() -> None:
    reached = {S.DRAFT} | {row.to for row in TABLE} | {row.instead[1] for row in TABLE if row.instead}
    assert reached == set(S) == {row.state for row in TABLE}
    assert sorted([*WRITABLE, *WITH_STAFF, *PUBLIC]) == sorted(S)
    assert (
        {row.state for row in TABLE if row.event is E.SAVE}
        == WRITABLE
        == {r.state for r in TABLE if r.event is E.SUBMIT}
    )


def test_what_becomes_public_was_seen_by_who_did_not_work_on_it() -> None:
    for row in TABLE:
        if row.event in {E.TAKE, E.RELEASE, E.ASK, E.ACCEPT, E.REOPEN, E.PUBLISH}:
            assert {Guard.IS_PERSON, *NOT_OWN} <= set(row.guards)
        if row.to in PUBLIC and row.event not in {E.PUBLISH, E.LEAVE_CORRECTION}:
            assert row.event is E.PUBLISH_EMERGENCY


def test_the_second_person_counts_only_where_the_edition_asks_for_him() -> None:
    alone = replace(ALL_WELL, accepted_by_id=1)
    assert move(S.ACCEPTED, E.PUBLISH, replace(alone, needs_second=False)) is S.PUBLISHED
    with pytest.raises(GuardFails):
        move(S.ACCEPTED, E.PUBLISH, alone)
    for own in (alone, replace(ALL_WELL, is_member=True)):
        assert move(S.ACCEPTED, E.PUBLISH_EMERGENCY, own) is S.PUBLISHED
    with pytest.raises(GuardFails):
        move(S.ACCEPTED, E.PUBLISH_EMERGENCY, replace(alone, needs_second=False))
