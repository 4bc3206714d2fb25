"""Types of questions, levels and kinds: what is read, what is wrong, and which of the empties it is. Pure."""

from typing import Any

import pytest

from common.errors import ContentError
from registry.editions.questionnaire import parse
from registry.reports.checking import Circumstances, Problem, Reading, asked, check
from registry.reports.display import OWN, shown_sections
from registry.reports.models import AnswerState
from registry.reports.values import AnswerInput, read
from tests.factories_questions import PARTS, SMALL, file, form, given, question, text
from tests.factories_questions import read as read_form

SMALL_FORM = parse(SMALL)
TOWN = Circumstances(kind="gemeente")


def problems(answers: dict[str, AnswerInput], key: str, told: Circumstances = TOWN) -> list[Problem]:
    return [problem for problem in check(SMALL_FORM, answers, told) if problem.key == key]


@pytest.mark.parametrize(
    ("typed", "value", "says"),
    [
        ("12,5", 12.5, None), ("0", 0, None), ("100", 100, None), ("", None, "Geef antwoord op vraag A1: Vraag A1"),
        ("101", {"raw": "101"}, "Vul een getal in van hooguit 100."),
        ("-1", {"raw": "-1"}, "Vul een getal in van 0 of meer."),
        ("1,25", {"raw": "1,25"}, "Gebruik hooguit 1 cijfer achter de komma."),
        ("veel", {"raw": "veel"}, "Vul een getal in, zoals 12,5."),
    ],
)  # fmt: skip
def test_a_share_is_a_percentage_of_nought_to_a_hundred(typed: str, value: Any, says: str | None) -> None:
    found = read(SMALL_FORM.by_key["A1"], typed)
    assert found == value
    said = [problem.message["nl"] for problem in problems({"A1": given(found)}, "A1")]
    assert said == ([says] if says else [])


def test_a_period_ends_no_sooner_than_it_begins_and_says_so_at_its_last_day() -> None:
    wrong = problems({"A2": given({"from": "2025-05-02", "to": "2025-05-01"})}, "A2")
    assert [(one.part, one.hard) for one in wrong] == [("to", True)]
    assert "eindigt (1\u00a0mei 2025) voordat die begint (2\u00a0mei 2025)" in wrong[0].message["nl"]
    assert problems({"A2": given({"from": "2025-05-01", "to": "2025-05-01"})}, "A2") == []
    assert [one.part for one in problems({"A2": given({"from": "2025-05-01"})}, "A2")] == ["to"]
    assert problems({}, "A2") == [], "advised, so nothing stops without it"
    assert SMALL_FORM.by_key["A2"].advised


def test_a_period_and_a_share_are_parts_of_rows_and_sets_too() -> None:
    row = {"when_from": "2025-05-02", "when_to": "2025-05-01", "share": 120}
    assert [one.part for one in problems({"A4": given([{}, row])}, "A4")] == ["1.when_to", "1.share"]
    answers = {"A1": given(50), "A5": given(row)}
    assert [one.part for one in problems(answers, "A5")] == ["when_to", "share"]
    labels = [part.label["nl"] for part in SMALL_FORM.by_key["A4"].parts]
    assert labels == ["Looptijd: vanaf", "Looptijd: tot en met", "Deel"]


def test_days_of_a_period_are_named_in_conditions() -> None:
    later = question("A9", "text", relevant="A2.end > A2.start and A5.when_from <= A2.start")
    questions = [question("A2", "period"), question("A5", "composite", parts=PARTS), later]
    answers = {"A2": given({"from": "2025-05-01", "to": "2025-06-01"})}
    assert [one.key for one in asked(read_form(*questions), answers)] == ["A2", "A5"]
    answers["A5"] = given({"when_from": "2025-01-01", "when_to": "2025-02-01"})
    assert [one.key for one in asked(read_form(*questions), answers)] == ["A2", "A5", "A9"]


