"""Taking a report to review it, asking the authority something at its answers, and finding it answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from common import ledger
from common.clock import now
from common.ledger import Actor
from registry.reports.models import Remark, RemarkKind, Report, Submission
from registry.reports.remarks import WHOLE_REPORT
from registry.reports.transitions import FOUR_EYES, Event, GuardFails, failing, move
from registry.reviews.models import Decision, Verdict
from registry.reviews.standing import decide, facts, lock


@dataclass(frozen=True)
class Asked:
    """One question of staff at an answer."""

    key: str
    kind: RemarkKind | None
    text: str


def take(session: Session, submission: Submission, *, actor: Actor) -> int | None:
    """Take a submission to review it, also from a colleague. Raises Refused where the actor may not.

    Returns the number of the colleague who had it, for telling him; None where nobody had.
    """
    report = lock(session, submission)
    report.state = move(report.state, Event.TAKE, facts(session, submission, actor))
    before = report.reviewer_id
    if before == actor.user_id:
        return None
    report.reviewer_id, report.taken_at = actor.user_id, now()
    ledger.record(session, "report.taken", report.subject, {"number": submission.number}, actor=actor)
    return before


def release(session: Session, submission: Submission, *, actor: Actor) -> None:
    """Give a submission back to the queue. Raises Refused where the actor did not take it."""
    report = lock(session, submission)
    report.state = move(report.state, Event.RELEASE, facts(session, submission, actor))
    report.reviewer_id, report.taken_at = None, None
    ledger.record(session, "report.released", report.subject, {"number": submission.number}, actor=actor)


def ask(session: Session, submission: Submission, reason: str, questions: Sequence[Asked], *, actor: Actor) -> Decision:
    """Send questions at answers and a reason for the whole to the authority, together; empty ones are left out.

    Raises Refused where the actor may not decide or asks nothing, AlreadyDecided where somebody was first.
    """
    report = lock(session, submission)
    reason = reason.strip()
    asked = [one for one in questions if one.key != WHOLE_REPORT and one.text.strip()]
    report.state = move(report.state, Event.ASK, facts(session, submission, actor, reason, asked=len(asked)))
    decision = decide(session, submission, Verdict.QUESTION_SENT, reason, actor)
    for one in [*([Asked(WHOLE_REPORT, None, reason)] if reason else []), *asked]:
        session.add(
            Remark(
                submission_id=submission.id, key=one.key, kind=one.kind, text=one.text.strip(),
                author_id=decision.decided_by_id, created_at=now(),
            )
        )  # fmt: skip
    questioned = sorted({one.key for one in asked})
    content = {"number": submission.number, "fingerprint": submission.fingerprint, "questions": questioned}
    # A reason is free text and may name a person, so that only its salted hash enters the ledger.
    ledger.record(session, "report.returned", report.subject, content, actor=actor, personal={"reason": reason})
    return decision


def ask_at_once(
    session: Session, submission: Submission, reason: str, remarks: Mapping[str, str], *, actor: Actor
) -> Decision:
    """Take a submission and send questions by key, of no kind."""
    take(session, submission, actor=actor)
    return ask(session, submission, reason, [Asked(key, None, text) for key, text in remarks.items()], actor=actor)


def settle(session: Session, remark: Remark, *, actor: Actor) -> None:
    """Find one question answered well. Doing so twice changes nothing. Raises GuardFails where it is own work."""
    submission = remark.submission
    report = session.get_one(Report, submission.report_id, populate_existing=True, with_for_update=True)
    guard = failing(FOUR_EYES, facts(session, submission, actor))
    if guard:
        raise GuardFails(guard)
    if remark.settled_at is None:
        remark.settled_by_id, remark.settled_at = actor.user_id, now()
        content = {"number": submission.number, "question": remark.key}
        ledger.record(session, "report.settled", report.subject, content, actor=actor)


def settle_all(session: Session, report: Report, *, actor: Actor) -> None:
    """Close every question about a report that is accepted."""
    query = select(Remark).join(Submission, Submission.id == Remark.submission_id)
    for remark in session.scalars(query.where(Submission.report_id == report.id, Remark.settled_at.is_(None))):
        remark.settled_by_id, remark.settled_at = actor.user_id, now()
