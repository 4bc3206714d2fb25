"""After handing in: taking a report back before it is public, and correcting one that is.

A correction opens the answers again while the public reads on what it had; it becomes the next numbered submission.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import MemberRole
from common import clock, ledger
from common.errors import N_, Refused
from common.ledger import Actor
from registry.reports.approving import lapse_agreement
from registry.reports.drafting import current_answers, same
from registry.reports.models import Answer, AnswerState, Publication, Report, ReportState, Submission
from registry.reports.published import submission_shown
from registry.reports.remarks import newest_submission
from registry.reports.submitting import LONGEST_REASON, STAFF
from registry.reports.transitions import Event, Facts, move
from registry.reports.values import is_erased

SHORTEST_REASON: Final = 10
"""Characters of a reason that the public reads: one word explains nothing."""


def begin_correction(session: Session, report: Report, reason: str, *, actor: Actor) -> None:
    """Open a published report to correct it; the reason becomes public with the correction.

    Raises Refused where the actor is no coördinator, the report is not published, or the reason is too short or long.
    """
    session.refresh(report, with_for_update=True)
    reason = _said(reason)
    report.state = move(report.state, Event.CORRECT, _facts(report, actor, reason))
    _take_over(report, actor)
    report.correction_reason, report.updated_at = reason, clock.now()
    ledger.record(
        session, "report.correction_begun", report.subject, {"version": report.version}, actor=actor,
        personal={"reason": reason},
    )  # fmt: skip


def leave_correction(session: Session, report: Report, *, actor: Actor) -> list[str]:
    """Leave a correction: every answer says again what the public reads; return the keys that changed back.

    What was typed meanwhile stays among the older answers. Raises Refused where there is no correction.
    """
    session.refresh(report, with_for_update=True)
    shown = submission_shown(session, report)
    report.state = move(
        report.state, Event.LEAVE_CORRECTION, _facts(report, actor, corrected=_is_correction(session, report))
    )
    back = _before(session, report, shown) if shown else {}
    if back:
        report.version += 1
        report.last_edited_by_id = actor.user_id
        session.add_all(_copy(report, key, older, actor) for key, older in back.items())
        lapse_agreement(session, report, actor=actor)
    report.correction_reason, report.updated_at = None, clock.now()
    content = {"version": report.version, "keys": sorted(back)}
    ledger.record(session, "report.correction_left", report.subject, content, actor=actor)
    return sorted(back)


def withdraw(session: Session, report: Report, reason: str, *, actor: Actor) -> Submission:
    """Take back what was handed in, before it is public, to work on it again; return that submission.

    From then on it was never handed in; where the public reads an earlier one, the correction is open again. Raises
    Refused where the actor is no coördinator, gives no reason, or the report does not lie with staff.
    """
    session.refresh(report, with_for_update=True)
    reason, submission = _said(reason), newest_submission(session, report)
    correction = submission_shown(session, report) is not None
    report.state = move(report.state, Event.WITHDRAW, _facts(report, actor, reason, corrected=correction))
    _take_over(report, actor)
    if submission is None:
        raise Refused(N_("Deze rapportage kan nu niet worden ingediend."))
    submission.withdrawn_at = report.updated_at = clock.now()
    if not correction:
        report.correction_reason = reason
    ledger.record(
        session, "report.withdrawn", report.subject, {"number": submission.number, "receipt": submission.receipt},
        actor=actor, personal={"reason": reason},
    )  # fmt: skip
    return submission


def may_be_kept(report: Report) -> bool:
    """Say whether the reason that the report keeps is one of the authority: it may be the start of the next."""
    return report.state is ReportState.WITHDRAWN and bool(report.correction_reason)


def _facts(report: Report, actor: Actor, reason: str = "", *, corrected: bool = False) -> Facts:
    coordinator = actor.role == MemberRole.COORDINATOR.value or (report.on_paper and actor.role in STAFF)
    return Facts(person_id=actor.user_id, is_coordinator=coordinator, is_correction=corrected, reason=reason)


def _take_over(report: Report, actor: Actor) -> None:
    """Let the authority itself go on with what came on paper: from now on staff do not fill it in any more."""
    if actor.role == MemberRole.COORDINATOR.value:
        report.on_paper = False


def _said(reason: str) -> str:
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise Refused(N_("Schrijf in ten minste %(number)s tekens op waarom."), number=SHORTEST_REASON)
    if len(reason) > LONGEST_REASON:
        raise Refused(N_("Maak de tekst korter: ten hoogste %(number)s tekens."), number=LONGEST_REASON)
    return reason


def _is_correction(session: Session, report: Report) -> bool:
    """Say whether what the public reads now replaced something that it read before."""
    withdrawn = select(func.max(Publication.id)).where(Publication.report_id == report.id, Publication.withdrawn)
    since = session.scalar(withdrawn) or 0
    shown = select(func.count()).select_from(Publication).where(Publication.report_id == report.id)
    return (session.scalar(shown.where(Publication.id > since)) or 0) > 1


def _before(session: Session, report: Report, shown: Submission) -> dict[str, Answer | None]:
    """Return, by key, the answer that stood when `shown` was handed in, where it is another one now.

    A person who was erased since stays so.
    """
    then: dict[str, Answer] = {}
    old = select(Answer).where(Answer.report_id == report.id, Answer.changed_at <= shown.submitted_at)
    for answer in session.scalars(old.order_by(Answer.version)):
        then[answer.key] = answer
    now: Mapping[str, Answer] = current_answers(session, report)
    return {
        key: then.get(key)
        for key, answer in now.items()
        if answer is not then.get(key) and not _same(answer, then.get(key))
    }


def _same(now: Answer, then: Answer | None) -> bool:
    if then is None:
        return now.state is AnswerState.BLANK
    return is_erased(then.value) or same(now, then)


def _copy(report: Report, key: str, older: Answer | None, actor: Actor) -> Answer:
    return Answer(
        report_id=report.id,
        key=key,
        version=report.version,
        state=older.state if older else AnswerState.BLANK,
        value=older.value if older else None,
        reason=older.reason if older else None,
        remark=older.remark if older else None,
        changed_by_id=actor.user_id,
        changed_at=clock.now(),
    )
