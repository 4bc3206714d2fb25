"""What the queue says in figures: the middle waiting time, and the questions that are open at each report."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from common.clock import day_after, local, today
from registry.editions.models import Edition
from registry.reports.models import Remark, Report, Submission
from registry.reports.remarks import WHOLE_REPORT
from registry.reviews.models import Decision


@dataclass(frozen=True)
class Asked:
    """Questions of staff about one report, of all its submissions."""

    open: int = 0
    """The authority has not replied, and staff have not settled it."""
    answered: int = 0
    """It replied, or staff settled it."""


NOTHING_ASKED = Asked()


def questions_of(session: Session, report_ids: Collection[int]) -> dict[int, Asked]:
    """Return the questions at answers, counted by report; the reason for the whole report is no question. One query."""
    if not report_ids:
        return {}
    is_open = Remark.settled_at.is_(None) & Remark.replied_at.is_(None)
    query = (
        select(Submission.report_id, func.count(Remark.id), func.sum(case((is_open, 1), else_=0)))
        .join(Remark, Remark.submission_id == Submission.id)
        .where(Submission.report_id.in_(report_ids), Remark.key != WHOLE_REPORT)
        .group_by(Submission.report_id)
    )
    return {report_id: Asked(waiting, total - waiting) for report_id, total, waiting in session.execute(query)}


def median_days(days: Iterable[int]) -> float | None:
    """Return the median of waiting times in days: a mean would be wrong because of a few long ones."""
    days = list(days)
    return median(days) if days else None


@dataclass(frozen=True)
class Season:
    """What staff decided since the newest form opened."""

    since: date
    decided: int
    """Submissions on which a first decision fell: published, accepted or sent back."""
    median_days: float | None
    """From handing in to that decision."""


def season(session: Session, edition_id: int | None = None) -> Season | None:
    """Return the figures of this season, of one edition or of all; None before any form opened. Two queries."""
    opened = select(func.max(Edition.opens_on)).where(Edition.opens_on <= today())
    if edition_id:
        opened = opened.where(Edition.id == edition_id)
    since = session.scalar(opened)
    if since is None:
        return None
    first = (
        select(Decision.submission_id, func.min(Decision.decided_at).label("decided_at"))
        .group_by(Decision.submission_id)
        .subquery()
    )
    query = (
        select(Submission.submitted_at, first.c.decided_at)
        .join(first, first.c.submission_id == Submission.id)
        .join(Report, Report.id == Submission.report_id)
        .where(first.c.decided_at >= day_after(date.fromordinal(since.toordinal() - 1)))
    )
    if edition_id:
        query = query.where(Report.edition_id == edition_id)
    waits = [(local(until).date() - local(begun).date()).days for begun, until in session.execute(query)]
    return Season(since, len(waits), median_days(waits))
