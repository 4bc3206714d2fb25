"""What the form of one authority depends on besides its answers: the day, its kind, its plan's term and last year."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from common.clock import today
from registry.authorities.models import Authority
from registry.authorities.reading import version_on
from registry.editions.models import Edition
from registry.reports.carry_over import comparable_answers, previous_submission
from registry.reports.checking import Circumstances
from registry.reports.deadlines import plan_due_of
from registry.reports.models import Report
from registry.reports.values import AnswerInput

__all__ = ["Circumstances", "circumstances_for", "circumstances_of"]


def circumstances_of(
    session: Session, report: Report, *, day: date | None = None, last: Mapping[str, AnswerInput] | None = None
) -> Circumstances:
    """Return the circumstances of a report on `day` (None: today). `last`: last year's answers, where known."""
    return circumstances_for(session, report.authority, report.edition, day=day, last=last)


def circumstances_for(
    session: Session,
    authority: Authority,
    edition: Edition,
    *,
    day: date | None = None,
    last: Mapping[str, AnswerInput] | None = None,
) -> Circumstances:
    """Return the circumstances of a report that need not have been started."""
    day = day or today()
    if last is None:
        last = comparable_answers(previous_submission(session, authority.id, edition), edition)
    return Circumstances(
        today=day,
        plan_due=plan_due_of(session, authority.id, edition.agreement_id),
        kind=version_on(authority, day).kind if authority.versions else "",
        last=last,
    )
