"""The same rules everywhere: what the form says while one types, submitting, a spreadsheet and JSON say the same."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.reports.models import AnswerState
from registry.reports.values import AnswerInput
from tests.access_world import DEMO
from tests.random_answers import answer_set
from tests.sites import sign_in
from tests.verdicts import Ways, compare, told, ways_of


@pytest.fixture
def ways(app: Flask, accounts: dict[str, dict[str, str]]) -> Ways:
    return ways_of(app, sign_in(app, accounts["coordinator"]), DEMO)


@settings(max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_random_answers_get_one_verdict(ways: Ways, data: st.DataObject) -> None:
    answers, as_ods = data.draw(st.tuples(answer_set(ways.questionnaire), st.booleans()))
    assert compare(ways, answers, as_ods=as_ods)[1] == []


def test_the_comparison_would_see_another_verdict(ways: Ways) -> None:
    answers = {"C2": _given(10), "C3": _given(None), "D1": _given(40)}
    problems = ways.expected(answers)
    assert ("D1", "", "check", True) in told(problems)
    assert ways.fragment({**answers, "D1": _given(8)}) != ways.shown(answers, problems)
    assert ways.json({**answers, "D1": _given(8)}) != told(problems)
    assert ways.sheet({**answers, "D1": _given(8)}, as_ods=True) != told(problems)
    assert ways.submission() != ways.blocking(problems)


def _given(value: int | None) -> AnswerInput:
    return AnswerInput(AnswerState.BLANK if value is None else AnswerState.GIVEN, value)
