"""What a section's screen shows: per question its fields as they were typed, its problems, and last year's answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from common.vocabulary import Text
from registry.editions.form import Choice, Part, Question, Section
from registry.reports.checking import FAULT, MISSING, Problem, Reading
from registry.reports.display import ShownAnswer, shown_answer
from registry.reports.forms import field_name
from registry.reports.models import AnswerState, Remark
from registry.reports.values import BLANK, AnswerInput, AnswerLike, as_cells, chosen, is_raw

REASON = "reden"
"""The place of the sentence that says why something is unknown."""
_EMPTY_WORDS = {AnswerState.UNKNOWN: "onbekend", AnswerState.NOT_APPLICABLE: "nvt"}


@dataclass(frozen=True)
class ShownPart:
    """One field of a composite question."""

    part: Part
    name: str
    place: str
    value: Any
    asked: bool


@dataclass(frozen=True)
class ShownQuestion:
    """One question on the screen."""

    question: Question
    answer: AnswerLike
    asked: bool
    parts: tuple[ShownPart, ...] = ()
    rows: tuple[tuple[ShownPart, ...], ...] = ()
    problems: tuple[Problem, ...] = ()
    previous: ShownAnswer | None = None
    earlier: tuple[ShownAnswer, ...] = ()
    """Last year's questions with their answers, where this one was split off from or merged out of them."""
    suggested: bool = False
    remarks: Sequence[Remark] = ()
    together: Any = None
    """What colleagues do at this question (registry/reports/together/reading.py)."""

    @property
    def key(self) -> str:
        """The number of the question."""
        return self.question.key

    @property
    def name(self) -> str:
        """The name of its field."""
        return field_name(self.question.key)

    @property
    def empty(self) -> str:
        """Which of the empties was chosen, as the form says it."""
        return _EMPTY_WORDS.get(self.answer.state, "")

    @property
    def errors(self) -> dict[str, Text]:
        """What is wrong, per place; what is only missing is no error in a draft."""
        return {problem.part: problem.message for problem in reversed(self.problems) if _is_wrong(problem)}

    @property
    def faults(self) -> frozenset[str]:
        """The places where something was typed that is no answer; a check over several questions is none."""
        return frozenset(problem.part for problem in self.problems if problem.kind == FAULT)

    @property
    def reason_error(self) -> Text | None:
        """What is asked of somebody who said "unknown" and not why; he reads it here, and not only at the end."""
        return next((problem.message for problem in self.problems if problem.part == REASON), None)

    @property
    def has_days(self) -> bool:
        """Whether a day is typed here: half a day is no mistake while somebody types."""
        return any(part.type in {"date", "period"} for part in (self.question, *self.question.parts))

    @property
    def to_explain(self) -> list[Problem]:
        """The soft checks that ask for a sentence."""
        return [problem for problem in self.problems if not problem.hard]

    @property
    def may_ask_to_explain(self) -> bool:
        """Whether the screen keeps a field for that sentence ready."""
        return any(not check.hard for check in self.question.checks)

    @property
    def chosen(self) -> list[str]:
        """The options that were chosen."""
        return chosen(self.answer.value)

    @property
    def other(self) -> str:
        """What was written at "anders"."""
        return str(as_cells(self.answer.value).get("other") or "")

    @property
    def other_choice(self) -> Choice | None:
        """The option that asks for a text."""
        return next((choice for choice in self.question.choices if choice.other_text), None)


