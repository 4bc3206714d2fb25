"""The table of moves of a proposal: every row and guard, the ways back first, and every way that is not there."""

import itertools
from dataclasses import replace
from typing import Any

import pytest

from kb.proposals.models import OPEN, WRITABLE, ProposalState
from kb.proposals.transitions import (
    FOUR_EYES,
    HOLDS,
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

S, E = ProposalState, Event
BY_AUTHOR = Facts(person_id=2, author_id=2, reviewer_id=1, is_member=True, is_example=True, reason="Een bron erbij.")
BY_EDITOR = Facts(person_id=1, author_id=2, reviewer_id=1, is_editor=True, is_example=True, reason="Welke bron?")
BREAKS: dict[Guard, dict[str, Any]] = {
    Guard.IS_AUTHOR: {"author_id": 3},
    Guard.MAY_SPEAK_FOR: {"is_member": False},
    Guard.COMPLETE: {"open_problems": 1},
    Guard.CHANGED: {"changed": False},
    Guard.FITS: {"fits": False},
    Guard.ANSWERED: {"answered": False},
    Guard.SOMETHING_SAID: {"reason": " \n"},
    Guard.IS_PERSON: {"person_id": None},
    Guard.IS_EDITOR: {"is_editor": False},
    Guard.NOT_AUTHOR: {"author_id": 1},
    Guard.NOT_OF_THE_AUTHORITY: {"is_member": True},
    Guard.NOBODY_ELSE: {"reviewer_id": 5},
    Guard.TOOK_IT: {"reviewer_id": 5},
    Guard.REASON_GIVEN: {"reason": " \n"},
}
BACK = {
    (S.IN_REVIEW, E.ASK): S.CHANGES_ASKED,
    (S.APPROVED, E.ASK): S.CHANGES_ASKED,
    (S.APPROVED, E.REOPEN): S.IN_REVIEW,
    (S.DECLINED, E.REOPEN): S.IN_REVIEW,
    (S.IN_REVIEW, E.RELEASE): S.IN_REVIEW,
    **{(state, E.WITHDRAW): S.WITHDRAWN for state in OPEN},
    (S.WITHDRAWN, E.RESUME): S.DRAFT,
}


def all_well(row: Transition) -> Facts:
    """Facts with which every guard of a row holds."""
    return BY_EDITOR if Guard.IS_EDITOR in row.guards else BY_AUTHOR


def _name(value: object) -> str:
    return f"{value.state}-{value.event}" if isinstance(value, Transition) else str(value)


@pytest.mark.parametrize(("state", "event"), sorted(BACK))
def test_every_way_back_leads_where_it_should(state: ProposalState, event: Event) -> None:
    facts = all_well(next(row for row in TABLE if (row.state, row.event) == (state, event)))
    assert move(state, event, facts) is BACK[state, event]


def test_the_ways_back_stand_first_in_the_table() -> None:
    assert {(row.state, row.event) for row in TABLE[: len(BACK)]} == set(BACK)


@pytest.mark.parametrize("row", TABLE, ids=_name)
def test_every_row_leads_where_it_says(row: Transition) -> None:
    assert move(row.state, row.event, all_well(row)) is row.to


@pytest.mark.parametrize(("row", "guard"), [(row, guard) for row in TABLE for guard in row.guards], ids=_name)
def test_every_guard_of_every_row_stops_by_its_own_name(row: Transition, guard: Guard) -> None:
    with pytest.raises(GuardFails) as refusal:
        move(row.state, row.event, replace(all_well(row), **BREAKS[guard]))
    assert refusal.value.guard is guard
    assert str(refusal.value).endswith(".")


def test_every_way_that_is_not_in_the_table_is_refused() -> None:
    ways = {(row.state, row.event) for row in TABLE}
    for state, event in itertools.product(ProposalState, Event):
        assert may_move(state, event) == ((state, event) in ways)
        if (state, event) not in ways:
            with pytest.raises(NoSuchTransition):
                move(state, event, BY_EDITOR)


def test_the_table_has_no_double_rows_and_uses_every_guard() -> None:
    assert len({(row.state, row.event) for row in TABLE}) == len(TABLE)
    assert {guard for row in TABLE for guard in row.guards} == set(Guard) == set(HOLDS) == set(BREAKS)


def test_a_proposal_is_locked_in_review_and_nobody_decides_on_his_own() -> None:
    assert {row.state for row in TABLE if row.event is E.SAVE} == set(WRITABLE)
    deciding = {E.TAKE, E.RELEASE, E.ASK, E.APPROVE, E.DECLINE, E.REOPEN, E.MERGE}
    assert all(set(FOUR_EYES) <= set(row.guards) for row in TABLE if row.event in deciding)
    assert all(row.guards[0] is Guard.IS_AUTHOR for row in TABLE if row.event not in deciding)


def test_an_author_without_an_authority_needs_none_for_a_guide() -> None:
    elsewhere = replace(BY_AUTHOR, is_member=False, is_example=False)
    assert move(S.DRAFT, E.SUBMIT, elsewhere) is S.IN_REVIEW
    assert move(S.IN_REVIEW, E.APPROVE, replace(BY_EDITOR, is_example=False, is_member=True)) is S.APPROVED
