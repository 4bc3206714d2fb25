"""The mail to an authority's coördinatoren after a decision: each gets it in his own language."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.versions import known_at
from common.vocabulary import Text
from common.web.mails import queue_mail, site_link
from registry.agreements.models import AgreementVersion
from registry.authorities.reading import version_on
from registry.reports.mails import coordinators, exactly
from registry.reports.models import Report


def mail_returned(session: Session, report: Report, reason: str, questions: int) -> None:
    """Tell the coördinatoren that their report came back, why, and where to go on."""
    path = f"/mijn/rapportages/{report.edition.year}{exactly(report)}"
    _mail(session, "report_returned", report, path, reason=reason, questions=questions)


def mail_published(session: Session, report: Report) -> None:
    """Tell the coördinatoren that everybody can read their report now."""
    path = f"/deelnemers/{report.authority.slug}/rapportages/{report.edition.year}"
    _mail(session, "report_published", report, f"{path}?afspraak={report.edition.agreement.slug}")


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
