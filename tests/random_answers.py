"""Random sets of answers to a form, as hypothesis makes them, and the fields with which a browser sends them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from registry.editions.form import NUMBERS, Part, Question, Questionnaire
from registry.reports.forms import field_name
from registry.reports.models import AnswerState
from registry.reports.screens import typed
from registry.reports.values import AnswerInput, as_cells, chosen, is_blank, read

STATES = {AnswerState.UNKNOWN: "onbekend", AnswerState.NOT_APPLICABLE: "nvt"}
LINES = st.sampled_from(
    [
        "",
        "Dat houden wij niet bij.",
        "=1+1",
        "-5 procent",
        "'aanhaling",
        "@SUM(A1)",
        "+31 6",
        "een\ntwee  drie",
        "_x0041_ €",
    ]
)
TEXTS = st.one_of(
    LINES,
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=30).map(str.strip),
    st.integers(40, 1300).map(lambda length: "Een zin over inkoop. " * (length // 21) + "x" * (length % 21)),
)
NUMBERS_TYPED = st.one_of(
    st.integers(0, 60).map(str),
    st.integers(-3, 10**13).map(str),
    st.decimals(0, 5000, places=2).map(lambda number: str(number).replace(".", ",")),
    st.sampled_from(["veel", "12,55", "1.234,5", "=2*3", "50%", "0", "100", "101"]),
)
DAYS_TYPED = st.one_of(
    st.dates(date(2019, 1, 1), date(2031, 1, 1)).map(date.isoformat),
    st.sampled_from(["31-02-2025", "1900-05-05", "morgen", "15-3-2025"]),
)


def part_values(part: Part) -> st.SearchStrategy[Any]:
    """What somebody may have typed in one field, read as every way of filling in reads it."""
    if part.type == "choice":
        made = st.sampled_from([choice.code for choice in part.choices] * 4 + ["zomaar iets"])
    elif part.type in NUMBERS:
        made = NUMBERS_TYPED
    elif part.type == "date":
        made = DAYS_TYPED
    elif part.type in {"url", "email"}:
        made = st.sampled_from(["https://proef.example/plan", "naam@proef.example", "geen adres", ""])
    else:
        made = TEXTS
    return st.one_of(made, made, made, st.just("")).map(lambda text: read(part, text))


def values_of(question: Question) -> st.SearchStrategy[Any]:
    """Values of a question, right and wrong ones."""
    if question.type == "choices":
        codes = [choice.code for choice in question.choices]
        picked = st.sets(st.sampled_from(codes), max_size=5).map(
            lambda found: [code for code in codes if code in found]
        )
        with_other = any(choice.other_text for choice in question.choices)
        other = LINES if with_other else st.just("")
        return st.tuples(picked, other).map(lambda pair: {"chosen": pair[0], **({"other": pair[1]} if pair[1] else {})})
    if question.type in {"matrix", "theme_integers"}:
        kind = "choice" if question.type == "matrix" else "integer"
        parts = {
            row.code: Part(row.code, kind, row.label, choices=question.choices, min=question.min)
            for row in question.rows
        }
        return _filled(parts)
    if question.type == "rows":
        most = min(question.max_rows or 5, 5)
        row = _filled({part.key: part for part in question.parts}).filter(bool)
        return st.lists(row, max_size=most)
    if question.parts:
        return _filled({part.key: part for part in question.parts})
    return part_values(question)


def _filled(parts: Mapping[str, Part]) -> st.SearchStrategy[dict[str, Any]]:
    made = st.fixed_dictionaries({key: part_values(part) for key, part in parts.items()})
    return made.map(lambda cells: {key: cells[key] for key in parts if not is_blank(cells[key])})


@st.composite
def answer(draw: st.DrawFn, question: Question) -> AnswerInput:
    """One answer: given, left open, unknown or not applicable, also where it may not be."""
    value = draw(values_of(question))
    state = draw(st.sampled_from([AnswerState.GIVEN] * 8 + [AnswerState.UNKNOWN, AnswerState.NOT_APPLICABLE]))
    value = None if is_blank(value) else value
    if state is AnswerState.GIVEN and value is None:
        state = AnswerState.BLANK
    line = LINES.map(lambda text: text or None)
    return AnswerInput(state, value, draw(line), draw(line))


@st.composite
def answer_set(draw: st.DrawFn, questionnaire: Questionnaire) -> dict[str, AnswerInput]:
    """Answers to all questions that a person answers in the form itself."""
    asked = [one for one in questionnaire.questions if one.takes_answer and one.type != "file"]
    left_out = draw(st.sets(st.sampled_from([one.key for one in asked]), max_size=12))
    found = {question.key: draw(answer(question)) for question in asked if question.key not in left_out}
    return {**found, **{key: AnswerInput(AnswerState.BLANK) for key in left_out}}


def browser_fields(questionnaire: Questionnaire, answers: Mapping[str, AnswerInput]) -> MultiDict[str, str]:
    """Return what a browser sends for these answers from the page with all questions."""
    fields: MultiDict[str, str] = MultiDict()
    for key, given in answers.items():
        question, name = questionnaire.by_key[key], field_name(key)
        fields.add("getoond", key)
        fields.setlist(f"{name}__leeg", [STATES.get(given.state, "")])
        fields.setlist(f"{name}__reden", [given.reason or ""])
        fields.setlist(f"{name}__opmerking", [given.remark or ""])
        _add_value(fields, question, given.value)
    return fields


def _add_value(fields: MultiDict[str, str], question: Question, value: Any) -> None:
    name = field_name(question.key)
    if question.type == "choices":
        fields.setlist(name, chosen(value))
        fields[f"{name}__anders"] = str(as_cells(value).get("other") or "")
    elif question.type == "rows":
        rows = value if isinstance(value, list) else []
        fields[f"{name}__rijen"] = str(len(rows))
        for index, row in enumerate(rows):
            for part in question.parts:
                fields[f"{name}__{index}__{part.key}"] = typed(row.get(part.key))
    elif question.parts or question.rows:
        cells = as_cells(value)
        for code in [*(part.key for part in question.parts), *(row.code for row in question.rows)]:
            fields[f"{name}__{code}"] = typed(cells.get(code))
    else:
        fields[name] = typed(value)
