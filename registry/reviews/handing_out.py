"""What is held about a person's part in reviews, for handing it out to him."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.privacy import moment
from registry.reports.models import EvidenceMark, Remark, Report
from registry.reviews.models import Decision


def reviewed_by(session: Session, user: User) -> dict[str, Any]:
    """Return the decisions, questions and replies of a person, what he is reviewing, and the evidence that he saw."""
    decisions = session.scalars(select(Decision).where(Decision.decided_by_id == user.id).order_by(Decision.id))
    part = or_(Remark.author_id == user.id, Remark.replied_by_id == user.id, Remark.settled_by_id == user.id)
    remarks = session.scalars(select(Remark).where(part).order_by(Remark.id))
    seen = session.scalars(select(EvidenceMark).where(EvidenceMark.seen_by_id == user.id).order_by(EvidenceMark.id))
    taken = session.scalars(select(Report).where(Report.reviewer_id == user.id).order_by(Report.id))
    looked = session.scalars(select(Decision).where(Decision.looked_by_id == user.id).order_by(Decision.id))
    return {
        "decisions": [
            {"report": one.submission.report.subject, "verdict": one.verdict.value, "at": moment(one.decided_at)}
            for one in decisions
        ],
        "looked_over": [{"report": one.submission.report.subject, "at": moment(one.looked_at)} for one in looked],
        "questions": [_remark(one, user) for one in remarks],
        "evidence": [
            {
                "report": one.submission.report.subject,
                "question": one.key,
                "seen_on": one.seen_on.isoformat() if one.seen_on else None,
                "note": one.note,
                "at": moment(one.recorded_at),
            }
            for one in seen
        ],
        "taken": [{"report": one.subject, "at": moment(one.taken_at)} for one in taken],
    }


def _remark(one: Remark, user: User) -> dict[str, Any]:
    parts = {
        "asked": (one.author_id, one.created_at),
        "replied": (one.replied_by_id, one.replied_at),
        "settled": (one.settled_by_id, one.settled_at),
    }
    done = {name: moment(at) for name, (who, at) in parts.items() if who == user.id}
    return {"report": one.submission.report.subject, "question": one.key, **done}
