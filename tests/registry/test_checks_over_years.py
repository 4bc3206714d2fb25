"""The checks of the form of 2025 that look at last year, and that no set of answers breaks a check or its words."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from registry.editions.questionnaire import parse
from registry.reports.checking import Circumstances, Problem, check
from registry.reports.display import shown_sections
from registry.reports.models import AnswerState
from registry.reports.values import AnswerInput
from tests.factories_form import form_data
from tests.factories_questions import SMALL, file, given, question
from tests.factories_questions import read as read_form

FORM = parse(form_data())
TODAY = date(2026, 3, 1)


def said(key: str, now: dict[str, Any], last: dict[str, Any], remark: str | None = None) -> list[Problem]:
    answers = {name: given(value, remark if name == key else None) for name, value in now.items()}
    told = Circumstances(TODAY, last={name: given(value) for name, value in last.items()})
    return [problem for problem in check(FORM, answers, told) if problem.key == key]


@pytest.mark.parametrize(
    ("key", "now", "last", "begins"),
    [
        ("C1", 12, 40, "De uitgaven daalden met 70 %: klopt dat? Leg het uit in een zin."),
        ("C1", 90.5, 40, "De uitgaven stegen met 126 %: klopt dat? Leg het uit in een zin."),
        ("C1", 20, 40, ""), ("C1", 60, 40, ""), ("C1", 5, 0, ""), ("C1", 0, 40, "De uitgaven daalden met 100 %: klopt"),
        ("C2", 11, 5, "Het aantal aanbestedingen boven de Europese drempel is meer dan verdubbeld, van 5 naar 11:"),
        ("C2", 10, 5, ""), ("C2", 9, 4, ""), ("C3", 30, 12, "Het aantal andere aanbestedingen is meer dan verdubbeld"),
        ("D1", 8, 25, "Het aantal aanbestedingen met MVOI daalde met 68 %: klopt dat? Leg het uit in een zin. Vorig"),
        ("D1", 40, 25, "Het aantal aanbestedingen met MVOI steeg van 25 naar 40: klopt"), ("D1", 13, 25, ""),
        ("D1", 0, 4, ""), ("D1", 4, 1, ""), ("D3", 7, 1, "Het aantal aanbestedingen op niveau significant of"),
        ("B4", 0.4, 1.7, "Het aantal fte voor MVOI daalde met 76 %"), ("B4", 0.1, 0.4, ""),
        ("B4", 1.7, 0, "Het aantal"),
    ],
)  # fmt: skip
def test_a_great_change_since_last_year_asks_for_a_sentence(key: str, now: float, last: float, begins: str) -> None:
    found = said(key, {key: now}, {key: last})
    assert [(one.hard, one.blocks) for one in found] == ([(False, True)] if begins else [])
    assert all(one.message["nl"].startswith(begins) for one in found)
    assert [one.blocks for one in said(key, {key: now}, {key: last}, "Een groot werk.")] == ([False] if begins else [])
    assert said(key, {key: now}, {}) == [], "who did not report last year is asked nothing"


def test_the_numbers_of_the_person_stand_in_both_languages() -> None:
    message = said("C1", {"C1": 1250.5}, {"C1": 4000})[0].message
    assert message["nl"].endswith("Vorig jaar was het 4.000, nu 1.250,5 miljoen euro.")
    assert message["en"].startswith("Spending fell by 69%: is that right?")
    assert message["en"].endswith("Last year it was 4,000, now 1,250.5 million euros.")


def test_more_tenders_with_criteria_than_tenders_is_impossible() -> None:
    found = said("D1", {"C2": 15, "C3": 20, "D1": 40}, {})
    assert [one.hard for one in found] == [True]
    assert found[0].message["nl"].startswith("D1 kan niet meer zijn dan C2 + C3: 40 tegen 35.")
    assert found[0].message["en"].startswith("D1 cannot be more than C2 + C3: 40 against 35.")


def test_last_year_is_read_by_the_key_of_this_year_and_with_its_parts() -> None:
    form = read_form(
        question("A1", "text", relevant="kind() == 'provincie' and not empty(last(A2)) and last(A3.start) < today()"),
        question("A2", "choices", choices=[{"name": "ja", "label": {"nl": "Ja", "en": "Yes"}}]),
        question("A3", "period"),
    )  # fmt: skip
    last = {"A2": given({"chosen": ["ja"]}), "A3": given({"from": "2025-01-01", "to": "2025-02-01"})}
    keys = [
        problem.key
        for problem in check(form, {"A1": given({"raw": "?"})}, Circumstances(TODAY, None, "provincie", last))
    ]
    assert keys == ["A1"]
    unknown = {**last, "A2": AnswerInput(AnswerState.UNKNOWN, reason="?")}
    for told in (Circumstances(TODAY, None, "gemeente", last), Circumstances(TODAY, None, "provincie", unknown)):
        assert check(form, {"A1": given({"raw": "?"})}, told) == []


FORMS = {"2025": FORM, "small": parse(SMALL)}
KEYS = {name: sorted(form.by_key) for name, form in FORMS.items()}
PARTS = sorted({part.key for form in FORMS.values() for one in form.questions for part in one.parts})
CODES = sorted({choice.code for form in FORMS.values() for one in form.questions for choice in one.choices})
leaf = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(CODES)
    | st.dates().map(date.isoformat) | st.just({"raw": "?"}) | st.just({"erased": True}) | st.just(file())
)  # fmt: skip
cells = st.dictionaries(st.sampled_from([*PARTS, "klimaat", "chosen", "other", "from", "to", "raw"]), leaf, max_size=4)
value = leaf | cells | st.lists(leaf | cells, max_size=3)
answer = st.builds(AnswerInput, st.sampled_from(AnswerState), value, st.none() | st.text(max_size=3), st.none())


@settings(max_examples=150, deadline=None)
@drawn(st.sampled_from(sorted(FORMS)), st.data())
def test_no_answers_break_the_checks_and_their_order_does_not_matter(name: str, data: st.DataObject) -> None:
    form = FORMS[name]
    answers = data.draw(st.dictionaries(st.sampled_from(KEYS[name]), answer, max_size=12))
    last = data.draw(st.dictionaries(st.sampled_from(KEYS[name]), answer, max_size=6))
    kind = data.draw(st.sampled_from(["", "gemeente", "provincie"]))
    first = check(form, answers, Circumstances(TODAY, TODAY, kind, last))
    turned = dict(reversed(answers.items())), dict(reversed(last.items()))
    assert check(form, turned[0], Circumstances(TODAY, TODAY, kind, turned[1])) == first
    assert check(form, answers, Circumstances(TODAY, TODAY, kind, last)) == first
    order = list(form.by_key)
    assert [order.index(one.key) for one in first] == sorted(order.index(one.key) for one in first)
    for audience in ("public", "staff", "own"):
        shown_sections(form, answers, Circumstances(TODAY, TODAY, kind, last), audience=audience)