@dataclass(frozen=True)
class Screen:
    """A section as it is shown."""

    section: Section
    questions: tuple[ShownQuestion, ...]
    errors: tuple[tuple[str, str, Text], ...] = field(default=())
    """Number of the question, id of the field, and message, in the order of the fields."""
    sections: tuple[Section, ...] = ()
    """The sections of the form that it shows: one, or all of them on the page with the whole form."""

    @property
    def faults(self) -> list[tuple[str, str, Text]]:
        """The errors that hold somebody here: what he typed is no answer."""
        wrong = {field_name(shown.key, place) for shown in self.shown for place in shown.faults}
        return [error for error in self.errors if error[1] in wrong]

    @property
    def by_section(self) -> list[tuple[Section, list[ShownQuestion]]]:
        """The questions under the section of the form in which they stand."""
        return [(one, [q for q in self.questions if q.question.section == one.key]) for one in self.sections]

    @property
    def shown(self) -> list[ShownQuestion]:
        """The questions that are asked now."""
        return [question for question in self.questions if question.asked]


@dataclass(frozen=True)
class Around:
    """What stands around the answers: last year's, what is suggested, what staff ask, extra empty rows."""

    last: Mapping[str, AnswerInput] = field(default_factory=dict)
    earlier: Mapping[str, Sequence[ShownAnswer]] = field(default_factory=dict)
    suggested: Mapping[str, AnswerInput] = field(default_factory=dict)
    remarks: Mapping[str, Sequence[Remark]] = field(default_factory=dict)
    together: Mapping[str, Any] = field(default_factory=dict)
    extra_row: str = ""


def build_screen(section: Section, reading: Reading, problems: Sequence[Problem], around: Around) -> Screen:
    """Return the screen of a section, from answers that may not be saved yet."""
    asked = {question.key for question in reading.asked}
    of_question: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.kind != MISSING or problem.part == REASON:
            of_question.setdefault(problem.key, []).append(problem)
    questions = tuple(
        _question(question, reading, of_question.get(question.key, []), around, asked=question.key in asked)
        for question in section.questions
    )
    errors = tuple(
        (shown.key, field_name(shown.key, place), text)
        for shown in questions if shown.asked
        for place, text in shown.errors.items()
    )  # fmt: skip
    return Screen(section, questions, errors, (section,))


def _is_wrong(problem: Problem) -> bool:
    return problem.hard and problem.kind != MISSING


def _question(
    question: Question, reading: Reading, problems: list[Problem], around: Around, *, asked: bool
) -> ShownQuestion:
    suggestion = around.suggested.get(question.key)
    answer = suggestion or reading.answers.get(question.key, BLANK)
    cells = as_cells(answer.value)
    asked_parts = {part.key for part in reading.parts(question, cells)}
    last = around.last.get(question.key)
    return ShownQuestion(
        question=question,
        answer=answer,
        asked=asked,
        parts=_fields(question, cells, "", asked_parts) if question.type != "rows" else (),
        rows=_rows(question, answer, around) if question.type == "rows" else (),
        problems=tuple(problems),
        previous=shown_answer(question, last, reading) if last else None,
        earlier=tuple(around.earlier.get(question.key, ())),
        suggested=suggestion is not None,
        remarks=around.remarks.get(question.key, ()),
        together=around.together.get(question.key),
    )


def _fields(question: Question, cells: Mapping[str, Any], before: str, asked: set[str]) -> tuple[ShownPart, ...]:
    return tuple(
        ShownPart(
            part=part,
            name=field_name(question.key, before + part.key),
            place=before + part.key,
            value=cells.get(part.key),
            asked=part.key in asked,
        )
        for part in question.parts
    )


def _rows(question: Question, answer: AnswerLike, around: Around) -> tuple[tuple[ShownPart, ...], ...]:
    rows = [as_cells(row) for row in answer.value] if isinstance(answer.value, list) else []
    if not rows or around.extra_row == question.key:
        rows.append({})
    everything = {part.key for part in question.parts}
    return tuple(_fields(question, row, f"{index}.", everything) for index, row in enumerate(rows))


def typed(value: Any, language: str = "nl") -> str:
    """Write a value as a person would type it in this language ("12,5")."""
    if value is None:
        return ""
    if is_raw(value):
        return str(value["raw"])
    if isinstance(value, int | float) and not isinstance(value, bool):
        text = repr(value)
        return text.replace(".", ",") if language == "nl" else text
    return str(value)
