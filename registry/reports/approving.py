"""The agreement of the bestuurder with a report, as it stood when he read it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from common import ledger
from common.ledger import Actor
from registry.reports.models import Approval, ApprovalState, Report, ReportState

STANDING = (ApprovalState.ASKED, ApprovalState.AGREED)
"""What an answer that changes makes lapse."""


def lapse_agreement(session: Session, report: Report, *, actor: Actor) -> None:
    """Let the question to the bestuurder, or his agreement, lapse: the report is no longer what he read."""
    query = select(Approval).where(Approval.report_id == report.id, Approval.state.in_(STANDING))
    standing = session.scalars(query).all()
    for approval in standing:
        approval.state = ApprovalState.LAPSED
    if report.state is ReportState.AGREED:
        report.state = ReportState.DRAFT
    if standing:
        ledger.record(session, "report.agreement_lapsed", report.subject, {"version": report.version}, actor=actor)
