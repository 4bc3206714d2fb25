"""How far reports are that have not been handed in: how many answers are left, and whose turn it is."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.editions.questionnaire import of_edition
from registry.reports.checking import asked, check
from registry.reports.circumstances import circumstances_of
from registry.reports.drafting import current_answers
from registry.reports.models import Approval, ApprovalState, Report, ReportState


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
class HowFar:
    """Of the questions that must be answered, how many are; and whose turn it is."""

    required: int
    answered: int
    turn: Turn

    @property
    def left(self) -> int:
        """How many questions still stand in the way of handing in."""
        return self.required - self.answered


def how_far(session: Session, reports: Iterable[Report]) -> dict[int, HowFar]:
    """Return how far each report is, by its id. Some queries each: for a page of them, or in a command."""
    reports = list(reports)
    asks_bestuurder = _asked_of_bestuurder(session, reports)
    return {report.id: _one(session, report, asks_bestuurder) for report in reports}


def _one(session: Session, report: Report, asks_bestuurder: Mapping[int, int]) -> HowFar:
    form, answers = of_edition(report.edition), current_answers(session, report)
    circumstances = circumstances_of(session, report)
    keys = {question.key: question for question in asked(form, answers, circumstances) if not question.prefilled}
    in_the_way = {problem.key for problem in check(form, answers, circumstances) if problem.blocks} & keys.keys()
    required = {key for key, question in keys.items() if question.required}
    number, left = len(required | in_the_way), len(in_the_way)
    return HowFar(number, number - left, _turn(report, left, asks_bestuurder))


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
