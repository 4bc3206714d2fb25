"""Accepting a report, opening it again, showing it to the public, and withdrawing it: by two persons, each once."""

from sqlalchemy.orm import Session

from common import ledger
from common.clock import now
from common.fingerprints import fingerprint
from common.ledger import Actor
from common.versions import supersede
from registry.reports.haste import LOOKED, PUBLISHED
from registry.reports.models import Publication, Submission
from registry.reports.public_content import public_content
from registry.reports.transitions import Event, GuardFails, move
from registry.reviews.asking import settle_all, take
from registry.reviews.models import Decision, Verdict
from registry.reviews.standing import (
    AlreadyDecided,
    current_publication,
    decide,
    facts,
    in_force,
    lock,
    lock_report,
    why_not_look,
)


def accept(session: Session, submission: Submission, *, actor: Actor) -> Decision:
    """Find a submission good, so that it can be published; what was asked about it is closed.

    Raises Refused where the actor may not.
    """
    report = lock(session, submission)
    report.state = move(report.state, Event.ACCEPT, facts(session, submission, actor))
    decision = decide(session, submission, Verdict.ACCEPTED, None, actor)
    settle_all(session, report, actor=actor)
    content = {"number": submission.number, "submission": submission.fingerprint}
    ledger.record(session, "report.accepted", report.subject, content, actor=actor)
    return decision


def reopen(session: Session, submission: Submission, reason: str, *, actor: Actor) -> None:
    """Take an acceptance back and review the report again. Raises Refused without a reason."""
    report = lock(session, submission)
    report.state = move(report.state, Event.REOPEN, facts(session, submission, actor, reason))
    _take_back(session, submission, Verdict.ACCEPTED)
    report.reviewer_id, report.taken_at = actor.user_id, now()
    personal = {"reason": reason.strip()}
    ledger.record(
        session, "report.reopened", report.subject, {"number": submission.number}, actor=actor, personal=personal
    )


def publish(session: Session, submission: Submission, *, actor: Actor) -> Publication:
    """Show an accepted submission to the public, in the place of an older one.

    Raises Refused where the actor may not decide, AlreadyDecided where somebody was first.
    """
    report = lock(session, submission)
    report.state = move(report.state, Event.PUBLISH, facts(session, submission, actor))
    decide(session, submission, Verdict.PUBLISHED, None, actor)
    publication = _show(session, submission, actor)
    ledger.record(session, PUBLISHED, report.subject, _content(submission), actor=actor)
    return publication


def publish_at_once(session: Session, submission: Submission, *, actor: Actor) -> Publication:
    """Take, accept and publish, where the edition asks for no second staff member."""
    take(session, submission, actor=actor)
    accept(session, submission, actor=actor)
    return publish(session, submission, actor=actor)


def publish_in_emergency(session: Session, submission: Submission, reason: str, *, actor: Actor) -> Publication:
    """Show a submission to the public without a second pair of eyes. Only a beheerder who worked on it himself.

    Raises Refused where the actor may not or gives too short a reason, AlreadyDecided where somebody was first.
    """
    report = lock(session, submission)
    reason = reason.strip()
    report.state = move(report.state, Event.PUBLISH_EMERGENCY, facts(session, submission, actor, reason))
    decide(session, submission, Verdict.PUBLISHED, reason, actor, emergency=True)
    publication = _show(session, submission, actor)
    content = {**_content(submission), "emergency": True}
    # A reason is free text and may name a person, so that only its salted hash enters the ledger.
    ledger.record(session, PUBLISHED, report.subject, content, actor=actor, personal={"reason": reason})
    return publication


def look_over(session: Session, submission: Submission, *, actor: Actor) -> Decision:
    """Note that a colleague looked at an emergency publication afterwards: the public reads so.

    Raises GuardFails where he published it or worked on it, AlreadyDecided where nothing waits for a colleague.
    """
    lock_report(session, submission)
    decision = in_force(session, submission, Verdict.PUBLISHED)
    if decision is None or not decision.emergency or decision.looked_at:
        raise AlreadyDecided(decision)
    guard = why_not_look(session, submission, decision, actor.user_id)
    if guard:
        raise GuardFails(guard)
    decision.looked_by_id, decision.looked_at = actor.user_id, now()
    session.flush()
    content = {"number": submission.number, "receipt": submission.receipt}
    ledger.record(session, LOOKED, submission.report.subject, content, actor=actor)
    return decision


def unpublish(session: Session, submission: Submission, reason: str, *, actor: Actor) -> Publication:
    """Withdraw a report from the public; the reason is public. The authority may hand it in again.

    Raises Refused where the actor is no beheerder, gives no reason or nothing is public; AlreadyDecided where the
    public sees another submission by now.
    """
    report = lock_report(session, submission)
    reason = reason.strip()
    report.state = move(report.state, Event.UNPUBLISH, facts(session, submission, actor, reason))
    shown = current_publication(session, report.id)
    if shown is None or shown.withdrawn or shown.submission_id != submission.id:
        raise AlreadyDecided(None)
    withdrawn = Publication(report_id=report.id, submission_id=submission.id, withdrawn=True)
    supersede(session, shown, withdrawn, actor=actor, reason=reason)
    _take_back(session, submission, Verdict.PUBLISHED)
    content = {"number": submission.number, "receipt": submission.receipt}
    ledger.record(session, "report.unpublished", report.subject, content, actor=actor, personal={"reason": reason})
    return withdrawn


def _take_back(session: Session, submission: Submission, verdict: Verdict) -> None:
    decision = in_force(session, submission, verdict)
    if decision:
        decision.undone_at = now()
        session.flush()


def _show(session: Session, submission: Submission, actor: Actor) -> Publication:
    report = submission.report
    report.reviewer_id, report.taken_at = None, None
    publication = Publication(report_id=report.id, submission_id=submission.id, recorded_role=actor.role)
    older = current_publication(session, report.id)
    if older:
        supersede(session, older, publication, actor=actor, reason=submission.reason)
    else:
        session.add(publication)
    return publication


def _content(submission: Submission) -> dict[str, object]:
    """Return what the ledger says of a publication: the fingerprint is that of what the public reads."""
    return {
        "number": submission.number,
        "receipt": submission.receipt,
        "fingerprint": fingerprint(public_content(submission)),
        "submission": submission.fingerprint,
    }
