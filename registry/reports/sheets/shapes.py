"""Answers that come as JSON: their shape is checked, and they are read as what is typed in the browser is. Pure."""

import json
import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from common.errors import N_
from common.typed import even_lines
from registry.editions.form import NUMBERS, Part, Question
from registry.reports import values
from registry.reports.models import AnswerState
from registry.reports.sheets.cells import LONGEST_LINE, canonical_number
from registry.reports.values import AnswerInput, AnswerLike, is_blank, is_raw

MOST_ROWS: Final = 200
LONGEST_TEXT: Final = 50_000
_FIELDS: Final = frozenset({"state", "value", "reason", "remark", "version"})
_STATES: Final = {state.value for state in AnswerState}


class WrongShape(ValueError):
    """What is wrong with one answer; `sentence` is a msgid."""

    def __init__(self, sentence: str, **values: Any) -> None:
        self.sentence, self.values = sentence, values
        super().__init__(sentence)


def read_json(text: bytes) -> Any:
    """Read JSON without what JSON does not know (NaN), and whatever its depth. Raises WrongShape."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise WrongShape(N_("Deze JSON is te diep genest.")) from error
    except ValueError as error:  # also for bytes that are no text, and for numbers of thousands of digits
        raise WrongShape(N_("Dit is geen JSON.")) from error


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def read_answer(question: Question, said: Any, now: AnswerLike | None) -> tuple[AnswerInput, int | None]:
    """Return an answer and the version that it was made from (None: not said). Raises WrongShape.

    `now` is what stands there: files are not sent this way, and stay as they are.
    """
    if not isinstance(said, dict) or not said.keys() <= _FIELDS:
        raise WrongShape(N_("Geef een object met state, value, reason, remark en version."))
    state = said.get("state", AnswerState.GIVEN.value if not is_blank(said.get("value")) else AnswerState.BLANK.value)
    if not isinstance(state, str) or state not in _STATES:
        raise WrongShape(N_("state is given, unknown, not_applicable of blank."))
    version = said.get("version")
    if version is not None and (type(version) is not int or not 0 <= version < 10**9):
        raise WrongShape(N_("version is een heel getal."))
    if not question.takes_answer:
        raise WrongShape(N_("Deze vraag vult u niet zelf in."))
    value = read_given(question, said.get("value"), now)
    given = AnswerState(state)
    if given is AnswerState.BLANK and not is_blank(value):
        raise WrongShape(N_("state is blank, en er staat een waarde."))
    if given is AnswerState.GIVEN and is_blank(value):
        given = AnswerState.BLANK
    reason, remark = (_line(said.get(name), name) for name in ("reason", "remark"))
    return AnswerInput(given, None if is_blank(value) else value, reason, remark), version


def _line(said: Any, name: str) -> str | None:
    if said is not None and not isinstance(said, str):
        raise WrongShape(N_("%(name)s is tekst."), name=name)
    return _text(said or "")[:LONGEST_LINE] or None


def _text(text: str) -> str:
    """Return a text as the form keeps it. Raises WrongShape for one that cannot be written down."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise WrongShape(N_("Hier staat een half teken. Dat kan niet worden bewaard.")) from error
    if len(text) > LONGEST_TEXT:
        raise WrongShape(N_("Deze tekst is te lang voor een antwoord."))
    return even_lines(text).replace("\x00", "").strip()


def read_given(question: Question, value: Any, now: AnswerLike | None) -> Any:
    """Return a value as the browser's form would give it. Raises WrongShape."""
    if value is None:
        return None
    return _READERS.get(question.type, _one)(question, value, now)


def _one(question: Question, value: Any, _now: AnswerLike | None) -> Any:
    return read_part(question, value)


def read_part(part: Part, value: Any) -> Any:
    """Read the value of one field."""
    if value is None:
        return None
    if is_raw(value) and isinstance(value["raw"], str):
        return values.read(part, _text(value["raw"]))
    if part.type in NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise WrongShape(N_("Hier hoort een getal."))
        if abs(value) > 10**30:
            raise WrongShape(N_("Dit getal is te groot."))
        return canonical_number(part, value)
    if not isinstance(value, str):
        raise WrongShape(N_("Hier hoort tekst."))
    return values.read(part, _text(value))


def _choices(question: Question, value: Any, _now: AnswerLike | None) -> Any:
    if not isinstance(value, dict) or not value.keys() <= {"chosen", "other"}:
        raise WrongShape(N_('Hier hoort een object: {"chosen": [codes], "other": tekst}.'))
    chosen, other = value.get("chosen", []), value.get("other")
    known = {choice.code for choice in question.choices}
    if not isinstance(chosen, list) or not all(isinstance(code, str) and code in known for code in chosen):
        raise WrongShape(N_("chosen is een lijst van codes die bij deze vraag horen."))
    words = _line(other, "other")
    return {"chosen": list(dict.fromkeys(chosen)), **({"other": words} if words else {})}


def _cells(question: Question, value: Any, _now: AnswerLike | None) -> Any:
    """Read a matrix: the code of a row, and its value."""
    kind = "choice" if question.type == "matrix" else "integer"
    parts = {
        row.code: Part(row.code, kind, row.label, choices=question.choices, min=question.min) for row in question.rows
    }
    return _object(parts, value)


def _parts(question: Question, value: Any, _now: AnswerLike | None) -> Any:
    return _object({part.key: part for part in question.parts}, value)


def _object(parts: Mapping[str, Part], value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not value.keys() <= parts.keys():
        raise WrongShape(N_("Hier hoort een object met alleen: %(names)s."), names=", ".join(parts))
    read = {name: read_part(part, value[name]) for name, part in parts.items() if name in value}
    return {name: one for name, one in read.items() if not is_blank(one)}


def _rows(question: Question, value: Any, now: AnswerLike | None) -> Any:
    if not isinstance(value, list) or len(value) > MOST_ROWS:
        raise WrongShape(N_("Hier hoort een lijst van hooguit %(most)s regels."), most=MOST_ROWS)
    rows = [_parts(question, row, now) for row in value]
    return [row for row in rows if row]


def _files(_question: Question, value: Any, now: AnswerLike | None) -> Any:
    if now is None or value != now.value:
        raise WrongShape(N_("Bestanden voegt u toe op de website."))
    return now.value


_READERS: Final[Mapping[str, Callable[[Question, Any, AnswerLike | None], Any]]] = {
    "choices": _choices,
    "matrix": _cells,
    "theme_integers": _cells,
    "composite": _parts,
    "person": _parts,
    "period": _parts,
    "rows": _rows,
    "file": _files,
}
