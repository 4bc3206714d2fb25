"""Which column of a file holds which field: guessed from the header, chosen by a person, or given with --map."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from common.errors import N_
from registry.authorities.naming import fold
from registry.imports.outcome import Problem, Wrong
from registry.imports.tables import Table, TableRow, place_of

FIRST_YEAR, LAST_YEAR = 1000, 2200
"""A day outside these years is a mistake."""
NO_END = date(9999, 12, 31)
"""How registers write, as a last day, that there is no end."""

_NONE = N_("Geen kolom gaat over %(field)s. Die is nodig.")
_WHOLE = N_('Geen kolom gaat over %(field)s. Kies hierboven een kolom, of vul "%(field)s voor het hele bestand" in.')


@dataclass(frozen=True)
class Field:
    """A field that a column can hold, with other names by which a header may call it."""

    name: str
    label: str
    also: tuple[str, ...] = ()
    required: bool = False


def guess(header: Sequence[str], fields: Sequence[Field]) -> dict[int, str]:
    """Return the field of each column whose name says so: the number of the column, and the name of the field."""
    known = {_key(name): field.name for field in fields for name in (field.name, field.label, *field.also)}
    found: dict[int, str] = {}
    for number, name in enumerate(header):
        field = known.get(_key(name))
        if field and field not in found.values():
            found[number] = field
    return found


def _key(name: str) -> str:
    return fold(name).replace("_", " ").replace("-", " ")


def from_options(table: Table, options: Iterable[str], fields: Sequence[Field]) -> dict[int, str]:
    """Return the guessed columns with those of `--map "Naam=name_as_signed"`; `Naam=` leaves a column out.

    Raises Wrong for a column or field that there is not.
    """
    chosen = guess(table.header, fields)
    for option in options:
        column, sign, field = option.partition("=")
        if not sign or column not in table.header:
            raise Wrong("", N_("--map noemt een kolom die er niet is: %(name)s"), name=column)
        if field and field not in {one.name for one in fields}:
            raise Wrong("", N_("--map noemt een veld dat er niet is: %(name)s"), name=field)
        chosen = {number: name for number, name in chosen.items() if name != field}
        number = table.header.index(column)
        chosen.pop(number, None)
        if field:
            chosen[number] = field
    return chosen


def check_columns(chosen: Mapping[int, str], fields: Sequence[Field], given: Mapping[str, str]) -> list[Wrong]:
    """Return what is wrong with a choice of columns: a field twice, or one that must be there and is not.

    `given` are the fields that can hold for the whole file, empty where nobody said so.
    """
    found = list(chosen.values())
    twice = [field for field in fields if found.count(field.name) > 1]
    missing = [field for field in fields if field.required and field.name not in found and not given.get(field.name)]
    return [
        *(Wrong(one.name, N_("Twee kolommen gaan over %(field)s. Kies er één."), field=one.label) for one in twice),
        *(Wrong(one.name, _WHOLE if one.name in given else _NONE, field=one.label) for one in missing),
    ]


@dataclass(frozen=True)
class Record:
    """One row by the names of the fields."""

    file: str
    line: int
    values: Mapping[str, str]
    columns: Mapping[str, str]
    """Field -> how the column is called in the file."""

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def need(self, name: str) -> str:
        """Return a value that must be there. Raises Wrong."""
        if not self[name]:
            raise Wrong(name, N_("Dit veld is leeg."))
        return self[name]

    def short(self, name: str, most: int) -> str:
        """Return a value of at most so many characters. Raises Wrong."""
        if len(self[name]) > most:
            raise Wrong(name, N_("Dit is te lang. Het mogen %(number)s tekens zijn."), number=most)
        return self[name]

    def day(self, name: str) -> date | None:
        """Return a day written 2026-01-31 or 31-1-2026. Raises Wrong."""
        return read_day(self[name], name) if self[name] else None

    def until(self, name: str) -> date | None:
        """Return the first day after a last day; None where there is none, also written 9999-12-31. Raises Wrong."""
        return day_after(_day_of(self[name], name), name) if self[name] else None

    def whole(self, name: str) -> int | None:
        """Return a whole number of 0 or more; points between thousands are left out. Raises Wrong."""
        text = self[name].replace(".", "")
        if text and not (text.isdecimal() and len(text) < 10):
            raise Wrong(name, N_("Dit is geen geheel getal: %(value)s"), value=self[name])
        return int(text) if text else None

    def decimal(self, name: str, lowest: float, highest: float) -> float | None:
        """Return a number between two bounds. Raises Wrong."""
        if not self[name]:
            return None
        try:
            found = float(self[name].replace(",", "."))
        except ValueError:
            found = float("nan")
        if not lowest <= found <= highest:
            raise Wrong(name, N_("Dit getal kan hier niet: %(value)s"), value=self[name])
        return found

    def problem(self, wrong: Wrong) -> Problem:
        """Return what is wrong with the file, the line and the column."""
        column = self.columns.get(wrong.column, wrong.column)
        shown = f"kolom {column}" if column else ""
        return Problem(self.file, place_of(self.line), shown, wrong.sentence, wrong.values)


def read_day(text: str, column: str = "") -> date:
    """Return a day written 2026-01-31 or 31-1-2026. Raises Wrong."""
    return sane_day(_day_of(text, column), column)


def sane_day(day: date, column: str) -> date:
    """Return a day that can be meant. Raises Wrong."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Wrong(column, N_("Dit jaar kan niet: %(value)s"), value=day.isoformat())
    return day


def day_after(last: date, column: str) -> date | None:
    """Return the first day after a last day, None where it says that there is no end. Raises Wrong."""
    return None if last == NO_END else sane_day(last, column) + timedelta(days=1)


def _day_of(text: str, column: str) -> date:
    try:
        if text[4:5] == "-":
            return date.fromisoformat(text)
        day, month, year = (int(part) for part in text.replace("/", "-").split("-"))
        if year < FIRST_YEAR:
            raise ValueError
        return date(year, month, day)
    except ValueError:
        raise Wrong(column, N_("Dit is geen dag: %(value)s. Schrijf 2026-01-31."), value=text) from None


def records(table: Table, chosen: Mapping[int, str], given: Mapping[str, str]) -> list[Record]:
    """Return the rows by field; `given` fills in what a row leaves empty."""
    columns = {field: table.header[number] for number, field in chosen.items()}
    return [Record(table.file, row.line, _values(row, chosen, given), columns) for row in table.rows]


def _values(row: TableRow, chosen: Mapping[int, str], given: Mapping[str, str]) -> dict[str, str]:
    found = {field: row.cells[number] for number, field in chosen.items()}
    return {**found, **{name: value for name, value in given.items() if value and not found.get(name)}}