@pytest.mark.parametrize("value", [{"files": [{"id": "1"}]}, {"files": "x"}, {"files": [3]}, "naam.pdf"])
def test_what_is_no_file_of_ours_is_refused(value: object) -> None:
    assert [one.message["nl"][:31] for one in problems({"A3": given(value)}, "A3")] == [
        "Dit is geen bestand dat wij ken"
    ]
    assert problems({"A3": given(file())}, "A3") == []


def test_four_empties_and_nought_are_five_different_things() -> None:
    answers = {
        "A1": given(0), "A2": AnswerInput(AnswerState.UNKNOWN, reason="Geen idee"),
        "A3": AnswerInput(AnswerState.NOT_APPLICABLE),
    }  # fmt: skip
    shown = {one.key: one for one in shown_sections(SMALL_FORM, answers, TOWN, audience="staff")[0].answers}
    words = [shown[key].text["nl"] for key in ("A1", "A2", "A3", "A4", "A6")]
    assert words == ["0%", "Onbekend", "Niet van toepassing", "Niet ingevuld", "Niet gevraagd"]
    reading = Reading(SMALL_FORM, answers, TOWN)
    seen = [reading.values.get(key, "open") for key in ("A1", "A3", "A4")]
    assert seen == [0, "open", "open"]
    assert str(reading.values["A2"]) == "Missing.UNKNOWN"


@pytest.mark.parametrize(("kind", "is_asked"), [("provincie", True), ("gemeente", False), ("", False)])
def test_a_question_for_other_kinds_is_not_asked_and_not_missed(kind: str, is_asked: bool) -> None:
    told = Circumstances(kind=kind)
    assert ("A6" in {one.key for one in asked(SMALL_FORM, {}, told)}) is is_asked
    assert bool(problems({}, "A6", told)) is is_asked
    own = {one.key for part in shown_sections(SMALL_FORM, {}, told, audience=OWN) for one in part.answers}
    assert ("A6" in own) is is_asked


def test_a_declaration_is_given_with_the_button_and_no_draft_waits_for_it() -> None:
    assert problems({}, "A7") == []
    assert not SMALL_FORM.by_key["A7"].takes_answer


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"required": "soms"}, "required"), ({"kinds": ["ruimtestation"]}, "soorten"),
        ({"relation": "ooit"}, "relation"),
        ({"relation": "new", "was": ["B1"]}, "relation"), ({"min": "veel"}, "min"), ({"max_length": -1}, "max_length"),
        ({"relevant": "last(Z9) > 1"}, "Z9"), ({"relevant": "kind(A1)"}, "kind"), ({"name": "A" * 17}, "16 tekens"),
        ({"name": ""}, "name"), ({"label": "Alleen Nederlands"}, "label"), ({"type": "choice", "choices": [7]}, "name"),
        ({"type": "composite", "parts": [{**PARTS[0]}, {**PARTS[0]}]}, "dubbel"),
    ],
)  # fmt: skip
def test_a_wrong_word_in_a_form_is_refused_with_the_question(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(ContentError, match=reason):
        parse(form({**question("A1", "text"), **change}))
    with pytest.raises(ContentError):
        parse(form("geen vraag"))  # type: ignore[arg-type]


def test_a_form_says_what_it_took_over_and_what_is_gone() -> None:
    made = read_form(
        question("A1", "text", relation="split", was=["B1", "B2"], indicator="CIRC-03", indicator_version=2),
        question("A2", "text", relation="new"), question("A3", "text", relation="reworded"),
        dropped=[{"name": "B9", "reason": text("Dubbel")}], executive_agrees=True, second_reviewer=True, revision=1,
    )  # fmt: skip
    assert [one.before for one in made.questions] == [("B1", "B2"), (), ("A3",)]
    assert [(one.key, one.reason["nl"]) for one in made.dropped] == [("B9", "Dubbel")]
    assert (made.name, made.version, made.executive_agrees, made.second_reviewer) == ("2025.1", 2, True, True)
    assert made.by_key["A1"].indicator_version == 2
