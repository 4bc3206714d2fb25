"""How a form stands in a spreadsheet: sheets, columns and words, those of XLSForm where it has them. Pure.

survey: a row for each section (begin_group, end_group), question, part ("B7.answer"), further check (constraint) and
question that is not asked any more (dropped). choices: the options of a list. settings: one row. What has no column of
its own stands as JSON in the column `more`, so that nothing is lost on the way.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from common.ledger import canonical_json
from registry.editions.form import ADVISED

SURVEY, CHOICES, SETTINGS, INDICATORS = "survey", "choices", "settings", "indicators"
LANGUAGES: Final = {"nl": "Nederlands (nl)", "en": "English (en)"}
BEGIN, END, CHECK, DROPPED = "begin_group", "end_group", "constraint", "dropped"
LIST_TYPES: Final = {"choice": "select_one", "choices": "select_multiple", "matrix": "matrix"}
"""Our type -> XLSForm's word, behind which the name of the list stands."""
MORE: Final = "more"

TEXT, WORD, FLAG, NUMBER, WORDS, JSON = "text", "word", "flag", "number", "words", "json"
QUESTION: Final = {
    "label": TEXT, "hint": TEXT, "why": TEXT, "unit": TEXT, "statement": TEXT,
    "relevant": WORD, "publish": WORD, "carry_over": WORD, "indicator": WORD, "indicator_version": NUMBER,
    "indicator_part": WORD, "relation": WORD, "was": WORDS, "kinds": WORDS,
    "may_be_unknown": FLAG, "may_be_not_applicable": FLAG, "prefilled": FLAG, "summary": FLAG, "after_editing": FLAG,
    "min": NUMBER, "max": NUMBER, "decimals": NUMBER, "min_length": NUMBER, "max_length": NUMBER,
    "max_choices": NUMBER, "min_rows": NUMBER, "max_rows": NUMBER, "method_from": WORD, "guide": WORD,
    "filled_from": WORD,
}  # fmt: skip
"""Field of a question or a part -> how it is written."""
OPTION: Final = {"label": TEXT, "other_text": FLAG, "exclusive": FLAG}
SETTING: Final = {"title": TEXT, "intro": TEXT, "executive_agrees": FLAG, "second_reviewer": FLAG,
                  "schema_version": NUMBER}  # fmt: skip
VERSION: Final = {
    "name": TEXT, "definition": TEXT, "unit": TEXT, "note": TEXT, "comparable": WORD, "formula": WORD, "theme": WORD,
    "allowed": JSON,
}  # fmt: skip
CHECK_FIELDS: Final = ("check", "hard", "message", "values")


def columns_of(fields: Mapping[str, str]) -> list[str]:
    """Return the columns of these fields: a text has one for each language."""
    return [column for name, kind in fields.items() for column in _columns(name, kind)]


def _columns(name: str, kind: str) -> list[str]:
    return [f"{name}::{word}" for word in LANGUAGES.values()] if kind == TEXT else [name]


def headers() -> dict[str, list[str]]:
    """Return the columns of each sheet, in order."""
    question = columns_of(QUESTION)
    labels = question[:2]
    checks = ["required", "constraint", "hard", *columns_of({"constraint_message": TEXT}), "constraint_values", "rows"]
    return {
        SURVEY: ["type", "name", *labels, *question[2:], *checks, MORE],
        CHOICES: ["list_name", "name", *columns_of(OPTION), MORE],
        SETTINGS: ["form_id", *columns_of(SETTING), MORE],
        INDICATORS: ["code", *columns_of(VERSION), MORE],
    }


def write_fields(item: Mapping[str, Any], fields: Mapping[str, str], without: frozenset[str]) -> dict[str, Any]:
    """Return the cells of an item; what has no column, or does not fit in it, goes into `more`."""
    cells: dict[str, Any] = {}
    more = {}
    for name, value in item.items():
        written = _written(name, value, fields[name]) if name in fields else None
        if name in without:
            continue
        if written is None:
            more[name] = value
        else:
            cells |= written
    return {**cells, MORE: canonical_json(more)} if more else cells


def _written(name: str, value: Any, kind: str) -> dict[str, Any] | None:
    match kind, value:
        case "text", dict() if set(value) <= set(LANGUAGES) and all(isinstance(one, str) for one in value.values()):
            return {f"{name}::{LANGUAGES[code]}": text for code, text in value.items()}
        case "word", str():
            return {name: value}
        case "flag", True:
            return {name: "yes"}
        case "number", int() | float() if not isinstance(value, bool):
            return {name: value}
        case "words", list() if all(isinstance(one, str) and one.split() == [one] for one in value):
            return {name: " ".join(value)}
        case "json", _:
            return {name: canonical_json(value)}
    return None


def read_fields(cells: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, Any]:
    """Return what the cells of a row say. Raises WrongCell with the column."""
    found: dict[str, Any] = _json(cells, MORE) or {}
    if not isinstance(found, dict):
        raise WrongCell(MORE, "geen velden")
    for name, kind in fields.items():
        value = _read(cells, name, kind)
        if value not in (None, "", [], {}) and value is not False:
            found[name] = value
    return found


def _read(cells: Mapping[str, Any], name: str, kind: str) -> Any:
    if kind == TEXT:
        said = {code: text_of(cells.get(f"{name}::{word}")) for code, word in LANGUAGES.items()}
        return {code: text for code, text in said.items() if text}
    if kind == JSON:
        return _json(cells, name)
    text = text_of(cells.get(name))
    if kind == FLAG:
        return flag_of(text, name)
    if kind == NUMBER:
        return _number(text, name)
    return text.split() if kind == WORDS else text


class WrongCell(Exception):
    """A cell cannot be read: its column, and why in Dutch."""

    def __init__(self, column: str, reason: str) -> None:
        self.column, self.reason = column, reason
        super().__init__(f"{column}: {reason}")


def text_of(value: Any) -> str:
    """Return a cell as a text; a whole number that a program made a fraction is whole again."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def flag_of(text: str, column: str) -> bool:
    """Return a yes or a no, as people and programs write them."""
    if text.casefold() in {"yes", "true", "ja", "1"}:
        return True
    if text.casefold() in {"", "no", "false", "nee", "0"}:
        return False
    raise WrongCell(column, "yes of no")


def required_of(text: str) -> bool | str:
    """Return how much an answer is asked."""
    return ADVISED if text.casefold() == ADVISED else flag_of(text, "required")


def _number(text: str, column: str) -> int | float | None:
    if not text:
        return None
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        raise WrongCell(column, "geen getal") from None
    if not abs(number) <= 1e12:  # NaN is not either
        raise WrongCell(column, "geen getal")
    return int(number) if number.is_integer() else number


def _json(cells: Mapping[str, Any], column: str) -> Any:
    text = text_of(cells.get(column))
    if not text:
        return None
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise WrongCell(column, "geen JSON") from None


def _no_constant(text: str) -> Any:
    raise ValueError(text)
