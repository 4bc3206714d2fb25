"""Where everything stands in the spreadsheet of a form: one line for each cell that can be answered. Pure.

The layout follows from the frozen form alone, so that a file which comes back is laid beside it line by line.
"""

import enum
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from common.vocabulary import Text
from registry.editions.form import Choice, Part, Question, Questionnaire, Section
from registry.reports.sheets.words import text, word

COLUMNS: Final = (
    "number", "question", "last", "level", "public", "answer", "unit", "empty", "reason", "remark", "check", "help",
)  # fmt: skip
LETTER: Final[Mapping[str, str]] = {name: "ABCDEFGHIJKL"[index] for index, name in enumerate(COLUMNS)}
PLACE_COLUMN: Final = "M"
"""Hidden: says which answer a line is about, so that a moved line is seen."""
ANSWERS: Final = ("answer", "empty", "reason", "remark")
"""The columns that are read back."""
FIRST_ROW: Final = 2
ROOM: Final = 40
"""Lines for a question of repeating rows that names no most itself."""
FORMAT: Final = 1
"""Counts changes in how the file is laid out; a file of another format is refused."""


class Kind(enum.StrEnum):
    """What a line is."""

    SECTION = "section"
    WHOLE = "whole"
    """A question that one cell answers."""
    HEAD = "head"
    """A question that the lines below it answer; on this line stands whether it is unknown."""
    CELL = "cell"
    OPTION = "option"
    """One answer of a question at which more may be chosen."""
    FIXED = "fixed"
    """A question that is not answered here: known already, a file, or a declaration."""


@dataclass(frozen=True)
class Line:
    """One row of the sheet."""

    kind: Kind
    label: Text
    question: Question | None = None
    place: str = ""
    """As the checks name it: a part, a row code, or "row.part"; an option begins with "="."""
    part: Part | None = None
    """How what is typed here is read."""
    choice: Choice | None = None
    index: int = -1
    """Of a repeating row."""
    section: Section | None = None
    row: int = 0

    @property
    def key(self) -> str:
        """The number of the question."""
        return self.question.key if self.question else ""

    @property
    def id(self) -> str:
        """What it is about, unique in the layout."""
        if self.question is None:
            return f"#{self.section.key}" if self.section else ""
        return f"{self.key}/{self.place}" if self.place else self.key

    @property
    def is_answered_here(self) -> bool:
        """Whether its answer cell is open."""
        return self.kind in {Kind.WHOLE, Kind.CELL, Kind.OPTION}

    @property
    def has_state(self) -> bool:
        """Whether the columns for unknown, reason and remark are about it."""
        return self.kind in {Kind.WHOLE, Kind.HEAD}

    def address(self, column: str) -> str:
        """Return the cell, such as "F12"."""
        return f"{LETTER[column]}{self.row}"


@dataclass(frozen=True)
class Layout:
    """All lines of a form, in order."""

    lines: tuple[Line, ...]

    @cached_property
    def of_key(self) -> Mapping[str, tuple[Line, ...]]:
        """The lines of each question that can be answered here; the one with the state first."""
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            if line.question and line.kind is not Kind.FIXED:
                found.setdefault(line.key, []).append(line)
        return {key: tuple(lines) for key, lines in found.items()}

    @cached_property
    def heads(self) -> Mapping[str, Line]:
        """The line of each question that carries its number, also where it is not answered here."""
        return {line.key: line for line in reversed(self.lines) if line.question}

    @cached_property
    def by_id(self) -> Mapping[str, Line]:
        """All lines by what they are about."""
        return {line.id: line for line in self.lines}

    @cached_property
    def hash(self) -> str:
        """SHA-256 of what stands where."""
        said = json.dumps([FORMAT, COLUMNS, [[line.row, line.id, line.kind] for line in self.lines]])
        return hashlib.sha256(said.encode()).hexdigest()


def layout_of(questionnaire: Questionnaire) -> Layout:
    """Return where everything of this form stands."""
    lines = [line for section in questionnaire.sections for line in _section(section)]
    return Layout(tuple(replace(line, row=number) for number, line in enumerate(lines, FIRST_ROW)))


def _section(section: Section) -> Iterator[Line]:
    yield Line(Kind.SECTION, section.title, section=section)
    for question in section.questions:
        yield from _question(question)


def _question(question: Question) -> Iterator[Line]:
    if question.prefilled or question.type in {"file", "declaration", "authority"}:
        yield Line(Kind.FIXED, question.label, question)
        return
    below = list(_below(question))
    if not below:
        yield Line(Kind.WHOLE, question.label, question, part=question)
        return
    yield Line(Kind.HEAD, question.label, question)
    yield from below


def _below(question: Question) -> Iterator[Line]:
    """Yield the lines under a question of several cells."""
    if question.type == "choices":
        for choice in question.choices:
            yield Line(Kind.OPTION, choice.label, question, f"={choice.code}", choice=choice)
        if any(choice.other_text for choice in question.choices):
            yield _cell(question, Part("anders", "text", text("other")), "anders")
    elif question.type in {"matrix", "theme_integers"}:
        kind = "choice" if question.type == "matrix" else "integer"
        for row in question.rows:
            cell = Part(row.code, kind, row.label, choices=question.choices, unit=question.unit, min=question.min)
            yield _cell(question, cell, row.code)
    elif question.type == "rows":
        for index in range(question.max_rows or ROOM):
            for part in question.parts:
                yield replace(_cell(question, part, f"{index}.{part.key}"), index=index, label=_of_row(part, index))
    else:
        for part in question.parts:
            yield _cell(question, part, part.key)


def _cell(question: Question, part: Part, place: str) -> Line:
    return Line(Kind.CELL, part.label, question, place, part)


def _of_row(part: Part, index: int) -> Text:
    return {language: word("row", language, row=index + 1, label=label) for language, label in part.label.items()}
