"""Reads a form from a workbook: everything is right, or it is refused with the sheet, the row and the reason."""

import io
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, cast

import openpyxl

from common.errors import N_, ContentError
from common.files.accepting import accept
from common.files.rejecting import SENTENCES, Reason, Rejected
from registry.editions.sheet_form import form_of_rows
from registry.editions.sheet_words import CHOICES, INDICATORS, SETTINGS, SURVEY, WrongCell, headers
from registry.editions.written import Form, read, tidy
from registry.imports.outcome import Problem
from registry.imports.tables import WrongTable, column_name

LARGEST: Final = 2_000_000
"""Bytes of a workbook: a form of fifty questions takes thirty thousand."""
MOST_ROWS: Final = 3000
LONGEST_CELL: Final = 32_767
_LAST_ROW: Final = 1_048_576
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_AT: Final = re.compile(r"([A-Za-z0-9]{1,16}): (.*)", re.DOTALL)


class _TooWide(Exception):
    """Something stands further to the right than a form has columns."""


@dataclass(frozen=True)
class Line:
    """One row of a sheet by the names of its columns."""

    sheet: str
    number: int
    cells: Mapping[str, Any]


def read_form(file: str, content: bytes) -> Form:
    """Return the tidy form that a workbook says. Raises WrongTable with every place that is wrong; takes nothing half.

    The file is checked first for bombs, macros and passwords, as any that comes in (common/files).
    """
    sheets = _sheets(file, content)
    try:
        form, places = form_of_rows(sheets)
    except WrongCell as error:
        raise WrongTable(Problem(file, error.column, "", N_("%(reason)s"), {"reason": error.reason})) from error
    tidied = tidy(form)
    try:
        read(tidied, file)
    except ContentError as error:
        raise WrongTable(_of_content(file, error, places)) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        sentence = N_("Een veld heeft een verkeerde vorm: %(error)s")
        raise WrongTable(Problem(file, "", "", sentence, {"error": error})) from error
    return tidied


def _of_content(file: str, error: ContentError, places: Mapping[str, int]) -> Problem:
    found = _AT.fullmatch(error.reason)
    place = f"blad {SURVEY}, regel {places[found[1]]}" if found and found[1] in places else f"blad {SURVEY}"
    return Problem(file, place, "", N_("%(reason)s"), {"reason": error.reason})


def _sheets(file: str, content: bytes) -> dict[str, list[Line]]:
    if len(content) > LARGEST:
        raise _wrong(file, "", N_("Dit bestand is te groot. Een vragenlijst is hoogstens 2 MB."))
    try:
        if accept(cast(BinaryIO, io.BytesIO(content))).media_type != _XLSX:
            raise _wrong(file, "", N_("Dit is geen XLSX."))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that do not matter here
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        tables = {sheet.title: _rows(sheet) for sheet in book.worksheets[:10]}
    except Rejected as error:
        raise _wrong(file, "", SENTENCES[error.reason]) from error
    except WrongTable:
        raise
    except _TooWide as error:
        raise _wrong(file, "", N_("Hier staat een waarde zonder kolomnaam erboven.")) from error
    except Exception as error:  # the reader raises whatever a broken sheet makes it stumble over
        raise _wrong(file, "", SENTENCES[Reason.BROKEN]) from error
    known = headers()
    for name in (SURVEY, CHOICES, SETTINGS):
        if name not in tables:
            raise _wrong(file, f"blad {name}", N_("Dit blad ontbreekt."))
    for name in tables:
        if name not in known:
            raise _wrong(file, f"blad {name[:40]}", N_("Dit blad kennen wij niet."))
    return {name: list(_lines(file, name, tables.get(name, []))) for name in (SURVEY, CHOICES, SETTINGS, INDICATORS)}


def _rows(sheet: Any) -> list[Sequence[Any]]:
    """Return the rows up to the last that holds something, and one too many at most.

    The reader fills up to a row far below with one same empty row, which is looked at once.
    """
    widest = max(len(columns) for columns in headers().values()) + 1
    found: list[Sequence[Any]] = []
    skipped: Sequence[Any] = ()
    sheet.reset_dimensions()  # what a sheet says of its own size is not believed
    for row in cast(Iterable[Sequence[Any]], sheet.iter_rows(max_row=_LAST_ROW)):
        if any(cell.value is not None for cell in row[widest:]):
            raise _TooWide
        if len(found) <= MOST_ROWS:
            found.append(row)
        elif row is not skipped:
            if any(cell.value is not None for cell in row):
                return [*found, row]
            skipped = row
    while found and all(cell.value is None for cell in found[-1]):
        found.pop()
    return found


def _lines(file: str, sheet: str, rows: list[Sequence[Any]]) -> Iterator[Line]:
    if len(rows) > MOST_ROWS + 1:
        raise _wrong(file, f"blad {sheet}", N_("Er staan meer dan %(number)s rijen in."), number=MOST_ROWS)
    if not rows:
        return
    problems = [
        Problem(file, f"blad {sheet}, regel {line}", f"kolom {column_name(place)}", sentence, {"number": LONGEST_CELL})
        for line, row in enumerate(rows, 1)
        for place, cell in enumerate(row)
        if (sentence := _cell_problem(cell))
    ]
    columns = [str(cell.value).strip() if cell.value is not None else "" for cell in rows[0]]
    problems += _header_problems(file, sheet, columns)
    if problems:
        raise WrongTable(*problems[:50])
    for line, row in enumerate(rows[1:], 2):
        cells = {name: cell.value for name, cell in zip(columns, row, strict=False) if name and cell.value is not None}
        beside = any(cell.value is not None for name, cell in zip(columns, row, strict=False) if not name)
        if beside or len([cell for cell in row[len(columns) :] if cell.value is not None]):
            raise _wrong(file, f"blad {sheet}, regel {line}", N_("Hier staat een waarde zonder kolomnaam erboven."))
        if cells:
            yield Line(sheet, line, cells)


def _cell_problem(cell: Any) -> str:
    if cell.data_type in {"f", "e"}:
        return N_("Hier staat een formule. Plak er de uitkomst als waarde.")
    if isinstance(cell.value, str) and len(cell.value) > LONGEST_CELL:
        return N_("Hier staan meer dan %(number)s tekens.")
    return ""


def _header_problems(file: str, sheet: str, columns: list[str]) -> list[Problem]:
    place, named = f"blad {sheet}, regel 1", [name for name in columns if name]
    found = [
        Problem(file, place, f"kolom {name[:40]}", N_("Deze kolom kennen wij niet."))
        for name in named
        if name not in headers()[sheet]
    ]
    found += [
        Problem(file, place, f"kolom {name[:40]}", N_("Deze kolom staat er twee keer."))
        for name in sorted({name for name in named if named.count(name) > 1})
    ]
    needed = {SURVEY: ("type", "name"), CHOICES: ("list_name", "name"), SETTINGS: ("form_id",), INDICATORS: ("code",)}
    return found + [
        Problem(file, place, f"kolom {name}", N_("Deze kolom ontbreekt."))
        for name in needed[sheet]
        if name not in named
    ]


def _wrong(file: str, place: str, sentence: str, **values: object) -> WrongTable:
    return WrongTable(Problem(file, place, "", sentence, values))
