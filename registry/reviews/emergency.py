"""Reports that were published without a second pair of eyes, for colleagues to look at afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from common.clock import local
from registry.reports.drafting import name_of
from registry.reports.models import Submission
from registry.reviews.models import Decision

LOOKED_BACK: Final = timedelta(days=30)
"""How long the desk of staff shows an emergency publication."""


@dataclass(frozen=True)
class EmergencyPublication:
    """One publication by somebody who worked on the report himself."""

    submission_id: int
    name: str
    year: int
    decided_on: date
    decided_by: str
    is_example: bool


def emergency_publications(session: Session, now: datetime) -> Sequence[EmergencyPublication]:
    """Return the emergency publications of the last 30 days, newest first."""
    rows = session.execute(
        select(Decision, Submission, User.name)
        .join(Submission, Submission.id == Decision.submission_id)
        .join(User, User.id == Decision.decided_by_id)
        .where(Decision.emergency, Decision.decided_at > now - LOOKED_BACK)
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
