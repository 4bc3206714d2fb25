"""What the page of one submission shows, and what stands in the way of a decision."""

import enum
from typing import Any

from sqlalchemy.orm import Session

from accounts.models import User
from registry.agreements.reading import current_version
from registry.reports.drafting import name_of
from registry.reports.models import Submission
from registry.reports.remarks import newest_submission, remarks_of
from registry.reports.transitions import Guard, GuardFails
from registry.reviews.deciding import decision_of, why_not
from registry.reviews.sheet import sheet_of


class Fault(enum.StrEnum):
    """Why a decision was not taken; the page says it in the reader's language."""

    NO_REASON = "no_reason"
    TOO_LONG = "too_long"
    REMARKS_WOULD_BE_LOST = "remarks_would_be_lost"
    OWN_WORK = "own_work"
    ALREADY_DECIDED = "already_decided"

    @property
    def status(self) -> int:
        """The status code of the page."""
        return 409 if self is Fault.ALREADY_DECIDED else 422


def fault_of(refusal: Exception) -> Fault:
    """Return what the page says about a refusal of the domain."""
    if isinstance(refusal, GuardFails):
        return Fault.NO_REASON if refusal.guard is Guard.REASON_GIVEN else Fault.OWN_WORK
    # A state that allows no decision means the same: somebody was first.
    return Fault.ALREADY_DECIDED


def review_page(session: Session, submission: Submission, user_id: int) -> dict[str, Any]:
    """Gather what the page of a submission shows to this member of staff."""
    report = submission.report
    earlier = next((one for one in report.submissions if one.number == submission.number - 1), None)
    return {
        "submission": submission,
        "report": report,
        "name": name_of(session, report.authority),
        "agreement": current_version(report.edition.agreement).short_title,
        "sheet": sheet_of(session, submission),
        "submitted_by": _name(session, submission.submitted_by_id),
        "obstacle": why_not(session, submission, user_id),
        "remarks": remarks_of(session, submission),
        "asked_before": remarks_of(session, earlier) if earlier else {},
        **outcome(session, submission),
    }


def outcome(session: Session, submission: Submission) -> dict[str, Any]:
    """Return what was decided about a submission, by whom, and the version that came after it, where there is one."""
    decision, newest = decision_of(session, submission), newest_submission(session, submission.report)
    return {
        "decision": decision,
        "decided_by": _name(session, decision.decided_by_id) if decision else "",
        "newer": newest if newest and newest.id != submission.id else None,
    }


def _name(session: Session, user_id: int | None) -> str:
    user = session.get(User, user_id) if user_id else None
    return user.name if user else ""
