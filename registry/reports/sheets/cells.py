"""Answers as the cells of a spreadsheet, and cells as answers: the same reading as of what is typed in the browser."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from common.errors import N_
from common.spreadsheets import Cell
from registry.editions.form import NUMBERS, Choice, Part, Question
from registry.reports import values
from registry.reports.models import AnswerState
from registry.reports.sheets.layout import Kind, Line
from registry.reports.sheets.words import word
from registry.reports.values import BLANK, AnswerInput, AnswerLike, as_cells, chosen, is_blank, is_raw

Place = tuple[str, str]
"""What a line is about, and the column: ("B2/link", "answer")."""
LONGEST_LINE: Final = 2000
"""Characters of a reason or a remark, as in the browser."""
LONGEST_CELL: Final = 32_000
"""Characters; a cell of a spreadsheet holds 32,767."""
_FIRST_YEAR: Final = 1901
"""Days of before are written as text: spreadsheets count from 1900, and not all in the same way."""


@dataclass(frozen=True)
class Raw:
    """What stands in a cell of a file that came in."""

    value: str | float | bool | date | None = None
    formula: bool = False
    error: bool = False
    percent: bool = False


EMPTY: Final = Raw()


@dataclass(frozen=True)
class Refusal:
    """A cell that is not taken over, and why; the sentence is a msgid."""

    key: str
    address: str
    sentence: str


def label_of(choice: Choice, choices: Sequence[Choice], language: str) -> str:
    """Return the words of an option; with its code where two options have the same words."""
    words = " ".join(choice.label.get(language, "").split()) or choice.code
    twins = [one for one in choices if " ".join(one.label.get(language, "").split()).casefold() == words.casefold()]
    return f"{words} ({choice.code})" if len(twins) > 1 else words


def written(lines: Sequence[Line], answer: AnswerLike, language: str) -> dict[Place, Cell]:
    """Return the cells of one question that say this answer; empty ones are not in it."""
    head = lines[0]
    found: dict[Place, Cell] = {
        (head.id, "empty"): _state_word(answer.state, language),
        (head.id, "reason"): answer.reason,
        (head.id, "remark"): answer.remark,
    }
    for line in lines:
        found[line.id, "answer"] = _written(line, answer.value, language)
    return {place: value for place, value in found.items() if value is not None and value != ""}


def _state_word(state: AnswerState, language: str) -> str | None:
    names = {AnswerState.UNKNOWN: "unknown", AnswerState.NOT_APPLICABLE: "not_applicable"}
    return word(names[state], language) if state in names else None


def _written(line: Line, value: Any, language: str) -> Cell:
    if line.kind is Kind.HEAD:
        return None
    if line.kind is Kind.OPTION:
        is_chosen = line.choice is not None and line.choice.code in chosen(value)
        return word("yes", language) if is_chosen else None
    part = line.part or line.question
    assert part is not None
    if line.kind is Kind.WHOLE:
        return write_value(part, value, language)
    if line.index >= 0:
        rows = value if isinstance(value, list) else []
        value = rows[line.index] if line.index < len(rows) else None
    name = "other" if line.place == "anders" else part.key
    return write_value(part, as_cells(value).get(name), language)


def write_value(part: Part, value: Any, language: str) -> Cell:
    """Return one value as a cell holds it: a number, a day, or a text."""
    if is_blank(value):
        return None
    if is_raw(value):
        return str(value["raw"])[:LONGEST_CELL]
    if part.type in NUMBERS and isinstance(value, int | float) and not isinstance(value, bool):
        return value if abs(value) <= values.LARGEST else str(value)
    if part.type == "date" and isinstance(value, str):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return value
        return day if day.year >= _FIRST_YEAR else value
    if part.type == "choice":
        option = next((choice for choice in part.choices if choice.code == value), None)
        return label_of(option, part.choices, language) if option else str(value)
    return str(value)[:LONGEST_CELL]


def read_back(
    lines: Sequence[Line], cells: Mapping[Place, Raw], language: str, before: AnswerLike = BLANK
) -> tuple[AnswerInput, list[Refusal]]:
    """Return the answer that these cells say, and the cells that cannot be taken over.

    `before` is the answer that the file was made from: what has no cell in the sheet stays as it was there.
    """
    head, reader = lines[0], _Reader(language)
    value = reader.whole(lines, cells, before.value)
    state = reader.state(head, cells.get((head.id, "empty"), EMPTY))
    reason = reader.line(head, "reason", cells.get((head.id, "reason"), EMPTY))
    remark = reader.line(head, "remark", cells.get((head.id, "remark"), EMPTY))
    if state is None:
        state = AnswerState.BLANK if is_blank(value) else AnswerState.GIVEN
    elif not is_blank(value) and (before.state is not state or before.value != value):
        reader.refuse(head, "empty", N_("Kies dit, of vul een antwoord in. Niet allebei."))
    return AnswerInput(state, None if is_blank(value) else value, reason, remark), reader.refused


class _Reader:
    """Reads the cells of one question, and keeps which it refused."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.refused: list[Refusal] = []

    def refuse(self, line: Line, column: str, sentence: str) -> None:
        self.refused.append(Refusal(line.key, line.address(column), sentence))

    def sound(self, line: Line, column: str, raw: Raw) -> bool:
        """Say whether the cell holds a plain value of a bearable length; else refuse it."""
        if raw.formula:
            self.refuse(line, column, N_("Hier staat een formule. Plak er de uitkomst als waarde."))
        elif raw.error:
            self.refuse(line, column, N_("Hier staat een foutmelding van het rekenblad in plaats van een waarde."))
        elif isinstance(raw.value, str) and len(raw.value) > LONGEST_CELL:
            self.refuse(line, column, N_("Deze tekst is te lang voor een antwoord."))
        else:
            return True
        return False

    def whole(self, lines: Sequence[Line], cells: Mapping[Place, Raw], before: Any) -> Any:
        found: dict[str, Any] = {}
        for line in lines:
            raw = cells.get((line.id, "answer"), EMPTY)
            if not self.sound(line, "answer", raw):
                continue
            if line.kind is Kind.HEAD and raw.value is not None and raw.value != "":
                self.refuse(line, "answer", N_("Hier hoort geen antwoord. Gebruik de regels eronder."))
            elif line.kind is Kind.OPTION:
                found[line.place] = self.ticked(line, raw)
            elif line.part is not None:
                found[line.place] = read_value(line.part, raw, self.language)
        question = lines[0].question
        assert question is not None
        return _gathered(question, lines, found, before)

    def ticked(self, line: Line, raw: Raw) -> bool:
        said = plain_text(raw.value, self.language).casefold()
        if said in {"", "nee", "no", "0", "onwaar", "false"}:
            return False
        if said not in {"ja", "yes", "x", "1", "waar", "true"}:
            self.refuse(line, "answer", N_("Kies Ja, of laat deze cel leeg."))
        return True

    def state(self, line: Line, raw: Raw) -> AnswerState | None:
        if not self.sound(line, "empty", raw):
            return None
        said = " ".join(plain_text(raw.value, self.language).split()).casefold()
        for state, name in ((AnswerState.UNKNOWN, "unknown"), (AnswerState.NOT_APPLICABLE, "not_applicable")):
            if said in {word(name, code).casefold() for code in ("nl", "en")}:
                return state
        if said:
            self.refuse(line, "empty", N_("Kies Onbekend of Niet van toepassing, of laat deze cel leeg."))
        return None

    def line(self, line: Line, column: str, raw: Raw) -> str | None:
        """Read a reason or a remark."""
        if not self.sound(line, column, raw):
            return None
        return plain_text(raw.value, self.language).replace("\x00", "").strip()[:LONGEST_LINE] or None


