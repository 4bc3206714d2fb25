"""What reports hold about a person: where he worked. References and no contents, for those belong to the authority."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.privacy import moment
from registry.reports.models import Answer, Approval, Report, Submission


def worked_on(session: Session, user: User) -> dict[str, list[dict[str, Any]]]:
    """Return the answers that a person saved, what he handed in, and where he was asked to agree or asked for it."""
    ids = select(Answer.report_id).where(Answer.changed_by_id == user.id)
    reports = {one.id: one.subject for one in session.scalars(select(Report).where(Report.id.in_(ids)))}
    mine = select(Answer).where(Answer.changed_by_id == user.id)
    answers = mine.order_by(Answer.report_id, Answer.version, Answer.key)
    handed_in = select(Submission).where(Submission.submitted_by_id == user.id).order_by(Submission.id)
    return {
        "answers": [
            {
                "report": reports[one.report_id],
                "question": one.key,
                "version": one.version,
                "at": moment(one.changed_at),
            }
            for one in session.scalars(answers)
        ],
        "handed_in": [
            {"report": one.report.subject, "receipt": one.receipt, "at": moment(one.submitted_at)}
            for one in session.scalars(handed_in)
        ],
        "agreements": _agreements(session, user),
    }


def _agreements(session: Session, user: User) -> list[dict[str, Any]]:
    own = or_(Approval.asked_by_id == user.id, Approval.decided_by_id == user.id)
    rows = session.scalars(select(Approval).where(own).order_by(Approval.id))
    return [
        {
            "report": one.report.subject,
            "part": "asked" if one.asked_by_id == user.id else one.state.value,
            "at": moment(one.asked_at if one.asked_by_id == user.id else one.decided_at),
        }
        for one in rows
    ]
