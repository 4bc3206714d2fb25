"""What a spreadsheet would change, cell by cell, beside what is saved now. Pure."""

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from common.spreadsheets import Cell
from common.vocabulary import Text
from registry.editions.form import Question
from registry.reports import words
from registry.reports.drafting import same
from registry.reports.sheets.cells import written
from registry.reports.sheets.layout import ANSWERS, Layout, Line
from registry.reports.sheets.words import text
from registry.reports.values import BLANK, AnswerInput, AnswerLike


class Kind(enum.StrEnum):
    """What is the matter with one answer of a file."""

    CHANGE = "change"
    CONFIRM = "confirm"
    """Last year's answer, as the file offered it: nobody said yet that it still holds."""
    CONFLICT = "conflict"
    """Somebody saved another answer since the file was made."""


@dataclass(frozen=True)
class CellDifference:
    """One cell that the file says differently."""

    address: str
    """Such as "Formulier!F12"."""
    label: Text
    column: str
    now: Text
    mine: Text


@dataclass(frozen=True)
class Difference:
    """One answer that the file says differently."""

    question: Question
    kind: Kind
    mine: AnswerInput
    now: AnswerLike
    cells: tuple[CellDifference, ...]
    seen: int = 0
    """The version of what is saved now; 0 where nothing is."""

    @property
    def key(self) -> str:
        """The number of the question."""
        return self.question.key


@dataclass(frozen=True)
class Held:
    """What a file holds that was read: the answers that it changes, and from which versions it was made."""

    inputs: Mapping[str, AnswerInput]
    basis: Mapping[str, int]
    suggested: frozenset[str]
    sheet: str


def differences(
    layout: Layout,
    held: Held,
    saved: Mapping[str, AnswerLike],
    before: Mapping[str, AnswerLike],
    offered: Mapping[str, AnswerLike],
) -> list[Difference]:
    """Return what the file would change, in the order of the form.

    `saved` is what stands there now, `before` what the file was made from, `offered` last year's answers as the form
    offers them. What both changed to the same answer is no difference.
    """
    found = []
    for key, lines in layout.of_key.items():
        mine = held.inputs.get(key)
        now = saved.get(key, BLANK)
        if (
            mine is None
            or (key in saved and same(mine, now))
            or (key not in saved and not mine.touched and same(mine, BLANK))
        ):
            continue
        kind = Kind.CHANGE
        if not same(now, before.get(key, BLANK)):
            kind = Kind.CONFLICT
        elif key in held.suggested and key not in saved and key in offered and same(mine, offered[key]):
            kind = Kind.CONFIRM
        question = lines[0].question
        assert question is not None
        cells = tuple(_cells(lines, held.sheet, now, mine))
        found.append(Difference(question, kind, mine, now, cells, seen=getattr(now, "version", 0)))
    return found


def _cells(lines: Sequence[Line], sheet: str, now: AnswerLike, mine: AnswerLike) -> Iterator[CellDifference]:
    both = {language: (written(lines, now, language), written(lines, mine, language)) for language in ("nl", "en")}
    for line in lines:
        for column in ANSWERS:
            place = (line.id, column)
            pairs = {language: (old.get(place), new.get(place)) for language, (old, new) in both.items()}
            if all(old == new for old, new in pairs.values()):
                continue
            yield CellDifference(
                address=f"{sheet}!{line.address(column)}",
                label=line.label if column == "answer" else text(column),
                column=column,
                now={language: _shown(old, language) for language, (old, _new) in pairs.items()},
                mine={language: _shown(new, language) for language, (_old, new) in pairs.items()},
            )


def _shown(value: Cell, language: str) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, str) else words.plain(value, language)
