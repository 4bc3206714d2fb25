"""Deciding on a submitted report: publish it or send it back, by a second person, once."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import StaffRole
from common import ledger
from common.clock import now
from common.errors import N_, Conflict
from common.fingerprints import fingerprint
from common.ledger import Actor
from common.versions import supersede
from registry.editions.questionnaire import of_edition
from registry.reports.drafting import subject_of
from registry.reports.models import Answer, Publication, Remark, Report, ReportState, Submission
from registry.reports.public_content import public_content
from registry.reports.remarks import WHOLE_REPORT, newest_submission
from registry.reports.transitions import Event, Facts, Guard, GuardFails, move
from registry.reviews.models import Decision, Verdict

PUBLISHED: Final = "report.published"


class AlreadyDecided(Conflict):
    """Somebody else decided meanwhile, or a newer submission came; `decision` is theirs where there is one."""

    def __init__(self, decision: Decision | None) -> None:
        self.decision = decision
        super().__init__(N_("Over deze rapportage is intussen al beslist."))


def take(session: Session, submission: Submission, *, actor: Actor) -> None:
    """Take a submission to review it, also from a colleague. Raises Refused where the actor may not."""
    report = _lock(session, submission)
    report.state = move(report.state, Event.TAKE, facts(session, submission, actor))
    report.reviewer_id, report.taken_at = actor.user_id, now()
    ledger.record(session, "report.taken", subject_of(report), {"number": submission.number}, actor=actor)


def accept(session: Session, submission: Submission, *, actor: Actor) -> Decision:
    """Find a submission good, so that it can be published. Raises Refused where the actor may not."""
    report = _lock(session, submission)
    report.state = move(report.state, Event.ACCEPT, facts(session, submission, actor))
    decision = _decide(session, submission, Verdict.ACCEPTED, None, actor)
    content = {"number": submission.number, "submission": submission.fingerprint}
    ledger.record(session, "report.accepted", subject_of(report), content, actor=actor)
    return decision


def publish_at_once(session: Session, submission: Submission, *, actor: Actor) -> Publication:
    """Take, accept and publish, where the edition asks for no second staff member."""
    take(session, submission, actor=actor)
    accept(session, submission, actor=actor)
    return publish(session, submission, actor=actor)


def publish(session: Session, submission: Submission, *, actor: Actor) -> Publication:
    """Show an accepted submission to the public, in the place of an older one.

    Raises Refused where the actor may not decide, AlreadyDecided where somebody was first.
    """
    report = _lock(session, submission)
    report.state = move(report.state, Event.PUBLISH, facts(session, submission, actor))
    _decide(session, submission, Verdict.PUBLISHED, None, actor)
    publication = _show(session, submission, actor)
    ledger.record(session, PUBLISHED, subject_of(report), _content(submission), actor=actor)
    return publication


def publish_in_emergency(session: Session, submission: Submission, reason: str, *, actor: Actor) -> Publication:
    """Show a submission to the public without a second pair of eyes. Only a beheerder who worked on it himself.

    Raises Refused where the actor may not or gives too short a reason, AlreadyDecided where somebody was first.
    """
    report = _lock(session, submission)
    reason = reason.strip()
    report.state = move(report.state, Event.PUBLISH_EMERGENCY, facts(session, submission, actor, reason))
    _decide(session, submission, Verdict.PUBLISHED, reason, actor, emergency=True)
    publication = _show(session, submission, actor)
    content = {**_content(submission), "emergency": True}
    # A reason is free text and may name a person, so that only its salted hash enters the ledger.
    ledger.record(session, PUBLISHED, subject_of(report), content, actor=actor, personal={"reason": reason})
    return publication


def ask_at_once(
    session: Session, submission: Submission, reason: str, remarks: Mapping[str, str], *, actor: Actor
) -> Decision:
    """Take a submission and send it back."""
    take(session, submission, actor=actor)
    return send_back(session, submission, reason, remarks, actor=actor)


def send_back(
    session: Session, submission: Submission, reason: str, remarks: Mapping[str, str], *, actor: Actor
) -> Decision:
    """Send a submission back with a reason and with remarks by question key; empty remarks are left out.

    Raises Refused where the actor may not decide or gives no reason, AlreadyDecided where somebody was first.
    """
    report = _lock(session, submission)
    reason = reason.strip()
    report.state = move(report.state, Event.ASK, facts(session, submission, actor, reason))
    decision = _decide(session, submission, Verdict.QUESTION_SENT, reason, actor)
    asked = {key: text.strip() for key, text in remarks.items() if key != WHOLE_REPORT and text.strip()}
    for key, text in {WHOLE_REPORT: reason, **asked}.items():
        session.add(
            Remark(submission_id=submission.id, key=key, text=text, author_id=decision.decided_by_id, created_at=now())
        )
    content = {"number": submission.number, "fingerprint": submission.fingerprint, "questions": sorted(asked)}
    # A reason is free text and may name a person, so that only its salted hash enters the ledger.
    ledger.record(session, "report.returned", subject_of(report), content, actor=actor, personal={"reason": reason})
    return decision


def why_not(session: Session, submission: Submission, user_id: int | None) -> Guard | None:
    """Return the guard that keeps this person from deciding, for saying so before he tries."""
    try:
        move(ReportState.SUBMITTED, Event.TAKE, facts(session, submission, Actor(StaffRole.REVIEWER.value, user_id)))
    except GuardFails as refusal:
        return refusal.guard
    return None


def facts(session: Session, submission: Submission, actor: Actor, reason: str = "") -> Facts:
    """Return what the guards must know about a person and a submission."""
    accepted = in_force(session, submission, Verdict.ACCEPTED)
    answered = select(Answer.changed_by_id).where(Answer.report_id == submission.report_id).distinct()
    return Facts(
        person_id=actor.user_id,
        submitter_id=submission.submitted_by_id,
        last_editor_id=submission.last_edited_by_id,
        answered_by_ids=frozenset(found for found in session.scalars(answered) if found is not None),
        reviewer_id=submission.report.reviewer_id,
        accepted_by_id=accepted.decided_by_id if accepted else None,
        needs_second=of_edition(submission.report.edition).second_reviewer,
        is_reviewer=actor.role in {StaffRole.REVIEWER.value, StaffRole.ADMINISTRATOR.value},
        is_administrator=actor.role == StaffRole.ADMINISTRATOR.value,
        is_correction=_current_publication(session, submission.report_id) is not None,
        reason=reason,
    )


def in_force(session: Session, submission: Submission, verdict: Verdict) -> Decision | None:
    """Return the decision of this kind about a submission, None where there is none or it was taken back."""
    query = select(Decision).where(Decision.submission_id == submission.id, Decision.verdict == verdict)
    return session.scalars(query.where(Decision.undone_at.is_(None))).one_or_none()


def decision_of(session: Session, submission: Submission) -> Decision | None:
    """Return the decision that ended the review of a submission, or None while it waits or is only accepted."""
    return in_force(session, submission, Verdict.PUBLISHED) or in_force(session, submission, Verdict.QUESTION_SENT)


def _lock(session: Session, submission: Submission) -> Report:
    """Return the report with its state as it is now, kept from others until this transaction ends.

    SQLite's immediate transaction lets one writer in at a time; PostgreSQL locks the row. What was
    decided while the page was open is then seen here, and not by a constraint that fails.
    """
    report = session.get_one(Report, submission.report_id, populate_existing=True, with_for_update=True)
    decision = decision_of(session, submission)
    newest = newest_submission(session, report)
    if decision or newest is None or newest.id != submission.id:
        raise AlreadyDecided(decision)
    return report


def _show(session: Session, submission: Submission, actor: Actor) -> Publication:
    publication = Publication(report_id=submission.report_id, submission_id=submission.id, recorded_role=actor.role)
    older = _current_publication(session, submission.report_id)
    if older:
        supersede(session, older, publication, actor=actor)
    else:
        session.add(publication)
    return publication


def _current_publication(session: Session, report_id: int) -> Publication | None:
    query = select(Publication).where(Publication.report_id == report_id, Publication.superseded_at.is_(None))
    return session.scalars(query).one_or_none()


def _content(submission: Submission) -> dict[str, object]:
    """Return what the ledger says of a publication: the fingerprint is that of what the public reads."""
    return {
        "number": submission.number,
        "receipt": submission.receipt,
        "fingerprint": fingerprint(public_content(submission)),
        "submission": submission.fingerprint,
    }


def _decide(
    session: Session, submission: Submission, verdict: Verdict, reason: str | None, actor: Actor,
    *, emergency: bool = False,
) -> Decision:  # fmt: skip
    if actor.user_id is None:
        raise GuardFails(Guard.IS_PERSON)
    accepted = in_force(session, submission, Verdict.ACCEPTED) if verdict is Verdict.PUBLISHED else None
    second = of_edition(submission.report.edition).second_reviewer and not emergency
    decision = Decision(
        submission_id=submission.id,
        verdict=verdict,
        reason=reason,
        decided_by_id=actor.user_id,
        decided_at=now(),
        emergency=emergency,
        submitted_by_id=None if emergency else submission.submitted_by_id,
        last_edited_by_id=None if emergency else submission.last_edited_by_id,
        accepted_by_id=accepted.decided_by_id if accepted and second else None,
    )
    session.add(decision)
    session.flush()
    return decision
