"""The mail with the receipt: to who handed in and to the coördinatoren, each in his own language."""

from collections.abc import Sequence
from typing import Final

from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import MemberRole, Membership, User
from common import outbox
from common.vocabulary import Text
from common.web.languages import href
from registry.reports.models import Report, Submission
from registry.reports.words import LOCALES

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


def mail_receipt(session: Session, report: Report, submission: Submission, name: str, agreement: Text) -> None:
    """Put the receipt in the outbox for everybody who answers for it."""
    people = {person.id: person for person in coordinators(session, report.authority.code)}
    sender = session.get(User, submission.submitted_by_id) if submission.submitted_by_id else None
    if sender:
        people[sender.id] = sender
    site = current_app.extensions["settings"].site_url
    for person in people.values():
        language = person.language if person.language in LOCALES else "nl"
        context = {
            "person": person.name,
            "authority": name,
            "agreement": agreement.get(language) or agreement["nl"],
            "year": report.edition.year,
            "submission": submission,
            "link": site + href(f"/mijn/rapportages/{report.edition.year}/ontvangst", language),
        }
        with force_locale(LOCALES[language]):
            subject, text, html = (
                render_template(f"mail/{KIND}/{part}", **context) for part in ("subject.txt", "body.txt", "body.html")
            )
        outbox.queue(session, KIND, person.email, language, parts=(subject, text, html))