def read_value(part: Part, raw: Raw, language: str) -> Any:
    """Read one cell as the browser's form reads a field: None for empty, {"raw": text} where it does not fit."""
    value = raw.value
    if isinstance(value, int | float) and not isinstance(value, bool) and part.type in NUMBERS:
        return canonical_number(part, round(value * 100, 10) if raw.percent else value)
    text = plain_text(value, language)
    if part.type == "choice":
        text = _code(part, text, language)
    return values.read(part, text)


def canonical_number(part: Part, number: float) -> Any:
    """Return a number as reading what was typed gives it: a whole one as int, and one that may not be as raw text."""
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    return {"raw": _typed(number)} if values.number_fault(part, number) else number


def _typed(number: float) -> str:
    return repr(number).replace(".", ",")


def plain_text(value: Any, language: str) -> str:
    """Write what stands in a cell as somebody would have typed it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return {True: "Ja", False: "Nee"}[value]
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time().isoformat() == "00:00:00" else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        number = int(value) if float(value).is_integer() else value
        return _typed(number) if language == "nl" else repr(number)
    return str(value).replace("\r\n", "\n").replace("\r", "\n")


def _code(part: Part, text: str, language: str) -> str:
    """Return the code of the option that these words stand for, in either language; else the words."""
    said = " ".join(text.split()).casefold()
    for known in (language, "nl", "en"):
        for choice in part.choices:
            if label_of(choice, part.choices, known).casefold() == said:
                return choice.code
    return text


def _gathered(question: Question, lines: Sequence[Line], found: Mapping[str, Any], before: Any) -> Any:
    """Return the value of a question from what its lines say."""
    if question.type == "choices":
        codes = [line.choice.code for line in lines if line.choice and found.get(line.place)]
        other = str(found.get("anders") or "")[:LONGEST_LINE]
        made = {"chosen": codes, **({"other": other} if other else {})}
        return None if is_blank(made) else made
    if question.type == "rows":
        return list(_rows(lines, found, before))
    if lines[0].kind is Kind.WHOLE:
        return found.get("")
    return {line.place: found[line.place] for line in lines[1:] if not is_blank(found.get(line.place))}


def _rows(lines: Sequence[Line], found: Mapping[str, Any], before: Any) -> Iterator[dict[str, Any]]:
    room = max(line.index for line in lines) + 1
    for index in range(room):
        row = {line.part.key: found.get(line.place) for line in lines if line.index == index and line.part}
        if not is_blank(row):
            yield {key: value for key, value in row.items() if not is_blank(value)}
    if isinstance(before, list):  # more than the sheet has room for: those stay
        yield from (dict(as_cells(row)) for row in before[room:])


def as_if_typed(lines: Sequence[Line], answer: AnswerLike, language: str) -> AnswerInput:
    """Return an answer as the sheet would give it back untouched, so that what a sheet cannot say changes nothing."""
    cells = {place: Raw(value) for place, value in written(lines, answer, language).items()}
    return replace(read_back(lines, cells, language, answer)[0], touched=False)
