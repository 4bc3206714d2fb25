"""The checks of a form: what is asked now, what is missing, and what does not fit together. Pure: no database."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from common.vocabulary import Text
from registry.editions.expressions import UNKNOWN, Expression, Value, name_of
from registry.editions.form import COMPOSED, NUMBERS, Check, Part, Question, Questionnaire
from registry.reports import values, words
from registry.reports.messages import message
from registry.reports.models import AnswerState
from registry.reports.values import AnswerLike

MISSING: Final = "missing"
FAULT: Final = "fault"
CHECK: Final = "check"


@dataclass(frozen=True)
class Circumstances:
    """What the form depends on besides the answers; what is not known here is unknown to a condition."""

    today: date | None = None
    plan_due: date | None = None
    """The last day for the action plan."""
    kind: str = ""
    """The kind of the authority; where it is not known, a question for some kinds only is not asked."""
    last: Mapping[str, AnswerLike] = field(default_factory=dict)
    """Last year's answers of the same meaning, by the key of this year."""
    asked: frozenset[str] | None = None
    """The questions that were asked, where that is written down already: in a submission."""


NOWHERE: Final = Circumstances()


@dataclass(frozen=True)
class Problem:
    """Something that stands in the way of submitting. A soft one is settled by a sentence from the authority."""

    key: str
    part: str
    message: Text
    hard: bool
    kind: str = CHECK
    settled: bool = False

    @property
    def blocks(self) -> bool:
        """Whether the report cannot be submitted because of it."""
        return self.hard or not self.settled


class Reading:
    """The answers as the conditions see them, read in the order of the form."""

    def __init__(
        self,
        questionnaire: Questionnaire,
        answers: Mapping[str, AnswerLike],
        circumstances: Circumstances = NOWHERE,
    ) -> None:
        self.answers = answers
        self.circumstances = circumstances
        self.values: dict[str, object] = {
            "today()": circumstances.today,
            "plan_due()": circumstances.plan_due,
            "kind()": circumstances.kind or None,
        }
        for question in questionnaire.questions:
            if answer := circumstances.last.get(question.key):
                then = _read(question, answer, question.parts)
                self.values |= {f"last({name})": value for name, value in then.items()}
        self.asked: list[Question] = []
        for question in questionnaire.questions:
            if self._is_asked(question):
                self.asked.append(question)
                given = answers.get(question.key, values.BLANK)
                cells = values.as_cells(given.value)
                self.values |= _read(question, given, self.parts(question, cells))

    def _is_asked(self, question: Question) -> bool:
        if self.circumstances.asked is not None:
            return question.key in self.circumstances.asked
        if question.kinds and self.circumstances.kind not in question.kinds:
            return False
        # A condition that is unknown does not ask: see content/README.md.
        return question.relevant is None or question.relevant.holds(self.values) is True

    def parts(self, question: Question, cells: Mapping[str, Any]) -> Iterator[Part]:
        """Yield the parts that are asked, given the values of the parts before them."""
        seen: dict[str, object] = dict(self.values)
        for part in question.parts:
            if part.relevant is None or part.relevant.holds(seen) is True:
                seen[name_of(question.key, part.key)] = _leaf(part, cells.get(part.key))
                yield part


def _read(question: Question, answer: AnswerLike, parts: Iterable[Part]) -> dict[str, object]:
    """Return what an answer says, by the names that an expression uses; nothing for one that was not given."""
    if answer.state is AnswerState.UNKNOWN:
        return {question.key: UNKNOWN}
    if answer.state is not AnswerState.GIVEN:
        return {}
    found: dict[str, object] = {question.key: _whole(question, answer.value)}
    cells = values.as_cells(answer.value)
    kind = "integer" if question.type == "theme_integers" else "choice"
    for row in question.rows:
        found[name_of(question.key, row.code)] = _leaf(Part(row.code, kind, row.label), cells.get(row.code))
    if question.type in COMPOSED:
        found |= {name_of(question.key, part.key): _leaf(part, cells.get(part.key)) for part in parts}
    return found


def asked(
    questionnaire: Questionnaire, answers: Mapping[str, AnswerLike], circumstances: Circumstances = NOWHERE
) -> list[Question]:
    """Return the questions that are asked now, given these answers."""
    return Reading(questionnaire, answers, circumstances).asked


def check(
    questionnaire: Questionnaire, answers: Mapping[str, AnswerLike], circumstances: Circumstances = NOWHERE
) -> list[Problem]:
    """Return everything that stands in the way of submitting, in the order of the form."""
    reading = Reading(questionnaire, answers, circumstances)
    return [problem for question in reading.asked for problem in _problems(reading, question)]


