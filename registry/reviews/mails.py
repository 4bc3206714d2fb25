"""The mail after a decision, to an authority's coördinatoren or a colleague: each gets it in his own language."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from common.ledger import Actor
from common.versions import known_at
from common.vocabulary import Text
from common.web.mails import queue_mail, site_link
from registry.agreements.models import AgreementVersion
from registry.authorities.reading import version_on
from registry.reports.mails import coordinators, exactly
from registry.reports.models import Report, Submission


def mail_questions(session: Session, report: Report, reason: str, questions: int) -> None:
    """Tell the coördinatoren what staff ask, why, and where to go on. `questions`: how many stand at answers."""
    path = f"/mijn/rapportages/{report.edition.year}{exactly(report)}"
    _mail(session, "report_returned", report, path, reason=reason, questions=questions)


def mail_accepted(session: Session, report: Report) -> None:
    """Tell the coördinatoren that their report was found good, and that a second person publishes it."""
    path = f"/mijn/rapportages/{report.edition.year}{exactly(report)}"
    _mail(session, "report_accepted", report, path)


def mail_unpublished(session: Session, report: Report, reason: str) -> None:
    """Tell the coördinatoren that their report is no longer public, why, and where to hand it in again."""
    path = f"/mijn/rapportages/{report.edition.year}{exactly(report)}"
    _mail(session, "report_unpublished", report, path, reason=reason)


def mail_taken_over(session: Session, submission: Submission, colleague_id: int, actor: Actor) -> None:
    """Tell a colleague that somebody took over the report that he was reviewing."""
    colleague, taker = session.get(User, colleague_id), session.get(User, actor.user_id or 0)
    if colleague is None or taker is None or not colleague.active:
        return
    queue_mail(
        session,
        "report_taken_over",
        colleague.email,
        colleague.language,
        to_user_id=colleague.id,
        about_user_id=taker.id,
        person=colleague.name,
        taker=taker.name,
        authority=version_on(submission.report.authority, submission.report.due_on).name,
        year=submission.report.edition.year,
        link=site_link(f"/redactie/rapportages/{submission.id}", colleague.language),
    )


def mail_published(session: Session, report: Report, *, alone: bool = False) -> None:
    """Tell the coördinatoren that everybody can read their report now; `alone`: nobody else looked at it yet."""
    path = f"/deelnemers/{report.authority.slug}/rapportages/{report.edition.year}"
    _mail(session, "report_published", report, f"{path}?afspraak={report.edition.agreement.slug}", alone=alone)


def _mail(session: Session, kind: str, report: Report, path: str, **values: Any) -> None:
    agreement = _agreement_title(session, report)
    for person in coordinators(session, report.authority.code):
        queue_mail(
            session,
            kind,
            person.email,
            person.language,
            to_user_id=person.id,
            person=person.name,
            authority=version_on(report.authority, report.due_on).name,
            agreement=agreement.get(person.language) or agreement["nl"],
            year=report.edition.year,
            link=site_link(path, person.language),
            **values,
        )


def _agreement_title(session: Session, report: Report) -> Text:
    version = session.scalars(
        select(AgreementVersion).where(
            AgreementVersion.agreement_id == report.edition.agreement_id, known_at(AgreementVersion)
        )
    ).one()
    return version.short_title
