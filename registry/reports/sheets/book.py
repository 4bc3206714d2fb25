"""A workbook before it is written as XLSX or ODS: sheets of rows of cells. Knows nothing of forms or of files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from common.spreadsheets import Cell
from registry.reports.sheets.formulas import Formula

STYLES: Final = (
    "plain", "title", "head", "section", "label", "help", "fixed", "answer", "number", "day", "suggested",
    "suggested_number", "suggested_day", "last", "last_number", "last_day", "check", "hidden",
)  # fmt: skip
OPEN_STYLES: Final = frozenset(
    {name for name in STYLES if name.removeprefix("suggested_") in {"answer", "number", "day", "suggested"}}
)
"""The styles of cells that may be typed in; every other cell is locked."""


@dataclass(frozen=True)
class Rule:
    """What may be typed in a cell, for the program that opens the file."""

    kind: str
    """list, whole, decimal, day or length."""
    low: str = ""
    high: str = ""
    list_name: str = ""
    message: str = ""


@dataclass(frozen=True)
class BookCell:
    """One cell: a value, or a formula; how it looks; what may be typed in it."""

    value: Cell = None
    style: str = "plain"
    formula: Formula | None = None
    rule: Rule | None = None


@dataclass(frozen=True)
class Sheet:
    """One sheet; every sheet is protected."""

    name: str
    rows: Sequence[Sequence[BookCell]]
    widths: Sequence[int] = ()
    """Of the columns, in characters; 0 hides a column."""
    frozen: str = ""
    """The cell above and left of which everything stays in sight."""
    hidden: bool = False


@dataclass(frozen=True)
class Book:
    """A file."""

    title: str
    language: str
    sheets: Sequence[Sheet]
    lists: Sequence[tuple[str, Sequence[str]]] = ()
    """The choices by name, one column each on a hidden sheet."""
    lists_sheet: str = ""
