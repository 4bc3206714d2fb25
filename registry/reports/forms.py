"""Reading what a section's form sent (field names: docs/components.md). `getoond` says what stood on the screen.

A question that was not on the screen is left alone: hiding it must not empty it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from registry.editions.form import COMPOSED, Part, Question, Section
from registry.reports.models import AnswerState
from registry.reports.values import AnswerInput, AnswerLike, as_cells, is_blank, read

Fields = MultiDict[str, str]

SHOWN: Final = "getoond"
MINE: Final = "mijn"
THEIRS: Final = "ander"
_STATES: Final = {"onbekend": AnswerState.UNKNOWN, "nvt": AnswerState.NOT_APPLICABLE}
_LONGEST: Final = 2000


def field_name(key: str, part: str = "") -> str:
    """Return the name and id of a field: "c1", "b2__link", "f1__0__action"."""
    return "__".join([key.lower(), *part.split(".")]) if part else key.lower()


def read_section(
    section: Section, fields: Fields, answers: Mapping[str, AnswerLike], suggested: Iterable[str] = ()
) -> dict[str, AnswerInput]:
    """Return the answers on the form. `suggested` are the questions that showed last year's answer."""
    shown = set(fields.getlist(SHOWN))
    offered = set(suggested)
    return {
        question.key: _answer(question, fields, shown, answers.get(question.key), question.key in offered)
        for question in section.questions
        if question.key in shown and question.takes_answer
    }


def basis_of(fields: Fields) -> dict[str, int]:
    """Return the version of each answer as it stood on the form ("C1=3,C2=0")."""
    pairs = (item.partition("=") for item in fields.get("version", "").split(","))
    return {key: int(number) for key, _, number in pairs if number.isdecimal() and len(number) < 10}


def write_basis(basis: Mapping[str, int]) -> str:
    """Write the versions for the form's hidden field."""
    return ",".join(f"{key}={version}" for key, version in sorted(basis.items()))


def choices_between(section: Section, fields: Fields) -> dict[str, tuple[str, int]]:
    """Return, per question that two people changed, what was chosen and which version of the other was seen."""
    found = {}
    for question in section.questions:
        name = field_name(question.key)
        choice, seen = fields.get(f"{name}__keuze", ""), fields.get(f"{name}__gezien", "")
        if choice in {MINE, THEIRS} and seen.isdecimal() and len(seen) < 10:
            found[question.key] = (choice, int(seen))
    return found


def typed_replies(section: Section, fields: Fields) -> tuple[dict[str, str], dict[str, str]]:
    """Return, by question, what was replied to staff, and the mark of the reply that stood on the screen."""
    names = {question.key: f"{field_name(question.key)}__reactie" for question in section.questions}
    replies = {key: fields[name] for key, name in names.items() if name in fields}
    return replies, {key: fields.get(f"{names[key]}_gezien", "") for key in replies}


def _answer(
    question: Question, fields: Fields, shown: set[str], now: AnswerLike | None, suggested: bool
) -> AnswerInput:
    name = field_name(question.key)
    value = _value(question, fields, shown, now.value if now else None)
    state = _STATES.get(fields.get(f"{name}__leeg", ""))
    remark = _line(fields[f"{name}__opmerking"]) if f"{name}__opmerking" in fields else now.remark if now else None
    reason = _line(fields[f"{name}__reden"]) if f"{name}__reden" in fields else now.reason if now else None
    if state is None:
        state = AnswerState.BLANK if is_blank(value) else AnswerState.GIVEN
    given = AnswerInput(state, None if is_blank(value) else value, reason, remark)
    return replace(given, touched=suggested and state is not AnswerState.GIVEN)


def _value(question: Question, fields: Fields, shown: set[str], now: Any) -> Any:
    name = field_name(question.key)
    if question.type == "choices":
        other = _line(fields.get(f"{name}__anders", ""))
        value = {"chosen": list(dict.fromkeys(fields.getlist(name))), **({"other": other} if other else {})}
        return None if is_blank(value) else value
    if question.type in {"matrix", "theme_integers"}:
        kind = "choice" if question.type == "matrix" else "integer"
        cell = Part(question.key, kind, question.label, choices=question.choices, min=question.min)
        return _filled({row.code: read(cell, fields.get(f"{name}__{row.code}", "")) for row in question.rows})
    if question.type in COMPOSED:
        return _filled(_parts(question, fields, name, shown, as_cells(now)))
    if question.type == "rows":
        rows = [_parts(question, fields, f"{name}__{index}", set(), {}) for index in _row_numbers(name, fields)]
        return [_filled(row) for row in rows if not is_blank(row)]
    if question.type == "file":
        return now  # files come and go by a form of their own
    return read(question, fields.get(name, ""))


def _parts(question: Question, fields: Fields, before: str, shown: set[str], now: Mapping[str, Any]) -> dict[str, Any]:
    """Read the parts. One that depends on another and was not on the screen keeps what it had."""
    found = {}
    for part in question.parts:
        name = f"{before}__{part.key}"
        hidden = question.type != "rows" and part.relevant is not None and f"{question.key}.{part.key}" not in shown
        found[part.key] = now.get(part.key) if hidden and name not in fields else read(part, fields.get(name, ""))
    return found


def _row_numbers(name: str, fields: Fields) -> list[int]:
    """Return the rows on the screen, without the one whose button "Verwijderen" was pressed."""
    count = fields.get(f"{name}__rijen", "")
    total = min(int(count), 200) if count.isdecimal() and len(count) < 5 else 0
    gone = fields.get(f"{name}__weg", "")
    return [index for index in range(total) if str(index) != gone]


def _filled(cells: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in cells.items() if not is_blank(value)}


def _line(text: str) -> str | None:
    return text.replace("\r\n", "\n").strip()[:_LONGEST] or None
