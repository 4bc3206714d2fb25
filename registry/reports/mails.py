"""The mail with the receipt: to who handed in and to the coördinatoren, each in his own language."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import MemberRole, Membership, User
from common.vocabulary import Text
from common.web.mails import queue_mail, site_link
from registry.reports.models import Report, Submission

KIND: Final = "report_submitted"


def coordinators(session: Session, code: str) -> Sequence[User]:
    """Return who answers for an organisation's reports."""
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.authority_code == code, Membership.ended_at.is_(None), User.active)
        .where(Membership.role == MemberRole.COORDINATOR)
    )
    return session.scalars(query.order_by(User.name, User.id)).unique().all()


def exactly(report: Report) -> str:
    """Return the query that says which report is meant, for whoever works for several organisations."""
    return f"?organisatie={report.authority.code}&afspraak={report.edition.agreement.slug}"


def mail_receipt(session: Session, report: Report, submission: Submission, name: str, agreement: Text) -> None:
    """Put the receipt in the outbox for everybody who answers for it."""
    people = {person.id: person for person in coordinators(session, report.authority.code)}
    sender = session.get(User, submission.submitted_by_id) if submission.submitted_by_id else None
    if sender:
        people[sender.id] = sender
    path = f"/mijn/rapportages/{report.edition.year}/ontvangst{exactly(report)}"
    for person in people.values():
        queue_mail(
            session,
            KIND,
            person.email,
            person.language,
            to_user_id=person.id,
            person=person.name,
            authority=name,
            agreement=agreement.get(person.language) or agreement["nl"],
            year=report.edition.year,
            submission=submission,
            link=site_link(path, person.language),
        )
