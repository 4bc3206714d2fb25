"""Reads a form that came back as a spreadsheet: is it this form, what changed in it, and what cannot be taken over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from common.errors import N_
from registry.editions.form import Questionnaire
from registry.reports.drafting import same
from registry.reports.models import AnswerState
from registry.reports.sheets.cells import EMPTY, Place, Raw, Refusal, as_if_typed, plain_text, read_back
from registry.reports.sheets.grids import Grid, WrongFile, open_grid
from registry.reports.sheets.identity import SHEET, Identity, read_identity
from registry.reports.sheets.layout import ANSWERS, COLUMNS, FIRST_ROW, LETTER, Kind, Layout, layout_of
from registry.reports.sheets.words import word
from registry.reports.values import BLANK, AnswerInput, AnswerLike

_PLACE: Final = len(COLUMNS) + 1
_NOT_READ: Final = N_("Hier lezen wij niets. Zet het bij een vraag.")
_MOST_STRAY: Final = 20


@dataclass(frozen=True)
class CameBack:
    """A file that is this report's form."""

    identity: Identity
    sheet: str
    """The name of the sheet with the answers, for addresses."""
    layout: Layout
    cells: Mapping[Place, Raw]
    stray: tuple[Refusal, ...]
    """What somebody wrote beside the form."""


@dataclass(frozen=True)
class Changes:
    """What a file changes."""

    inputs: Mapping[str, AnswerInput]
    refused: tuple[Refusal, ...]


def read_file(content: bytes, questionnaire: Questionnaire, expected: Identity) -> CameBack:
    """Return a file that is the form in `expected`. Raises WrongFile with the reason for every other one."""
    grid = open_grid(content)
    identity = _identity(grid)
    _check_whose(identity, expected)
    layout = layout_of(questionnaire)
    name = word("sheet_form", identity.language)
    cells = grid.get(name)
    if cells is None:
        raise WrongFile(N_("Het blad %(name)s is weg. Haal het formulier opnieuw op."), name=name)
    _check_structure(cells, identity, layout)
    found = {
        (line.id, column): cells[line.row, COLUMNS.index(column) + 1]
        for line in layout.lines
        if line.key in layout.of_key
        for column in ANSWERS
        if (line.row, COLUMNS.index(column) + 1) in cells
    }
    return CameBack(identity, name, layout, found, tuple(_stray(cells, layout))[:_MOST_STRAY])


def _identity(grid: Grid) -> Identity:
    said = grid.get(SHEET, {})
    rows = {row for row, _column in said}
    pairs = {str(said.get((row, 1), EMPTY).value): plain_text(said.get((row, 2), EMPTY).value, "nl") for row in rows}
    identity = None if any(raw.formula for raw in said.values()) else read_identity(pairs)
    if identity is None:
        raise WrongFile(N_("Dit is niet het formulier van deze site. Haal het hier op, vul het in en lees dat in."))
    return identity


def _check_whose(file: Identity, expected: Identity) -> None:
    """Raise WrongFile for another authority's, year's or agreement's form, and for another version of it."""
    if file.authority != expected.authority:
        raise WrongFile(N_("Dit formulier is van een andere organisatie. Haal het formulier van uw organisatie op."))
    if file.year != expected.year:
        raise WrongFile(
            N_("Dit formulier gaat over %(year)s, en niet over %(wanted)s."), year=file.year, wanted=expected.year
        )
    if file.agreement != expected.agreement:
        raise WrongFile(N_("Dit formulier hoort bij een andere afspraak."))
    if file.edition not in {expected.edition, *expected.earlier}:
        raise WrongFile(
            N_("De vragenlijst is sindsdien verbeterd. Haal het formulier opnieuw op en neem uw antwoorden over.")
        )
    if file.layout != expected.layout:
        raise WrongFile(N_("Dit formulier heeft een oude opzet. Haal het opnieuw op en neem uw antwoorden over."))


def _check_structure(cells: Mapping[tuple[int, int], Raw], identity: Identity, layout: Layout) -> None:
    """Raise WrongFile where a line or a column does not stand where it stood."""
    for number, name in enumerate(COLUMNS, 1):
        if cells.get((1, number), EMPTY).value != word(name, identity.language):
            raise WrongFile(
                N_("De opbouw is veranderd: kolom %(column)s is een andere. Haal het formulier opnieuw op."),
                column=LETTER[name],
            )
    for line in layout.lines:
        if cells.get((line.row, _PLACE), EMPTY).value != line.id:
            raise WrongFile(
                N_("De opbouw is veranderd: regel %(row)s is een andere. Haal het formulier opnieuw op."), row=line.row
            )


def _stray(cells: Mapping[tuple[int, int], Raw], layout: Layout) -> Iterator[Refusal]:
    """Yield what stands where nothing is read: under or beside the form, or in a state column of a lower line."""
    last = layout.lines[-1].row
    by_row = {line.row: line for line in layout.lines}
    for row, column in sorted(cells):
        line = by_row.get(row)
        if row < FIRST_ROW or (column <= _PLACE and row <= last and not _is_read_elsewhere(line, column)):
            continue
        yield Refusal("", f"{_letter(column)}{row}", _NOT_READ)


def _is_read_elsewhere(line: object, column: int) -> bool:
    kind = getattr(line, "kind", None)
    return kind in {Kind.CELL, Kind.OPTION} and COLUMNS[column - 1 : column] in {("empty",), ("reason",), ("remark",)}


def _letter(number: int) -> str:
    return chr(64 + number) if number <= 26 else _letter((number - 1) // 26) + _letter((number - 1) % 26 + 1)


def changes_of(file: CameBack, basis: Mapping[str, AnswerLike]) -> Changes:
    """Return the answers that differ in the file from those it was made from.

    `basis` are the answers as they were when the file was made. Where a cell of a question cannot be taken over, the
    whole question is left as it is.
    """
    inputs: dict[str, AnswerInput] = {}
    refused = list(file.stray)
    language = file.identity.language
    for key, lines in file.layout.of_key.items():
        before = basis.get(key, BLANK)
        mine, wrong = read_back(lines, file.cells, language, before)
        refused += wrong
        if wrong:
            continue
        was_suggested = key in file.identity.suggested and key not in basis
        if was_suggested and mine.state is not AnswerState.GIVEN:
            inputs[key] = replace(mine, touched=True)
        elif not same(mine, as_if_typed(lines, before, language)):
            inputs[key] = mine
    return Changes(inputs, tuple(refused))
