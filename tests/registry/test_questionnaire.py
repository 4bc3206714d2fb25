"""A form that is wrong is never opened, and what was opened stays as it was."""

import copy
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from common import clock
from common.errors import ContentError, Refused
from common.ledger import SYSTEM, sha256
from registry.editions.opening import open_edition
from registry.editions.questionnaire import of_edition, parse
from registry.reports.checking import Circumstances, asked, check
from registry.reports.models import AnswerState
from registry.reports.values import AnswerInput
from tests.factories_form import form_data, make_agreement, make_authority


def form() -> dict[str, Any]:
    return copy.deepcopy(form_data())


def question(data: dict[str, Any], key: str) -> dict[str, Any]:
    return next(item for item in data["questions"] if item["name"] == key)


def given(value: object) -> AnswerInput:
    return AnswerInput(AnswerState.GIVEN, value)


@pytest.mark.parametrize(
    ("key", "change", "reason"),
    [
        ("E1", {"relevant": "Z9 > 1"}, "Z9"),
        ("C1", {"relevant": "D1 > 1"}, "pas later"),
        ("C1", {"relevant": "__import__('os')"}, "C1"),
        ("C1", {"type": "raadsel"}, "onbekend type"),
        ("C1", {"publish": True}, "publish"),
        ("C1", {"label": {"nl": "Alleen Nederlands"}}, "label"),
        ("C2", {"name": "C1"}, "dubbel"),
        ("C1", {"section": "Q"}, "onbekende secties"),
        ("B3", {"rows": ["ruimtevaart"]}, "onbekend thema"),
        ("A5", {"choices": []}, "choices"),
        ("D2", {"constraint": [{"check": "D2 <= D1", "hard": True, "message": {"nl": "{x}", "en": ""}}]}, "melding"),
    ],
)
def test_a_wrong_form_is_refused_with_the_question_and_the_reason(
    key: str, change: dict[str, Any], reason: str
) -> None:
    data = form()
    question(data, key).update(change)
    with pytest.raises(ContentError, match=reason):
        parse(data)


def test_an_opened_edition_is_frozen_and_opens_once(app: Flask, session: Session) -> None:
    agreement = make_agreement(session, "proef", [make_authority(session, "gm9001", "Proef")])
    day, data = clock.today(), form()
    edition = open_edition(session, agreement, 2025, (day, day + timedelta(days=9)), data, actor=SYSTEM)
    question(data, "A4")["label"]["nl"] = "Veranderd"
    assert sha256(edition.snapshot) == edition.sha256
    frozen = of_edition(edition).question("A4")
    assert frozen is not None
    assert frozen.label["nl"] == "Welke bestuurder is verantwoordelijk?"
    with pytest.raises(Refused):
        open_edition(session, agreement, 2025, (day, day), form(), actor=SYSTEM)


def test_theme_questions_are_asked_only_for_themes_with_an_ambition() -> None:
    questionnaire = parse(form())
    keys = {item.key for item in asked(questionnaire, {"B3": given({"klimaat": "basis", "circulair": "geen"})})}
    assert {"E1", "E3", "E4"} <= keys
    assert not {"E2", "E5", "E9", "E12"} & keys


@pytest.mark.parametrize(
    ("answers", "complains"),
    [
        ({"C2": given(3), "D1": given(5)}, True),
        ({"C2": given(3), "C3": given(2), "D1": given(5)}, False),
        ({"C2": given(3), "C3": AnswerInput(AnswerState.UNKNOWN, reason="x"), "D1": given(5)}, False),
        ({"C2": given(3), "C3": AnswerInput(AnswerState.NOT_APPLICABLE), "D1": given(5)}, True),
        ({"C2": AnswerInput(AnswerState.UNKNOWN, reason="x"), "D1": given(5)}, False),
        ({"C2": given({"raw": "veel"}), "D1": given(5)}, False),
    ],
)
def test_a_check_speaks_only_when_it_is_sure(answers: dict[str, AnswerInput], complains: bool) -> None:
    problems = check(parse(form()), answers, Circumstances(clock.today()))
    assert any(problem.key == "D1" for problem in problems) is complains


def test_a_soft_check_blocks_until_it_is_explained() -> None:
    answers = {"B3": given({"social-return": "basis"}), "E12": given(10), "E13": given(30)}
    questionnaire = parse(form())
    found = [item for item in check(questionnaire, answers, Circumstances(clock.today())) if item.key == "E13"]
    assert [(item.hard, item.blocks) for item in found] == [(False, True)]
    assert "30 tegen 10 euro" in found[0].message["nl"]
    answers["E13"] = AnswerInput(AnswerState.GIVEN, 30, remark="Een groot werk liep door.")
    found = [item for item in check(questionnaire, answers, Circumstances(clock.today())) if item.key == "E13"]
    assert [item.blocks for item in found] == [False]


def test_an_unknown_answer_needs_a_reason() -> None:
    problems = check(parse(form()), {"C2": AnswerInput(AnswerState.UNKNOWN)}, Circumstances(clock.today()))
    assert [problem.part for problem in problems if problem.key == "C2"] == ["reden"]
