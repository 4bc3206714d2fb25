"""A form while it is written: its order, what differs from last year, and what it lacks before it opens."""

from typing import Any

import pytest

from registry.editions.differing import Kind, means_otherwise, rows, settle
from registry.editions.forms import in_words
from registry.editions.question_fields import question_of, values_of
from registry.editions.readiness import Lack, missing
from registry.editions.written import Form, add, by_name, free_name, move, put, take_away, tidy
from tests.factories_editions import base_form

KNOWN = {one["indicator"]: 1 for one in base_form()["questions"] if one.get("indicator")}


def changed(name: str, **fields: Any) -> Form:
    """Return last year's form with one question changed as staff change it."""
    form = base_form()
    return settle(put(form, name, {**by_name(form)[name], **fields}), base_form(), name)


def kinds(form: Form) -> dict[str, Kind]:
    return {row.name: row.kind for row in rows(form, base_form()) if row.kind is not Kind.SAME}


def lacks(form: Form) -> list[tuple[str, Lack]]:
    return [(one.name, one.what) for one in missing(form, base_form(), KNOWN)]


def test_the_form_of_a_question_says_what_the_question_says() -> None:
    for question in base_form()["questions"]:
        assert question_of(values_of(question), question) == question, question["name"]


def test_what_cannot_be_read_is_kept_as_it_was_typed() -> None:
    question = by_name(base_form())["C4"]
    values = {**values_of(question), "keuzes": "half\nheel | Heel | Whole | anders", "minst": "veel"}
    kept = question_of(values, question)
    assert values_of(kept)["keuzes"] == values["keuzes"]
    assert kept["min"] == "veel"
    assert ("C4", Lack.TYPED) in lacks(put(base_form(), "C4", kept))


def test_a_form_says_the_same_whatever_its_spelling() -> None:
    form = base_form()
    again = tidy({**form, "questions": [{**one, "guide": one.get("guide"), "kinds": []} for one in form["questions"]]})
    assert again == form


def test_a_question_moves_within_its_section_and_over_its_border() -> None:
    names = list(by_name(base_form()))
    up = list(by_name(move(base_form(), "B2", -1)))
    assert up[names.index("B1")] == "B2"
    border = move(base_form(), "B1", -1)
    assert by_name(border)["B1"]["section"] == "A"
    assert kinds(border) == {"B1": Kind.MOVED}
    assert move(base_form(), names[0], -1) == base_form()
    assert kinds(move(base_form(), "C2", 1)) in ({"C2": Kind.MOVED}, {"C3": Kind.MOVED})


def test_a_changed_text_asks_what_the_question_is_to_last_years() -> None:
    form = changed("D6", label={"nl": "Anders", "en": "Other"})
    assert kinds(form) == {"D6": Kind.CHANGED}
    assert lacks(form) == [("D6", Lack.RELATION)]
    said = put(form, "D6", {**by_name(form)["D6"], "relation": "reworded"})
    assert lacks(said) == []
    assert settle(put(said, "D6", by_name(base_form())["D6"]), base_form(), "D6") == base_form()


@pytest.mark.parametrize(
    "change",
    [{"type": "integer"}, {"unit": {"nl": "ton", "en": "tonnes"}}, {"relation": "merged", "was": ["E1", "E6"]}],
)
def test_another_meaning_forces_a_new_version_of_the_indicator(change: dict[str, Any]) -> None:
    form = changed("E1", relation="reworded", **change) if "was" not in change else changed("E1", **change)
    assert ("E1", Lack.VERSION) in lacks(form)
    newer = put(form, "E1", {**by_name(form)["E1"], "indicator_version": 2})
    assert ("E1", Lack.INDICATOR) in lacks(newer)
    assert lacks({**newer, "indicators": {"KLIM-01": {"definition": {}}}}) == []


def test_another_explanation_leaves_the_meaning_as_it_was() -> None:
    question = by_name(base_form())["E1"]
    assert not means_otherwise({**question, "hint": {"nl": "Nieuw", "en": "New"}}, question)
    other_choices = {**by_name(base_form())["C5"], "choices": by_name(base_form())["C5"]["choices"][:-1]}
    assert means_otherwise(other_choices, by_name(base_form())["C5"])


def test_what_is_not_asked_any_more_needs_a_reason() -> None:
    gone = take_away(base_form(), "G4", None)
    assert (kinds(gone), lacks(gone)) == ({"G4": Kind.DROPPED}, [("G4", Lack.REASON)])
    told = take_away(base_form(), "G4", {"nl": "Niemand las het.", "en": "Nobody read it."})
    assert lacks(told) == []
    assert told["dropped"] == [{"name": "G4", "reason": {"nl": "Niemand las het.", "en": "Nobody read it."}}]


def test_a_new_question_gets_a_number_that_no_question_ever_had() -> None:
    gone = take_away(base_form(), "G4", {"nl": "x", "en": "x"})
    assert free_name(gone, "G") == "G5"
    form = add(gone, {"name": "G5", "section": "G", "type": "text", "relation": "new", "label": {"nl": "?", "en": "?"}})
    assert kinds(form) == {"G4": Kind.DROPPED, "G5": Kind.ADDED}
    assert lacks(form) == []
    split = put(form, "G5", {**by_name(form)["G5"], "relation": "split", "was": ["Z9"]})
    assert lacks(split) == [("G5", Lack.ORIGIN)]


def test_a_list_of_codes_reads_as_words(app: object) -> None:
    with app.test_request_context():  # type: ignore[attr-defined]
        assert in_words("niveau", "advised") == "Aanbevolen"
        assert in_words("opties", ["may_be_unknown"]) == "Het antwoord mag onbekend zijn, met een reden"
