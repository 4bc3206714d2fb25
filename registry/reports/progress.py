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
    """Questions that must be answered before the report can be handed in, and are not."""
    wrong: int
    advised: int = 0
    """Questions that are advised and that nobody answered."""
    first_open: str = ""
    """The key of the first question at which something is to be done; empty where nothing is."""
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
    own = {question.key for question in section.questions if question.key in asked and question.takes_answer}
    blocking = [problem for problem in problems if problem.key in own and problem.blocks]
    given = {key for key in own if key in answers and answers[key].state is not AnswerState.BLANK}
    stuck = {problem.key for problem in blocking}
    advised = [question.key for question in section.questions if question.key in own and question.advised]
    return SectionProgress(
        section=section,
        asked=len(own),
        answered=len(given),
        missing=len({problem.key for problem in blocking if problem.kind == MISSING}),
        wrong=len({problem.key for problem in blocking if problem.kind != MISSING}),
        advised=len([key for key in advised if key not in given]),
        first_open=next((question.key for question in section.questions if question.key in stuck), ""),
    )
