"""How far reports are that have not been handed in: how many answers are left, and whose turn it is."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.editions.form import Questionnaire
from registry.editions.questionnaire import of_edition
from registry.reports.checking import Circumstances, Problem, asked, check
from registry.reports.circumstances import circumstances_of
from registry.reports.drafting import current_answers
from registry.reports.models import Approval, ApprovalState, Report, ReportState
from registry.reports.values import AnswerLike


class Turn(enum.StrEnum):
    """Who can bring the report a step further."""

    FILLING_IN = "filling_in"
    SUBMITTING = "submitting"
    """Nothing is left but handing it in."""
    AGREEING = "agreeing"
    """Nothing is left but that the bestuurder agrees, and he was asked."""
    STAFF = "staff"
    """It came on paper, and staff are entering it."""


@dataclass(frozen=True)
class Progress:
    """How far a report is: of the questions that must be answered, how many are."""

    required: int = 0
    answered: int = 0

    @property
    def left(self) -> int:
        """How many questions are still to be answered."""
        return self.required - self.answered

    @property
    def percent(self) -> int:
        """How far it is, in whole percents, rounded down so that 100 means all."""
        return 100 * self.answered // self.required if self.required else 0


@dataclass(frozen=True)
class HowFar(Progress):
    """How far a report is, and whose turn it is."""

    turn: Turn = Turn.FILLING_IN


def progress_of(
    form: Questionnaire,
    answers: Mapping[str, AnswerLike],
    problems: Iterable[Problem],
    circumstances: Circumstances,
) -> Progress:
    """Return how many required questions are asked now, and at how many of them nothing is in the way any more."""
    questions = [question for question in asked(form, answers, circumstances) if question.takes_answer]
    required = {question.key for question in questions if question.required}
    in_the_way = {problem.key for problem in problems if problem.blocks} & {question.key for question in questions}
    return Progress(len(required | in_the_way), len(required - in_the_way))


def how_far(session: Session, reports: Iterable[Report]) -> dict[int, HowFar]:
    """Return how far each report is, by its id. Some queries each: for a page of them, or in a command."""
    reports = list(reports)
    asks_bestuurder = _asked_of_bestuurder(session, reports)
    return {report.id: _one(session, report, asks_bestuurder) for report in reports}


def _one(session: Session, report: Report, asks_bestuurder: Mapping[int, int]) -> HowFar:
    form, answers = of_edition(report.edition), current_answers(session, report)
    circumstances = circumstances_of(session, report)
    far = progress_of(form, answers, check(form, answers, circumstances), circumstances)
    return HowFar(far.required, far.answered, _turn(report, far.left, asks_bestuurder))


def _turn(report: Report, left: int, asks_bestuurder: Mapping[int, int]) -> Turn:
    if report.on_paper:
        return Turn.STAFF
    if left:
        return Turn.FILLING_IN
    waits = report.state is not ReportState.AGREED and asks_bestuurder.get(report.id) == report.version
    return Turn.AGREEING if waits else Turn.SUBMITTING


def _asked_of_bestuurder(session: Session, reports: Sequence[Report]) -> dict[int, int]:
    """Return the version that a bestuurder was asked about and has not decided on, by report."""
    wanted = [report.id for report in reports if of_edition(report.edition).executive_agrees]
    if not wanted:
        return {}
    query = select(Approval.report_id, Approval.version).where(
        Approval.report_id.in_(wanted), Approval.state == ApprovalState.ASKED
    )
    return dict(session.execute(query).all())
