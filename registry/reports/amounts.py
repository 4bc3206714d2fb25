"""The figures in an answer, each with its place: what can be compared, added up, and laid in a row. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from common.vocabulary import Text
from registry.editions.form import NUMBERS, Question
from registry.reports.values import as_cells

AMOUNTS: Final = NUMBERS - {"year"}
"""A year is a number, but a later year is no growth."""


def amounts(question: Question, value: Any) -> Iterator[tuple[str, Text, float]]:
    """Yield (place, label, figure) of a given value; of an answer that is one figure, place and label are empty."""
    cells: Mapping[str, Any] = as_cells(value)
    if question.type in AMOUNTS and _is_figure(value):
        yield "", {}, value
    elif question.type == "theme_integers":
        for row in question.rows:
            if _is_figure(cells.get(row.code)):
                yield row.code, row.label, cells[row.code]
    elif question.type == "composite":
        for part in question.parts:
            if part.type in AMOUNTS and _is_figure(cells.get(part.key)):
                yield part.key, part.label, cells[part.key]


def has_amounts(question: Question) -> bool:
    """Say whether an answer to this question can hold a figure."""
    parts = any(part.type in AMOUNTS for part in question.parts) and question.type == "composite"
    return question.type in AMOUNTS or question.type == "theme_integers" or parts


def _is_figure(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
