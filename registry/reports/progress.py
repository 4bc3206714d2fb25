"""How far a report is, section by section."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.editions.form import Question, Questionnaire, Section
from registry.reports.checking import MISSING, Problem
from registry.reports.models import AnswerState
from registry.reports.values import AnswerLike


class SectionState(enum.StrEnum):
    """Where a section stands; the names are those of the component section_nav."""

    TODO = "todo"
    BUSY = "busy"
    DONE = "done"


@dataclass(frozen=True)
class SectionProgress:
    """One section: how many of its questions are asked and answered, and what is left."""

    section: Section
    asked: int
    answered: int
    missing: int
    wrong: int

    @property
    def state(self) -> SectionState:
        """Done when nothing in it stands in the way of submitting and somebody was there."""
        if not self.missing and not self.wrong and (self.answered or not self.asked):
            return SectionState.DONE
        return SectionState.BUSY if self.answered else SectionState.TODO


def progress(
    questionnaire: Questionnaire,
    asked: Sequence[Question],
    answers: Mapping[str, AnswerLike],
    problems: Sequence[Problem],
) -> list[SectionProgress]:
    """Return how far each section is."""
    keys = {question.key for question in asked}
    return [_of(section, keys, answers, problems) for section in questionnaire.sections]


def _of(
    section: Section, asked: set[str], answers: Mapping[str, AnswerLike], problems: Sequence[Problem]
) -> SectionProgress:
    own = {question.key for question in section.questions if question.key in asked and not question.prefilled}
    blocking = [problem for problem in problems if problem.key in own and problem.blocks]
    return SectionProgress(
        section=section,
        asked=len(own),
        answered=sum(1 for key in own if key in answers and answers[key].state is not AnswerState.BLANK),
        missing=len({problem.key for problem in blocking if problem.kind == MISSING}),
        wrong=len({problem.key for problem in blocking if problem.kind != MISSING}),
    )
