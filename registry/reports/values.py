"""Answers as values: reading what was typed, and saying what is wrong with it. The shapes stand in editions/form.py."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any, Final, Protocol

from common.typed import even_lines, read_day, read_number
from common.vocabulary import Text
from registry.editions.form import COMPOSED, NUMBERS, Part, Question
from registry.reports import words
from registry.reports.messages import message, too_precise
from registry.reports.models import AnswerState

LARGEST: Final = 10**12
OTHER_LENGTH: Final = 200
_EMAIL: Final = re.compile(r"[^@\s,;<>()\"]{1,64}@[^@\s,;<>()\"]+\.[^@\s,;<>()\".]{2,}")
_EIGHT_DIGITS: Final = re.compile(r"^(\d\d)(\d\d)((?:19|20)\d\d)$")
"""A day typed without a sign in between ("31052026"), as keyboards invite."""
_URL: Final = re.compile(r"https?://[^\s/?#\"<>@]+\.[^\s\"<>]{2,}", re.I)


class AnswerLike(Protocol):
    """An answer of a draft or of a submission."""

    @property
    def state(self) -> AnswerState: ...
    @property
    def value(self) -> Any: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def remark(self) -> str | None: ...


@dataclass(frozen=True)
class AnswerInput:
    """An answer as somebody gives it. `touched`: write it down even where it equals an empty start,
    because last year's answer stood on the screen and was taken away."""

    state: AnswerState
    value: Any = None
    reason: str | None = None
    remark: str | None = None
    touched: bool = False


BLANK: Final = AnswerInput(AnswerState.BLANK)


ERASED: Final[Mapping[str, bool]] = {"erased": True}
"""The value of an answer that named a person who was erased since."""


def is_erased(value: Any) -> bool:
    """Say whether there was an answer here that was erased."""
    return isinstance(value, dict) and value == ERASED


def is_raw(value: Any) -> bool:
    """Say whether this is text that could not be read as its type."""
    return isinstance(value, dict) and value.keys() == {"raw"}


def is_blank(value: Any) -> bool:
    """Say whether nothing was filled in: also a set of parts or rows with nothing in them."""
    if isinstance(value, dict):
        return all(is_blank(item) for item in value.values())
    if isinstance(value, list):
        return all(is_blank(item) for item in value)
    return value is None or value == "" or value is False


def chosen(value: Any) -> list[str]:
    """Return the codes that were chosen at a question of type "choices"."""
    codes = value.get("chosen") if isinstance(value, dict) else value
    return [str(code) for code in codes] if isinstance(codes, list) else []


def files(value: Any) -> list[dict[str, Any]]:
    """Return the files of a question of type "file": {"id", "name", "sha256"} each."""
    listed = value.get("files") if isinstance(value, dict) else None
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


def read(part: Part, text: str) -> Any:
    """Read what was typed for one field. None where it is empty, {"raw": text} where it is not what it should be."""
    text = even_lines(text).replace("\x00", "").strip()
    if not text:
        return None
    if part.type in NUMBERS:
        number = read_number(text)
        return {"raw": text} if number is None or number_fault(part, number) else number
    if part.type == "date":
        day = read_day(_EIGHT_DIGITS.sub(r"\1-\2-\3", text))
        return day.isoformat() if day else {"raw": text}
    if part.type == "choice" and text not in {choice.code for choice in part.choices}:
        return {"raw": text}
    return text


def fits(part: Part, value: Any) -> bool:
    """Say whether a value is of the kind that its field holds: what comes from elsewhere may be anything."""
    if part.type in NUMBERS:
        return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    if part.type == "date":
        return isinstance(value, str) and _is_day(value)
    return True


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def fault(part: Part, value: Any) -> Text | None:
    """Say what is wrong with the value of one field, None when it is well or empty."""
    if value is None:
        return None
    if is_raw(value):
        return _raw_fault(part, str(value["raw"]))
    if part.type in NUMBERS:
        return number_fault(part, value) if fits(part, value) else message("number")
    if not isinstance(value, str):
        return message("choice")
    if part.type == "choice":
        return None if value in {choice.code for choice in part.choices} else message("choice")
    return _text_fault(part, value)


