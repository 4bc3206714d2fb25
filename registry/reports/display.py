"""A report in words: sections with questions and answers, for the public, for staff, or for the authority itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from common.vocabulary import Text
from registry.editions.form import COMPOSED, NUMBERS, Part, Question, Questionnaire, Section
from registry.reports import words
from registry.reports.checking import NOWHERE, Circumstances, Reading
from registry.reports.content import NOT_ASKED, answers_of, circumstances_then, form_of
from registry.reports.models import AnswerState, Submission
from registry.reports.values import BLANK, AnswerLike, as_cells, chosen, files, fits, is_blank, is_erased, is_raw

PUBLIC: Final = "public"
STAFF: Final = "staff"
OWN: Final = "own"

EMPTIES: Final[Mapping[str, Text]] = {
    NOT_ASKED: {"nl": "Niet gevraagd", "en": "Not asked"},
    AnswerState.NOT_APPLICABLE: {"nl": "Niet van toepassing", "en": "Not applicable"},
    AnswerState.UNKNOWN: {"nl": "Onbekend", "en": "Unknown"},
    AnswerState.BLANK: {"nl": "Niet ingevuld", "en": "Not filled in"},
}
ERASED_STATE: Final = "erased"
_ERASED: Final[Text] = {"nl": "Verwijderd", "en": "Erased"}
_YES: Final[Text] = {"nl": "Ja", "en": "Yes"}

Pair = tuple[Text, Text]
"""A part's label and its value."""


@dataclass(frozen=True)
class ShownAnswer:
    """One question with its answer in words. An answer has a text, or pairs (parts), or groups of pairs (rows)."""

    question: Question
    state: str
    text: Text
    items: tuple[Text, ...] = ()
    pairs: tuple[Pair, ...] = ()
    groups: tuple[tuple[Pair, ...], ...] = ()
    files: tuple[Mapping[str, Any], ...] = ()
    """The files of an answer of that type; their names stand in `items` as well."""
    reason: str | None = None
    remark: str | None = None

    @property
    def key(self) -> str:
        """The number of the question."""
        return self.question.key

    @property
    def label(self) -> Text:
        """The question."""
        return self.question.label


@dataclass(frozen=True)
class ShownSection:
    """One section with the answers that this reader may see."""

    section: Section
    answers: tuple[ShownAnswer, ...]


def shown_sections(
    questionnaire: Questionnaire,
    answers: Mapping[str, AnswerLike],
    circumstances: Circumstances = NOWHERE,
    *,
    audience: str,
) -> list[ShownSection]:
    """Return the sections that have something for this audience: "public", "staff" or "own"."""
    reading = Reading(questionnaire, answers, circumstances)
    asked = {question.key for question in reading.asked}
    found = []
    for section in questionnaire.sections:
        shown = tuple(
            shown_answer(question, answers.get(question.key, BLANK), reading, asked=question.key in asked)
            for question in section.questions
            if _may_see(question, audience, question.key in asked)
        )
        if shown:
            found.append(ShownSection(section, shown))
    return found


def shown_submission(submission: Submission, *, audience: str) -> list[ShownSection]:
    """Return a submission in words, by the form with which it was made."""
    answers, told = answers_of(submission), circumstances_then(submission)
    return shown_sections(form_of(submission), answers, told, audience=audience)


def _may_see(question: Question, audience: str, asked: bool) -> bool:
    if audience == PUBLIC:
        return asked and may_read(question)
    return asked or audience == STAFF


def may_read(question: Question) -> bool:
    """Say whether the public reads the answer to this question, when it is asked."""
    return question.publish == "yes" and not question.after_editing and not question.prefilled


def shown_answer(question: Question, answer: AnswerLike, reading: Reading, *, asked: bool = True) -> ShownAnswer:
    """Return one answer in words."""
    if not asked:
        return ShownAnswer(question, NOT_ASKED, EMPTIES[NOT_ASKED])
    blank = answer.state is AnswerState.GIVEN and is_blank(answer.value)
    state = AnswerState.BLANK if blank else answer.state
    if state is not AnswerState.GIVEN:
        reason = answer.reason if state is AnswerState.UNKNOWN else None
        return ShownAnswer(question, state.value, EMPTIES[state], reason=reason, remark=answer.remark)
    value = answer.value
    if is_erased(value):
        return ShownAnswer(question, ERASED_STATE, _ERASED, remark=answer.remark)
    if question.type == "rows":
        groups = tuple(
            tuple(_pairs(reading.parts(question, as_cells(row)), as_cells(row)))
            for row in (value if isinstance(value, list) else [])
            if not is_blank(row)
        )
        return ShownAnswer(question, state.value, {}, groups=groups, remark=answer.remark)
    if question.type in COMPOSED:
        pairs = tuple(_pairs(reading.parts(question, as_cells(value)), as_cells(value)))
        return ShownAnswer(question, state.value, {}, pairs=pairs, remark=answer.remark)
    if question.rows:
        return ShownAnswer(question, state.value, {}, pairs=tuple(_row_pairs(question, value)), remark=answer.remark)
    if question.type == "file":
        found = tuple(files(value))
        names = tuple(words.same(str(one.get("name", ""))) for one in found)
        return ShownAnswer(question, state.value, {}, items=names, files=found, remark=answer.remark)
    if question.type == "choices":
        return ShownAnswer(question, state.value, {}, items=tuple(_chosen(question, value)), remark=answer.remark)
    return ShownAnswer(question, state.value, leaf_words(question, value), remark=answer.remark)


def _pairs(parts: Iterator[Part], cells: Mapping[str, Any]) -> Iterator[Pair]:
    for part in parts:
        if not is_blank(cells.get(part.key)):
            yield part.label, leaf_words(part, cells[part.key])


def _row_pairs(question: Question, value: Any) -> Iterator[Pair]:
    cells = as_cells(value)
    kind = "choice" if question.type == "matrix" else "integer"
    cell = Part(question.key, kind, question.label, choices=question.choices)
    for row in question.rows:
        given = cells.get(row.code)
        yield row.label, EMPTIES[AnswerState.BLANK] if is_blank(given) else leaf_words(cell, given)


def _chosen(question: Question, value: Any) -> Iterator[Text]:
    codes = chosen(value)
    other = as_cells(value).get("other")
    for choice in question.choices:
        if choice.code in codes:
            added = f": {other}" if choice.other_text and other else ""
            yield {language: text + added for language, text in choice.label.items()}


def leaf_words(part: Part, value: Any) -> Text:
    """Return one value in words, with its unit. What is not of its type, as a text for a number, stays as it is."""
    if is_raw(value):
        return words.same(str(value["raw"]))
    if not fits(part, value):
        return words.same(str(value))
    if part.type == "choice":
        return next((choice.label for choice in part.choices if choice.code == value), words.same(str(value)))
    if part.type == "declaration":
        return _YES
    if part.type == "year":
        return words.same(str(value))
    if part.type == "date":
        return words.days(date.fromisoformat(value))
    if part.type in NUMBERS:
        return {language: _measured(part, value, language) for language in words.LOCALES}
    return words.same(str(value))


def _measured(part: Part, value: Any, language: str) -> str:
    number = words.number(value, language)
    if part.type == "money":
        return f"€\u00a0{number}"
    if part.type == "share":
        return f"{number}%"
    unit = (part.unit or {}).get(language, "")
    # "12 aantal" is no Dutch; a plain count stands alone.
    return number if not unit or unit in {"aantal", "number"} else f"{number} {unit}"
