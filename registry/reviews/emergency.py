"""Reports that were published without a second pair of eyes, until a colleague has looked at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from common.clock import local
from registry.authorities.models import Authority
from registry.reports.drafting import name_of
from registry.reports.models import Report, Submission
from registry.reviews.models import Decision


@dataclass(frozen=True)
class EmergencyPublication:
    """One publication by somebody who worked on the report himself."""

    submission_id: int
    name: str
    year: int
    decided_on: date
    decided_by: str
    is_example: bool


def emergency_publications(session: Session, reader_id: int) -> Sequence[EmergencyPublication]:
    """Return what others published in an emergency and nobody looked at since, newest first."""
    rows = session.execute(
        select(Decision, Submission, User.name)
        .join(Submission, Submission.id == Decision.submission_id)
        .join(User, User.id == Decision.decided_by_id)
        .where(Decision.emergency, Decision.undone_at.is_(None), Decision.looked_at.is_(None))
        .where(Decision.decided_by_id != reader_id)
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
    )
    return [
        EmergencyPublication(
            submission_id=submission.id,
            name=name_of(session, submission.report.authority),
            year=submission.report.edition.year,
            decided_on=local(decision.decided_at).date(),
            decided_by=who,
            is_example=submission.report.authority.is_example,
        )
        for decision, submission, who in rows
    ]


def emergency_days(session: Session) -> tuple[Sequence[date], Sequence[date]]:
    """Return the days of all emergency publications, newest first: of real authorities, and of fictional ones.

    Everybody may know how often and when; the reasons are for colleagues. One query.
    """
    rows = session.execute(
        select(Decision.decided_at, Authority.is_example)
        .join(Submission, Submission.id == Decision.submission_id)
        .join(Report, Report.id == Submission.report_id)
        .join(Authority, Authority.id == Report.authority_id)
        .where(Decision.emergency)
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
    ).all()
    days = [(local(decided_at).date(), is_example) for decided_at, is_example in rows]
    return [day for day, is_example in days if not is_example], [day for day, is_example in days if is_example]
