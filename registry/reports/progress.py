"""How far a report is, section by section."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

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
    waiting: bool = False
    """Nothing is asked yet, but answers that are still missing may change that."""

    @property
    def state(self) -> SectionState:
        """Done when nothing in it stands in the way of submitting and somebody was there."""
        nothing_to_do = not self.asked and not self.waiting
        if not self.missing and not self.wrong and (self.answered or nothing_to_do):
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
    found: list[SectionProgress] = []
    for section in questionnaire.sections:
        one = _of(section, keys, answers, problems)
        found.append(replace(one, waiting=not one.asked and any(earlier.missing for earlier in found)))
    return found


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
