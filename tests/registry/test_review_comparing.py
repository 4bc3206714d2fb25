"""This year's answer beside last year's."""

import pytest

from registry.editions.form import Choice, Part, Question
from registry.reports.models import AnswerState
from registry.reports.values import AnswerInput
from registry.reviews.comparing import compare

MONEY = Question("C1", "money", {"nl": "Inkoopvolume"})
PER_THEME = Question("D4", "theme_integers", {}, rows=(Choice("klimaat", {"nl": "Klimaat"}), Choice("milieu", {})))
PARTS = (Part("tonnes", "decimal", {"nl": "Ton"}), Part("method", "text", {}))
COMPOSITE = Question("E1", "composite", {}, parts=PARTS)


def given(value: object) -> AnswerInput:
    return AnswerInput(AnswerState.GIVEN, value)


@pytest.mark.parametrize(
    ("now", "before", "difference", "percent", "big"),
    [(43, 41, 2, 4.878, False), (60, 40, 20, 50.0, True), (10, 100, -90, -90.0, True), (5, 0, 5, None, True)],
)
def test_a_figure_changes_by_a_number_and_a_share(
    now: float, before: float, difference: float, percent: float | None, big: bool
) -> None:
    (change,) = compare(MONEY, given(now), given(before)).changes
    assert (change.difference, change.big) == (difference, big)
    assert change.percent == (None if percent is None else pytest.approx(percent, abs=0.001))


def test_the_same_figure_is_no_change_and_zero_is_a_figure() -> None:
    assert compare(MONEY, given(0), given(0)).changes == ()
    assert compare(MONEY, given(0), given(4)).changes[0].percent == -100


def test_each_theme_and_each_part_is_compared_by_itself() -> None:
    themes = compare(PER_THEME, given({"klimaat": 4, "milieu": 1}), given({"klimaat": 2})).changes
    parts = compare(COMPOSITE, given({"tonnes": 3, "method": "a"}), given({"tonnes": 2, "method": "b"})).changes
    assert [(change.label, change.difference) for change in (*themes, *parts)] == [
        ({"nl": "Klimaat"}, 2),
        ({"nl": "Ton"}, 1),
    ]


@pytest.mark.parametrize("state", [AnswerState.UNKNOWN, AnswerState.NOT_APPLICABLE])
def test_an_answer_that_is_no_longer_known_is_marked(state: AnswerState) -> None:
    assert compare(MONEY, AnswerInput(state), given(4)).big


@pytest.mark.parametrize("before", [None, AnswerInput(AnswerState.BLANK), AnswerInput(AnswerState.UNKNOWN)])
def test_without_last_years_answer_there_is_nothing_to_compare(before: AnswerInput | None) -> None:
    comparison = compare(MONEY, given(4), before)
    assert not comparison.big
    assert comparison.changes == ()


def test_what_could_not_be_read_as_a_number_is_not_compared() -> None:
    assert compare(MONEY, given({"raw": "veel"}), given(4)).changes == ()
