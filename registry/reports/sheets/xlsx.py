"""Writes a workbook as XLSX with openpyxl. No text in it is ever calculated."""

import io
import re
from collections.abc import Mapping
from copy import copy
from datetime import date
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation

from common.spreadsheets import harmless
from registry.reports.sheets.book import OPEN_STYLES, STYLES, Book, BookCell, Rule, Sheet
from registry.reports.sheets.formulas import XLSX

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLOURS: Final[Mapping[str, str]] = {
    "brand": "0D443B", "tint": "E2F0EB", "grey": "F6F8F7", "line": "C5CECB", "muted": "4A5753", "text": "17211F",
    "amber": "FFF4DC", "white": "FFFFFF",
}  # fmt: skip
_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""What a reader of XLSX takes for the code of a character (ECMA-376 part 1, 22.9.2.19)."""
FILLS: Final = {
    "head": "brand", "section": "tint", "label": "grey", "help": "grey", "fixed": "grey", "last": "grey",
    "last_number": "grey", "last_day": "grey", "check": "grey", "suggested": "amber", "suggested_number": "amber",
    "suggested_day": "amber", "answer": "white", "number": "white", "day": "white",
}  # fmt: skip
_DAY_FORMAT: Final = "dd-mm-yyyy"
_MOST_TOLD: Final = 225
"""Characters of the message at a cell; Excel takes 255."""


def write_xlsx(book: Book) -> bytes:
    """Return the workbook as the bytes of a file."""
    made = Workbook()
    made.remove(made.active)
    made.calculation.fullCalcOnLoad = True
    made.properties.title, made.properties.language, made.properties.creator = (
        book.title,
        book.language,
        "Manifestkompas",
    )
    made.security = WorkbookProtection(lockStructure=True)
    for name in STYLES:
        made.add_named_style(_style(name))
    places = {
        name: f"'{book.lists_sheet}'!${column_letter(at)}$1:${column_letter(at)}${len(labels)}"
        for at, (name, labels) in enumerate(book.lists)
    }
    for sheet in book.sheets:
        _write_sheet(made, sheet, places)
    longest = max((len(labels) for _name, labels in book.lists), default=0)
    columns = [[*labels, *[""] * (longest - len(labels))] for _name, labels in book.lists]
    rows = [[BookCell(text) for text in row] for row in zip(*columns, strict=True)]
    _write_sheet(made, Sheet(book.lists_sheet, rows, hidden=True), {})
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def _write_sheet(made: Workbook, sheet: Sheet, places: Mapping[str, str]) -> None:
    page = made.create_sheet(sheet.name)
    rules: dict[Rule, DataValidation] = {}
    looks: dict[str, Any] = {}
    for at, width in enumerate(sheet.widths):
        column = page.column_dimensions[column_letter(at)]
        column.width, column.hidden = width or 1, not width
    for row_number, row in enumerate(sheet.rows, 1):
        for column_number, cell in enumerate(row, 1):
            _write_cell(page.cell(row_number, column_number), cell, looks)
            if cell.rule:
                rule = rules.setdefault(cell.rule, _validation(cell.rule, places))
                rule.add(f"{column_letter(column_number - 1)}{row_number}")
    for validation in rules.values():
        page.add_data_validation(validation)
    page.protection.sheet = True
    page.protection.formatColumns = page.protection.formatRows = False  # may be made wider and higher
    page.sheet_view.showGridLines = False
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    if sheet.frozen:
        page.freeze_panes = sheet.frozen
        page.print_title_rows = "1:1"
    if sheet.hidden:
        page.sheet_state = "veryHidden"


def _write_cell(made: Any, cell: BookCell, looks: dict[str, Any]) -> None:
    if cell.style in looks:  # looking a style up by its name takes longer than writing the cell
        made._style = copy(looks[cell.style])
    else:
        made.style = cell.style
        looks[cell.style] = copy(made._style)
    if cell.formula is not None:
        made.value = XLSX.before + cell.formula(XLSX)
    elif isinstance(cell.value, str):
        # Set apart from the value: else a text that begins with "=" would become a formula.
        made.value, made.data_type = _ESCAPE.sub("_x005F_", harmless(cell.value)), "s"
    elif cell.value is not None:
        made.value = cell.value
        if isinstance(cell.value, date) and cell.style not in {"day", "last_day", "suggested_day"}:
            made.number_format = _DAY_FORMAT


def _validation(rule: Rule, places: Mapping[str, str]) -> DataValidation:
    kinds = {"list": "list", "whole": "whole", "decimal": "decimal", "day": "date", "length": "textLength"}
    first, second = rule.low, rule.high
    if rule.kind == "list":
        first, second = places[rule.list_name], ""
    elif rule.kind == "day":
        first, second = (_serial(date.fromisoformat(day)) for day in (rule.low, rule.high))
    made = DataValidation(
        type=kinds[rule.kind], operator=None if rule.kind == "list" else "between", formula1=first,
        formula2=second or None, allow_blank=True, showErrorMessage=True, errorStyle="stop",
    )  # fmt: skip
    made.error = rule.message[:_MOST_TOLD]
    return made


def _serial(day: date) -> str:
    """Return the number of a day in a spreadsheet (the days since 30 December 1899)."""
    return str((day - date(1899, 12, 30)).days)


def column_letter(number: int) -> str:
    """Return how a column is called, from 0."""
    return chr(65 + number) if number < 26 else column_letter(number // 26 - 1) + chr(65 + number % 26)


def _style(name: str) -> NamedStyle:
    look = NamedStyle(name=f"mk_{name}" if name in {"title", "plain"} else name)
    look.name = name
    bold = name in {"title", "head", "section", "label"}
    colour = COLOURS["white"] if name == "head" else COLOURS["muted"] if name in {"help", "fixed"} else COLOURS["text"]
    look.font = Font(name="Calibri", size=18 if name == "title" else 11, bold=bold, color=colour)
    look.alignment = Alignment(vertical="top", wrap_text=name not in {"hidden"})
    if name in FILLS:
        look.fill = PatternFill("solid", fgColor=COLOURS[FILLS[name]])
        side = Side(style="thin", color=COLOURS["line"])
        look.border = Border(left=side, right=side, top=side, bottom=side)
    look.protection = Protection(locked=name not in OPEN_STYLES)
    look.number_format = "@" if name in {"answer", "suggested", "last"} else "General"
    if name.endswith("day"):
        look.number_format = _DAY_FORMAT
    return look
