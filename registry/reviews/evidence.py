"""Noting that a beoordelaar saw what an answer rests on, and taking that back."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from common import ledger
from common.clock import today
from common.errors import N_, Refused
from common.ledger import Actor
from common.versions import supersede
from registry.reports.content import answers_of
from registry.reports.models import EvidenceMark, Submission
from registry.reports.transitions import GuardFails
from registry.reviews.standing import lock_report, why_not

LONGEST_NOTE = 2000


def mark_evidence(session: Session, submission: Submission, key: str, note: str, *, seen: bool, actor: Actor) -> None:
    """Note today as the day on which somebody of staff saw what an answer rests on, or take that back (`seen` False).

    The note is for staff. What stood before stays readable as of its moment. Raises Refused where the submission has no
    such answer, the note is empty while something was seen, or the actor worked on the report himself.
    """
    lock_report(session, submission)
    obstacle = why_not(session, submission, actor.user_id)
    if obstacle:
        raise GuardFails(obstacle)
    note = note.strip()
    if key not in answers_of(submission):
        raise Refused(N_("Deze vraag is niet gesteld."))
    if seen and not note:
        raise Refused(N_("Schrijf op wat u zag: een document, een overzicht, een besluit."))
    if len(note) > LONGEST_NOTE:
        raise Refused(N_("Schrijf hoogstens 2000 tekens."))
    mark = EvidenceMark(
        submission_id=submission.id,
        key=key,
        seen_on=today() if seen else None,
        seen_by_id=actor.user_id,
        note=note or None,
        recorded_role=actor.role,
    )
    before = current_mark(session, submission, key)
    if before:
        supersede(session, before, mark, actor=actor)
    else:
        session.add(mark)
    content = {"number": submission.number, "question": key, "seen_on": mark.seen_on and mark.seen_on.isoformat()}
    personal = {"note": note}
    ledger.record(session, "report.evidence", submission.report.subject, content, actor=actor, personal=personal)


def current_mark(session: Session, submission: Submission, key: str) -> EvidenceMark | None:
    """Return what stands now about an answer of this submission."""
    query = select(EvidenceMark).where(EvidenceMark.submission_id == submission.id, EvidenceMark.key == key)
    return session.scalars(query.where(EvidenceMark.superseded_at.is_(None))).one_or_none()


def notes_of(session: Session, submission: Submission) -> dict[str, EvidenceMark]:
    """Return what staff noted at the answers of this report, the newest of each question, for staff."""
    query = (
        select(EvidenceMark)
        .join(Submission, Submission.id == EvidenceMark.submission_id)
        .where(Submission.report_id == submission.report_id, Submission.number <= submission.number)
        .where(EvidenceMark.superseded_at.is_(None))
        .order_by(Submission.number, EvidenceMark.id)
    )
    return {mark.key: mark for mark in session.scalars(query)}