def _raw_fault(part: Part, text: str) -> Text:
    if part.type == "date":
        return message("date")
    if part.type == "choice":
        return message("choice")
    number = read_number(text)
    found = None if number is None else number_fault(part, number)
    return found or message("number" if part.decimals else "whole")


def _text_fault(part: Part, value: str) -> Text | None:
    if part.type == "date":
        return None if _is_day(value) and read_day(value) else message("date")
    if part.max_length and len(value) > part.max_length:
        return message("long", length=len(value), most=part.max_length)
    if part.type == "email" and not _EMAIL.fullmatch(value):
        return message("email")
    return message("url") if part.type == "url" and not _URL.fullmatch(value) else None


def number_fault(part: Part, number: float) -> Text | None:
    """Say what is wrong with a number: not whole, too precise, below the least or beyond any measure."""
    if not part.decimals and number != int(number):
        return message("whole")
    if part.decimals and round(number, part.decimals) != number:
        return too_precise(part.decimals)
    if part.min is not None and number < part.min:
        return message("small", least=words.both(part.min))
    if part.max is not None and number > part.max:
        return message("most", most=words.both(part.max))
    return message("large") if abs(number) > LARGEST else None


def faults(question: Question, value: Any) -> Iterator[tuple[str, Text]]:
    """Yield (place, what is wrong) for a given value; the place is empty, a part, a row code, or "row.part"."""
    if question.type == "choices":
        yield from _choices_faults(question, value)
    elif question.type in {"matrix", "theme_integers"}:
        cell = Part(question.key, "choice" if question.type == "matrix" else "integer", question.label,
                    choices=question.choices, min=question.min)  # fmt: skip
        for code, item in as_cells(value).items():
            if found := fault(cell, item):
                yield code, found
    elif question.type == "file":
        if not files(value) or not all(_is_file(item) for item in files(value)):
            yield "", message("file")
    elif question.type in COMPOSED:
        yield from _part_faults(question, as_cells(value), "")
    elif question.type == "rows":
        rows = value if isinstance(value, list) else []
        if question.max_rows and len(rows) > question.max_rows:
            yield "", message("many_rows", most=question.max_rows)
        for index, row in enumerate(rows):
            yield from _part_faults(question, as_cells(row), f"{index}.")
    elif question.type not in {"declaration", "authority"} and (found := fault(question, value)):
        yield "", found


def _part_faults(question: Question, cells: dict[str, Any], before: str) -> Iterator[tuple[str, Text]]:
    for part in question.parts:
        found = fault(part, cells.get(part.key)) or (_order_fault(part, cells) if part.not_before else None)
        if found:
            yield before + part.key, found


def _order_fault(part: Part, cells: dict[str, Any]) -> Text | None:
    """Say that a period ends before it begins; what is no day is said at that day itself."""
    try:
        first, last = (date.fromisoformat(cells[key]) for key in (part.not_before, part.key))
    except (KeyError, TypeError, ValueError):
        return None
    return message("order", first=words.days(first), last=words.days(last)) if last < first else None


def _is_file(item: dict[str, Any]) -> bool:
    known = {"id": int, "name": str, "sha256": str}
    return item.keys() == known.keys() and all(type(item[name]) is kind for name, kind in known.items())


def _choices_faults(question: Question, value: Any) -> Iterator[tuple[str, Text]]:
    codes = chosen(value)
    known = {choice.code: choice for choice in question.choices}
    if any(code not in known for code in codes):
        yield "", message("choice")
        return
    if question.max_choices and len(codes) > question.max_choices:
        yield "", message("many", most=question.max_choices, count=len(codes))
    alone = next((known[code] for code in codes if known[code].exclusive), None)
    if alone and len(codes) > 1:
        yield "", message("exclusive", label=dict(alone.label))
    other = str(value.get("other") or "") if isinstance(value, dict) else ""
    if len(other) > OTHER_LENGTH:
        yield "anders", message("long", length=len(other), most=OTHER_LENGTH)


def as_cells(value: Any) -> dict[str, Any]:
    """Return the parts or rows of a value; nothing where it has none."""
    return value if isinstance(value, dict) and not is_raw(value) else {}
