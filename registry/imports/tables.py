"""Reads CSV and XLSX as a table of texts in which each row knows its line. Formulas are refused, not calculated."""

import csv
import hashlib
import io
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO, cast

import openpyxl

from common.errors import N_
from common.files.accepting import accept
from common.files.rejecting import LARGEST, SENTENCES, Reason, Rejected
from registry.imports.outcome import Problem

MOST_ROWS = 5000
MOST_COLUMNS = 60
LONGEST_CELL = 5000
"""Characters."""
_LAST_ROW = 1_048_576
"""The last row that a sheet can have. What a sheet says of its own size is not believed."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class WrongTable(Exception):
    """The file is no table that can be read; `problems` says where and why."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(frozen=True)
class TableRow:
    """One row: the line in the file, and its cells as text, as many as the header has."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A file with a header and rows."""

    file: str
    sha256: str
    header: tuple[str, ...]
    rows: tuple[TableRow, ...]


def read_table(file: str, content: bytes) -> Table:
    """Read a CSV or XLSX by its content, whatever it is called. Raises WrongTable with every place that is wrong.

    An XLSX is checked first for bombs, macros and passwords, as any file that comes in (common/files).
    """
    if len(content) > LARGEST:
        raise _wrong(file, 0, "", SENTENCES[Reason.TOO_LARGE])
    lines = list(_sheet(file, content) if content.startswith(b"PK") else _text(file, content))
    filled = [(line, cells) for line, cells in lines if any(cells)]
    if not filled:
        raise _wrong(file, 1, "", N_("Dit bestand is leeg."))
    (first, header), *rest = filled
    width = max(number for number, cell in enumerate(header, 1) if cell)
    _check_header(file, first, header[:width])
    problems = [
        _problem(file, line, column_name(width), N_("Hier staat een waarde zonder kolomnaam erboven."))
        for line, cells in rest
        if any(cells[width:])
    ]
    if problems:
        raise WrongTable(*problems)
    rows = tuple(TableRow(line, tuple([*cells, *[""] * width][:width])) for line, cells in rest)
    return Table(file, hashlib.sha256(content).hexdigest(), tuple(header[:width]), rows)


def column_name(number: int) -> str:
    """Return how a spreadsheet calls a column, from 0: A, Z, AA."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def _check_header(file: str, line: int, header: list[str]) -> None:
    problems = []
    for number, name in enumerate(header):
        if not name:
            problems.append(_problem(file, line, column_name(number), N_("Deze kolom heeft geen naam.")))
        elif name.casefold() in [other.casefold() for other in header[:number]]:
            problems.append(
                _problem(file, line, column_name(number), N_("De kolomnaam %(name)s staat er twee keer."), name=name)
            )
    if problems:
        raise WrongTable(*problems)


def _text(file: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _wrong(
            file, line, "", N_("Dit is geen UTF-8. Kies bij het opslaan: CSV UTF-8, of sla het op als XLSX.")
        ) from error
    if "\0" in text:
        raise _wrong(file, text[: text.index("\0")].count("\n") + 1, "", N_("Dit is geen tekst, en ook geen XLSX."))
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    count = 0
    try:
        for cells in reader:
            count += 1
            _bound(file, reader.line_num, count, cells)
            yield reader.line_num, [_plain(cell) for cell in cells]
    except csv.Error as error:
        raise _wrong(
            file, reader.line_num, "", N_("Deze regel is niet te lezen: staat er een aanhalingsteken te veel?")
        ) from error


def _sheet(file: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        accepted = accept(cast(BinaryIO, io.BytesIO(content)))
    except Rejected as error:
        raise _wrong(file, 0, "", SENTENCES[error.reason]) from error
    if accepted.media_type != _XLSX:
        raise _wrong(file, 0, "", N_("Dit is geen CSV en geen XLSX."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that do not matter here
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        rows = _filled(sheet.iter_rows(max_row=_LAST_ROW, max_col=MOST_COLUMNS + 1))
    except Exception as error:  # the reader raises whatever a broken sheet makes it stumble over
        raise _wrong(file, 0, "", SENTENCES[Reason.BROKEN]) from error
    problems = [
        _problem(file, line, column_name(number), N_("Hier staat een formule. Plak er de uitkomst als waarde."))
        for line, row in enumerate(rows, 1)
        for number, cell in enumerate(row)
        if cell.data_type in {"f", "e"}
    ]
    if problems:
        raise WrongTable(*problems)
    for line, row in enumerate(rows, 1):
        cells = [_plain(_value(cell.value)) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        _bound(file, line, line, cells)
        yield line, cells


def _filled(rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """Return the rows up to the last one that holds something, and no more than one too many.

    The reader fills up to a row far below with one same empty row, which is looked at once.
    """
    found: list[Sequence[Any]] = []
    skipped: Sequence[Any] = ()
    for row in rows:
        if len(found) <= MOST_ROWS:
            found.append(row)
        elif row is not skipped:
            if any(cell.value is not None for cell in row):
                return [*found, row]
            skipped = row
    while found and all(cell.value is None for cell in found[-1]):
        found.pop()
    return found


def _bound(file: str, line: int, count: int, cells: list[str]) -> None:
    if count > MOST_ROWS + 1:
        raise _wrong(
            file, line, "", N_("Er staan meer dan %(number)s rijen in. Verdeel het over meer bestanden."),
            number=MOST_ROWS,
        )  # fmt: skip
    if len(cells) > MOST_COLUMNS:
        raise _wrong(file, line, "", N_("Er staan meer dan %(number)s kolommen in."), number=MOST_COLUMNS)
    for number, cell in enumerate(cells):
        if len(cell) > LONGEST_CELL:
            raise _wrong(
                file, line, column_name(number), N_("Hier staan meer dan %(number)s tekens."), number=LONGEST_CELL
            )


def _value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _plain(text: str) -> str:
    """Return the text with single spaces. Our own CSV puts an apostrophe before what looks like a formula."""
    shown = " ".join("".join(char for char in text if char.isprintable() or char.isspace()).split())
    return shown[1:] if len(shown) > 1 and shown[0] == "'" and shown[1] in "=+-@" else shown


def _problem(file: str, line: int, column: str, sentence: str, **values: object) -> Problem:
    return Problem(file, place_of(line) if line else "", f"kolom {column}" if column else "", sentence, values)


def _wrong(file: str, line: int, column: str, sentence: str, **values: object) -> WrongTable:
    return WrongTable(_problem(file, line, column, sentence, **values))


def place_of(line: int) -> str:
    """Return how a line of a table is called."""
    return f"regel {line}"
