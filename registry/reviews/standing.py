"""Where the review of a submission stands: the decisions on it, and what the guards must know about a person."""

from collections.abc import Iterable

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from accounts.models import Membership, StaffRole
from common.clock import now
from common.errors import N_, Conflict
from common.ledger import Actor
from registry.editions.questionnaire import of_edition
from registry.reports.models import Answer, Approval, Publication, Remark, Report, ReportState, Submission
from registry.reports.remarks import newest_submission
from registry.reports.transitions import Event, Facts, Guard, GuardFails, move
from registry.reviews.models import Decision, Verdict


class AlreadyDecided(Conflict):
    """Somebody else decided meanwhile, or a newer submission came; `decision` is theirs where there is one."""

    def __init__(self, decision: Decision | None) -> None:
        self.decision = decision
        super().__init__(N_("Over deze rapportage is intussen al beslist."))


def in_force(session: Session, submission: Submission, verdict: Verdict) -> Decision | None:
    """Return the decision of this kind about a submission, None where there is none or it was taken back."""
    query = select(Decision).where(Decision.submission_id == submission.id, Decision.verdict == verdict)
    return session.scalars(query.where(Decision.undone_at.is_(None))).one_or_none()


def decision_of(session: Session, submission: Submission) -> Decision | None:
    """Return the decision that ended the review of a submission, or None while it waits or is only accepted."""
    return in_force(session, submission, Verdict.PUBLISHED) or in_force(session, submission, Verdict.QUESTION_SENT)


def current_publication(session: Session, report_id: int) -> Publication | None:
    """Return the newest word about a report's publication: the one that shows, or the one that withdrew it."""
    query = select(Publication).where(Publication.report_id == report_id, Publication.superseded_at.is_(None))
    return session.scalars(query).one_or_none()


def is_public(session: Session, report_id: int) -> bool:
    """Say whether the public sees a submission of this report now."""
    found = current_publication(session, report_id)
    return found is not None and not found.withdrawn


def why_not(session: Session, submission: Submission, user_id: int | None) -> Guard | None:
    """Return the guard that keeps this person from deciding, for saying so before he tries."""
    try:
        move(ReportState.SUBMITTED, Event.TAKE, facts(session, submission, Actor(StaffRole.REVIEWER.value, user_id)))
    except GuardFails as refusal:
        return refusal.guard
    return None


def why_not_look(session: Session, submission: Submission, decision: Decision, user_id: int | None) -> Guard | None:
    """Return why this person is no second pair of eyes for what was published in an emergency: it is his own work."""
    return Guard.SECOND_PERSON if user_id == decision.decided_by_id else why_not(session, submission, user_id)


def facts(session: Session, submission: Submission, actor: Actor, reason: str = "", *, asked: int = 0) -> Facts:
    """Return what the guards must know about a person and a submission."""
    accepted = in_force(session, submission, Verdict.ACCEPTED)
    return Facts(
        person_id=actor.user_id,
        submitter_id=submission.submitted_by_id,
        last_editor_id=submission.last_edited_by_id,
        answered_by_ids=_answered_by(session, submission.report_id),
        agreed_by_ids=_agreed_by(session, submission.report_id),
        is_member=_is_member(session, submission.report, actor),
        reviewer_id=submission.report.reviewer_id,
        accepted_by_id=accepted.decided_by_id if accepted else None,
        needs_second=of_edition(submission.report.edition).second_reviewer,
        is_reviewer=actor.role in {StaffRole.REVIEWER.value, StaffRole.ADMINISTRATOR.value},
        is_administrator=actor.role == StaffRole.ADMINISTRATOR.value,
        is_correction=is_public(session, submission.report_id),
        is_answer=_is_answer(session, submission),
        asked=asked,
        reason=reason,
    )


def _answered_by(session: Session, report_id: int) -> frozenset[int]:
    """Return who gave an answer or a reply to staff, in whatever version."""
    replied = select(Remark.replied_by_id).join(Submission, Submission.id == Remark.submission_id)
    answered = select(Answer.changed_by_id).where(Answer.report_id == report_id)
    return _persons(session.scalars(union(answered, replied.where(Submission.report_id == report_id))))


def _agreed_by(session: Session, report_id: int) -> frozenset[int]:
    return _persons(session.scalars(select(Approval.decided_by_id).where(Approval.report_id == report_id)))


def _persons(found: Iterable[int | None]) -> frozenset[int]:
    return frozenset(number for number in found if number is not None)


def _is_member(session: Session, report: Report, actor: Actor) -> bool:
    works = select(Membership.id).where(Membership.user_id == actor.user_id, Membership.ended_at.is_(None))
    return session.scalar(works.where(Membership.authority_code == report.authority.code).limit(1)) is not None


def _is_answer(session: Session, submission: Submission) -> bool:
    before = select(Decision.id).join(Submission, Submission.id == Decision.submission_id)
    before = before.where(Submission.report_id == submission.report_id, Submission.number == submission.number - 1)
    return session.scalar(before.where(Decision.verdict == Verdict.QUESTION_SENT)) is not None


def lock(session: Session, submission: Submission) -> Report:
    """Return the report with its state as it is now, kept from others until this transaction ends.

    SQLite's immediate transaction lets one writer in at a time; PostgreSQL locks the row. What was decided while the
    page was open is then seen here, and not by a constraint that fails. Raises AlreadyDecided where a decision ended
    the review, or a newer submission came.
    """
    report = lock_report(session, submission)
    decision = decision_of(session, submission)
    newest = newest_submission(session, report)
    if decision or newest is None or newest.id != submission.id:
        raise AlreadyDecided(decision)
    return report


def lock_report(session: Session, submission: Submission) -> Report:
    """Return the report as it is now, kept from others, whatever was decided on this submission."""
    return session.get_one(Report, submission.report_id, populate_existing=True, with_for_update=True)


def decide(
    session: Session, submission: Submission, verdict: Verdict, reason: str | None, actor: Actor,
    *, emergency: bool = False,
) -> Decision:  # fmt: skip
    """Write a decision down, with the persons of whom the database itself holds that they are others."""
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