def _problems(reading: Reading, question: Question) -> Iterator[Problem]:
    answer = reading.answers.get(question.key, values.BLANK)
    found = [*_state_problems(question, answer)]
    if not found and answer.state is AnswerState.GIVEN:
        found = [
            *(Problem(question.key, place, text, True, FAULT) for place, text in values.faults(question, answer.value)),
            *_missing_parts(reading, question, answer.value),
        ]
    yield from found
    if not found:
        yield from _failed_checks(reading, question, answer)


def _state_problems(question: Question, answer: AnswerLike) -> Iterator[Problem]:
    blank = answer.state is AnswerState.BLANK
    if answer.state is AnswerState.GIVEN and (values.is_blank(answer.value) or values.is_erased(answer.value)):
        blank = True
    if blank and question.required and question.takes_answer:
        text = message("answer", key=question.key, label=dict(question.label))
        yield Problem(question.key, "", text, True, MISSING)
    if answer.state is AnswerState.UNKNOWN and question.may_be_unknown and not (answer.reason or "").strip():
        yield Problem(question.key, "reden", message("reason", key=question.key), True, MISSING)
    refused = (answer.state is AnswerState.UNKNOWN and not question.may_be_unknown) or (
        answer.state is AnswerState.NOT_APPLICABLE and not question.may_be_not_applicable
    )
    if refused:
        yield Problem(question.key, "", message("not_unknown", key=question.key), True, FAULT)


def _missing_parts(reading: Reading, question: Question, value: Any) -> Iterator[Problem]:
    cells = values.as_cells(value)
    if question.type in COMPOSED and (question.required or not values.is_blank(cells)):
        yield from _missing(question, reading.parts(question, cells), cells)
    elif question.type == "matrix" and question.required:
        for row in question.rows:
            if values.is_blank(cells.get(row.code)):
                text = message("part", key=question.key, label=dict(row.label))
                yield Problem(question.key, row.code, text, True, MISSING)
    elif question.type == "rows":
        for index, row in enumerate(value if isinstance(value, list) else []):
            if not values.is_blank(row):
                of_row = values.as_cells(row)
                yield from _missing(question, reading.parts(question, of_row), of_row, index)
    elif question.type == "choices":
        other = next((choice for choice in question.choices if choice.other_text), None)
        if other and other.code in values.chosen(value) and not cells.get("other"):
            yield Problem(question.key, "anders", message("other", label=dict(other.label)), True, MISSING)


def _missing(
    question: Question, parts: Iterator[Part], cells: Mapping[str, Any], row: int | None = None
) -> Iterator[Problem]:
    for part in parts:
        if part.required and values.is_blank(cells.get(part.key)):
            name, place = ("part", part.key) if row is None else ("row_part", f"{row}.{part.key}")
            text = message(name, key=question.key, label=dict(part.label), row=(row or 0) + 1)
            yield Problem(question.key, place, text, True, MISSING)


def _failed_checks(reading: Reading, question: Question, answer: AnswerLike) -> Iterator[Problem]:
    for item in question.checks:
        # A check that is unknown is not applied: nobody is blamed for what he does not know.
        if item.expression.holds(reading.values) is False:
            settled = not item.hard and bool((answer.remark or "").strip())
            text = _check_message(item, reading.values)
            yield Problem(question.key, _place(item.expression, question), text, item.hard, CHECK, settled)


def _place(expression: Expression, question: Question) -> str:
    """Return the part or row of this question that the check reads, so that the message stands there."""
    for item in (*(part.key for part in question.parts), *(row.code for row in question.rows)):
        if name_of(question.key, item) in expression.names:
            return item
    return ""


def _check_message(item: Check, found: Mapping[str, object]) -> Text:
    outcomes: dict[str, Value] = {name: expression.evaluate(found) for name, expression in item.values.items()}
    return {
        language: text.format(**{name: words.plain(value, language) for name, value in outcomes.items()})
        for language, text in item.message.items()
    }


def _whole(question: Question, value: Any) -> object:
    if values.is_blank(value):
        return None
    if question.type == "choices":
        return values.chosen(value)
    if question.type == "file":
        return values.files(value)
    if question.parts or question.rows:
        return value
    return _leaf(question, value)


def _leaf(part: Part, value: Any) -> object:
    """Return one value as conditions read it. What is typed wrongly is unknown, so it starts no other check."""
    if values.is_blank(value):
        return None
    if values.is_raw(value):
        return UNKNOWN
    if part.type == "date":
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            return UNKNOWN
    if part.type in NUMBERS and (isinstance(value, bool) or not isinstance(value, int | float)):
        return UNKNOWN
    return value
