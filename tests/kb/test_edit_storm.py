"""Random edits by four editors at once: no text is lost. `python -m tools.measure_edits` does a thousand of them."""

import re
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

import tests.edit_storm
from kb.guides.merging import Agreed, Merged
from tests.edit_storm import EDIT, Edit, storm

NUMBERS = count()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(EDIT, min_size=20, max_size=25))
def test_no_text_of_editors_who_work_at_once_is_lost(session: Session, edits: list[Edit]) -> None:
    tally = storm(session, f"storm-{next(NUMBERS)}", edits)
    session.rollback()
    assert tally.lost == []


def test_a_merge_that_drops_a_side_would_be_found(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(base: str, mine: str, theirs: str) -> Merged:
        return Merged((Agreed(mine if mine != base else theirs),))

    monkeypatch.setattr("kb.guides.merging.merge_bodies", careless)
    edits = [Edit(0, "change", 2, True), Edit(1, "change", 4, False), Edit(2, "add", 1, False)]
    tally = storm(session, "storm-careless", edits)
    session.rollback()
    assert re.fullmatch(r"w\d+w", tally.lost[0])
    assert tests.edit_storm.EDITORS == 4
