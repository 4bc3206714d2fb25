"""The mails of working together: to a colleague with a task, to who is named in a message, to a guest, and from him."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy.orm import Session

from accounts.mail_choices import queue_for
from accounts.models import MemberRole, User
from common.outbox import OutboxMail
from common.vocabulary import Text
from common.web.mails import queue_mail, site_link
from registry.editions.questionnaire import of_edition
from registry.reports.drafting import name_of
from registry.reports.mails import exactly
from registry.reports.models import Report
from registry.reports.together.links import Sent, sender_of
from registry.reports.together.models import AnswerLink, Assignment
from registry.reports.together.people import colleagues
from registry.reports.together.tasks import label_of, labels


def path_to(report: Report, where: str) -> str:
    """Return the path of a page of working together on this report."""
    return f"/mijn/rapportages/{report.edition.year}/samen/{where}{exactly(report)}"


def mail_tasks(session: Session, report: Report, tasks: Sequence[Assignment], to: User, asker: User) -> None:
    """Tell a colleague what he is asked to answer: one mail for all that was given at once, none to oneself."""
    if to.id == asker.id or not tasks:
        return
    form = of_edition(report.edition)
    asked = [
        {
            "key": key,
            "label": _said(label, to.language),
            "link": site_link(path_to(report, key.lower()), to.language),
        }
        for key, label in labels(form, [task.key for task in tasks]).items()
    ]
    note, one_question = tasks[0].note or "", form.question(tasks[0].key) is not None
    values = {"asked": asked, "note": note, "one_question": one_question, "link": asked[0]["link"]}
    _mail(session, report, to, "report_task", asker, **values)


def mail_mentioned(session: Session, report: Report, key: str, text: str, to: Collection[User], author: User) -> None:
    """Tell colleagues that a message names them, with its text and the way to the thread."""
    for person in to:
        if person.id != author.id:
            question = f"{key} {_said(label_of(of_edition(report.edition), key), person.language)}"
            link = site_link(path_to(report, key.lower()), person.language) + "#overleg"
            _mail(session, report, person, "report_mention", author, question=question, text=text, link=link)


def mail_link(session: Session, report: Report, sent: Sent, asker: User) -> OutboxMail:
    """Send a guest the link with its secret; the mail is the only place where the secret stands."""
    link, form = sent.link, of_edition(report.edition)
    asked = [{"key": key, "label": _said(label, link.language)} for key, label in labels(form, link.keys).items()]
    return queue_mail(
        session,
        "report_link",
        link.email,
        link.language,
        about_user_id=asker.id,
        person=link.name,
        asker=asker.name,
        authority=name_of(session, report.authority),
        year=report.edition.year,
        note=link.note or "",
        asked=asked,
        expires=link.expires_at,
        link=site_link(f"/bijdragen/{sent.token}", link.language),
    )


def mail_done(session: Session, link: AnswerLink) -> None:
    """Tell who asked that the guest is done; where he is gone, the coördinatoren."""
    sender = sender_of(session, link)
    people = [sender] if sender else colleagues(session, link.report.authority.code, [MemberRole.COORDINATOR])
    for person in people:
        queue_for(
            session,
            person,
            "report_link_done",
            guest=link.name,
            answers=len(link.answers),
            authority=name_of(session, link.report.authority),
            year=link.report.edition.year,
            link=site_link(path_to(link.report, f"links/{link.id}"), person.language),
        )


def _mail(session: Session, report: Report, to: User, kind: str, about: User, **values: Any) -> None:
    mail = queue_for(
        session,
        to,
        kind,
        asker=about.name,
        authority=name_of(session, report.authority),
        year=report.edition.year,
        **values,
    )
    if mail:
        mail.about_user_id = about.id


def _said(text: Text, language: str) -> str:
    return text.get(language) or text["nl"]
