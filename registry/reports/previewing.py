"""What stands in a report before it is handed in, for who looks it over: what is public, what is not, what is striking.

Pure: the form, the answers, and last year's.
"""

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from common.vocabulary import Text
from registry.editions.form import Question, Questionnaire
from registry.reports.amounts import amounts, has_amounts
from registry.reports.checking import CHECK, Circumstances, Problem, check
from registry.reports.display import OWN, ShownAnswer, may_read, shown_sections
from registry.reports.models import AnswerState
from registry.reports.values import AnswerLike

STRIKING: Final = 25
"""Percent; a figure that differs so much from last year's is named before the bestuurder."""


class Closed(enum.StrEnum):
    """Why an answer does not become public."""

    PERSON = "person"
    NEVER = "never"
    TOTALS = "totals"
    AFTERWARDS = "afterwards"
    """Staff may make a guide of it, with the authority."""


@dataclass(frozen=True)
class NotPublic:
    """An answer that the public does not read, and why."""

    answer: ShownAnswer
    why: Closed


@dataclass(frozen=True)
class Moved:
    """A figure that is another one than last year; `label` is of the part or row, empty for a plain question."""

    question: Question
    label: Text
    before: float
    now: float
    percent: float | None
    """None where last year's figure was zero."""


@dataclass(frozen=True)
class Explained:
    """A check that asked for a sentence, with the sentence that the authority gave."""

    question: Question
    problem: Problem
    remark: str


def not_public(
    questionnaire: Questionnaire, answers: Mapping[str, AnswerLike], circumstances: Circumstances
) -> list[NotPublic]:
    """Return what is asked and does not become public, in the order of the form; the declaration has no answer."""
    shown = [
        answer
        for part in shown_sections(questionnaire, answers, circumstances, audience=OWN)
        for answer in part.answers
    ]  # fmt: skip
    closed = [one for one in shown if not may_read(one.question) and not one.question.prefilled]
    return [NotPublic(one, _why(one.question)) for one in closed if one.question.type != "declaration"]


def _why(question: Question) -> Closed:
    if question.type == "person":
        return Closed.PERSON
    if question.publish == "totals":
        return Closed.TOTALS
    return Closed.AFTERWARDS if question.after_editing and question.publish == "yes" else Closed.NEVER


def explained(
    questionnaire: Questionnaire, answers: Mapping[str, AnswerLike], circumstances: Circumstances
) -> list[Explained]:
    """Return the soft checks that struck, each with the sentence that the authority wrote."""
    struck = [one for one in check(questionnaire, answers, circumstances) if one.kind == CHECK and one.settled]
    return [Explained(questionnaire.by_key[one.key], one, answers[one.key].remark or "") for one in struck]


def moved(
    questionnaire: Questionnaire, answers: Mapping[str, AnswerLike], last: Mapping[str, AnswerLike],
    asked: Sequence[str],
) -> list[Moved]:  # fmt: skip
    """Return the figures that differ much from last year's, the largest change first."""
    found = [
        one
        for key in asked
        if key in last and key in answers
        for one in _moved(questionnaire.by_key[key], answers[key], last[key])
    ]
    return sorted(found, key=lambda one: -abs(one.percent) if one.percent is not None else -float("inf"))


def _moved(question: Question, now: AnswerLike, last: AnswerLike) -> Iterator[Moved]:
    given = AnswerState.GIVEN
    if not has_amounts(question) or now.state is not given or last.state is not given:
        return
    old = {place: figure for place, _label, figure in amounts(question, last.value)}
    for place, label, figure in amounts(question, now.value):
        if place in old and figure != old[place]:
            before = old[place]
            percent = 100 * (figure - before) / abs(before) if before else None
            if percent is None or abs(percent) >= STRIKING:
                yield Moved(question, label, before, figure, percent)
