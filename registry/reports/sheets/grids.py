"""Opens a spreadsheet that came in: checked as every office file, then read as cells. Nothing in it is calculated."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, BinaryIO, Final, cast

import openpyxl
from defusedxml.ElementTree import fromstring

from common.errors import N_
from common.files.accepting import accept
from common.files.office import check_office
from common.files.packages import Budget
from common.files.rejecting import SENTENCES, Reason, Rejected
from common.spreadsheets import plain_again
from registry.reports.sheets import ods, xlsx
from registry.reports.sheets.cells import Raw

Grid = Mapping[str, Mapping[tuple[int, int], Raw]]
"""Name of a sheet -> (row, column), from 1 -> what stands there. Empty cells are not in it."""
LARGEST: Final = 3 * 1024 * 1024
"""Bytes of a file; a full form is a hundred thousand."""
MOST_ROWS: Final = 2500
MOST_COLUMNS: Final = 40
_MOST_SHEETS: Final = 20
_FETCHING: Final = re.compile(r"xl/(externallinks|querytables)/|xl/connections\.xml", re.I)
_ODF: Final = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TABLE, _OFFICE, _TEXT = (_ODF % name for name in ("table", "office", "text"))
_CALC: Final = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_BROKEN: Final = re.compile(r"\s*[\r\n]\s*")
_ESCAPED: Final = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)|_x000D_", re.I)
"""Excel writes "_x0041_" as "_x005F_x0041_"; LibreOffice writes it as it is, so only these are read as codes."""


class WrongFile(Exception):
    """This file is not taken in; `sentence` (a msgid) says why."""

    def __init__(self, sentence: str, **values: Any) -> None:
        self.sentence, self.values = sentence, values
        super().__init__(sentence % values if values else sentence)


def open_grid(content: bytes) -> Grid:
    """Return the cells of an XLSX or ODS, whatever it is called. Raises WrongFile with the reason."""
    if len(content) > LARGEST:
        raise WrongFile(N_("Dit bestand is te groot voor een ingevuld formulier. Er zit iets anders in."))
    try:
        kind = _kind(content)
    except Rejected as error:
        raise WrongFile(SENTENCES[error.reason]) from error
    try:
        grid = dict(_xlsx(content) if kind == xlsx.MEDIA_TYPE else _ods(content))
    except WrongFile:
        raise
    except Exception as error:  # the readers raise whatever a broken sheet makes them stumble over
        raise WrongFile(SENTENCES[Reason.BROKEN]) from error
    return grid


def _kind(content: bytes) -> str:
    """Return the media type. Raises Rejected for a bomb, macros, a password, a DTD, or another kind of file."""
    stream = cast(BinaryIO, io.BytesIO(content))
    if not content.startswith(b"PK\x03\x04"):
        accept(stream)  # says what is wrong with it
        raise WrongFile(N_("Dit is geen XLSX en geen ODS. Lees het formulier in dat u hier ophaalde."))
    kind = check_office(stream, len(content), Budget(unpacked=40 * 1024 * 1024, entries=400, elements=400_000))
    if kind not in {xlsx.MEDIA_TYPE, ods.MEDIA_TYPE}:
        raise WrongFile(N_("Dit is geen XLSX en geen ODS. Lees het formulier in dat u hier ophaalde."))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        if any(_FETCHING.match(name) for name in package.namelist()):
            raise WrongFile(
                N_("Dit bestand haalt gegevens uit een ander bestand. Lees het formulier zonder koppelingen in.")
            )
    return kind


def _xlsx(content: bytes) -> Iterator[tuple[str, dict[tuple[int, int], Raw]]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that do not matter here
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        for sheet in book.worksheets[:_MOST_SHEETS]:
            cells = {}
            for number, row in enumerate(sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS), 1):
                for column, cell in enumerate(row, 1):
                    if cell.value is not None and cell.value != "":
                        cells[number, column] = _of_xlsx(cell)
            yield sheet.title, cells


def _of_xlsx(cell: Any) -> Raw:
    value = cell.value
    if cell.data_type == "f":
        return Raw(formula=True)
    if cell.data_type == "e":
        return Raw(error=True)
    if isinstance(value, str):
        return Raw(plain_again(_ESCAPED.sub(lambda found: "_" if "5" in found[0] else "", value)))
    if isinstance(value, bool | int | float | date):
        return Raw(value, percent="%" in str(cell.number_format))
    return Raw(str(value))


def _ods(content: bytes) -> Iterator[tuple[str, dict[tuple[int, int], Raw]]]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        tree = fromstring(package.read("content.xml"), forbid_dtd=True)
    for table in list(tree.iter(f"{_TABLE}table"))[:_MOST_SHEETS]:
        cells: dict[tuple[int, int], Raw] = {}
        number = 0
        for row in table.iter(f"{_TABLE}table-row"):
            found = list(_of_row(row))
            for _again in range(min(_repeated(row, "rows"), MOST_ROWS - number)):
                number += 1
                cells |= {(number, column): raw for column, raw in found}
        yield table.get(f"{_TABLE}name", ""), cells


def _repeated(element: Any, of: str) -> int:
    text = element.get(f"{_TABLE}number-{of}-repeated", "1")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 1


def _of_row(row: Any) -> Iterator[tuple[int, Raw]]:
    column = 0
    for cell in row:
        if cell.tag not in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}:
            continue
        raw = _of_ods(cell)
        for _again in range(min(_repeated(cell, "columns"), MOST_COLUMNS - column)):
            column += 1
            if raw is not None:
                yield column, raw


def _of_ods(cell: Any) -> Raw | None:
    if cell.get(f"{_TABLE}formula") is not None:
        return Raw(formula=True)
    kind = cell.get(f"{_OFFICE}value-type")
    if cell.get(f"{_CALC}value-type") == "error":
        return Raw(error=True)
    if kind in {"float", "currency", "percentage"}:
        number = float(cell.get(f"{_OFFICE}value", ""))
        return Raw(number, percent=kind == "percentage")
    if kind == "date":
        return Raw(_day(cell.get(f"{_OFFICE}date-value", "")))
    if kind == "boolean":
        return Raw(cell.get(f"{_OFFICE}boolean-value") == "true")
    words = "\n".join(_words(paragraph) for paragraph in cell if paragraph.tag == f"{_TEXT}p")
    return Raw(plain_again(words)) if words else None


def _day(text: str) -> date | str:
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        return text


def _words(element: Any) -> str:
    """Return the text of a paragraph. Of white space the standard keeps only what has elements (ODF 1.3 part 3, 6.1.2).

    LibreOffice writes a row of spaces as it is, so those are kept too; a line break is from writing the XML.
    """
    found = [_BROKEN.sub(" ", element.text or "")]
    for child in element:
        if child.tag == f"{_TEXT}s":
            count = child.get(f"{_TEXT}c", "1")
            found.append(
                " " * (min(int(count), 10_000) if count.isascii() and count.isdecimal() and len(count) < 8 else 1)
            )
        elif child.tag == f"{_TEXT}tab":
            found.append("\t")
        elif child.tag == f"{_TEXT}line-break":
            found.append("\n")
        elif child.tag in {f"{_TEXT}span", f"{_TEXT}a"}:
            found.append(_words(child))
        found.append(_BROKEN.sub(" ", child.tail or ""))
    return "".join(found)
