"""What staff ask about a report that was sent back: the form shows it at the questions."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.reports.models import Remark, Report, ReportState, Submission

WHOLE_REPORT = ""
"""The key of the remark that is about the report as a whole: the reason why it was sent back."""


def newest_submission(session: Session, report: Report) -> Submission | None:
    """Return the report as it was last handed in, or None when it never was."""
    return session.scalars(
        select(Submission).where(Submission.report_id == report.id).order_by(Submission.number.desc()).limit(1)
    ).first()


def open_remarks(session: Session, report: Report) -> dict[str, list[Remark]]:
    """Return what staff ask now, by question; nothing unless the report was sent back.

    The reason for sending back stands under the key WHOLE_REPORT.
    """
    if report.state is not ReportState.QUESTION_SENT:
        return {}
    submission = newest_submission(session, report)
    return remarks_of(session, submission) if submission else {}


def remarks_of(session: Session, submission: Submission) -> dict[str, list[Remark]]:
    """Return all that staff asked about one submission, by question, oldest first."""
    found: dict[str, list[Remark]] = {}
    for remark in session.scalars(select(Remark).where(Remark.submission_id == submission.id).order_by(Remark.id)):
        found.setdefault(remark.key, []).append(remark)
    return found
