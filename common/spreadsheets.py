"""Tables that people open in a spreadsheet: CSV in which no cell is a formula."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date
from io import StringIO

from common.typed import CONTROL

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*%?|%")
# What a spreadsheet takes for the beginning of a formula, the full-width forms of East Asian keyboards included.
_FORMULA = re.compile("[\\s\ufeff\u200b-\u200f\x00-\x1f\"']*[=+\\-@\uff1d\uff0b\uff0d\uff20|%]|[\t\r\n]")

Cell = str | int | float | date | None


def as_csv(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return the table as CSV: with a byte order mark and semicolons, as spreadsheets in the Netherlands read it.

    Numbers are written with a decimal comma, days as 2026-11-21, and None as an empty cell.
    """
    written = StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow([harmless(one) for one in headers])
    for row in rows:
        writer.writerow([_cell(one) for one in row])
    return "\ufeff" + written.getvalue()


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return str(value).replace(".", ",")
    return value.isoformat() if isinstance(value, date) else harmless(str(value))


def harmless(text: str) -> str:
    """Return a text that no spreadsheet calculates: an apostrophe is put before what looks like a formula.

    https://owasp.org/www-community/attacks/CSV_Injection. A number stays a number, with its sign,
    and a percent sign alone is a unit.
    """
    text = CONTROL.sub("", text)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def plain_again(text: str) -> str:
    """Return what `harmless` was given: its apostrophe is taken away, and no other."""
    rest = text[1:]
    return rest if text.startswith("'") and _FORMULA.match(rest) and not _NUMBER.fullmatch(rest) else text
