"""The mail to an authority's coördinatoren after a decision: each gets it in his own language."""

from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from common import outbox
from common.versions import known_at
from common.vocabulary import Text
from common.web.languages import href
from registry.agreements.models import AgreementVersion
from registry.authorities.reading import version_on
from registry.reports.mails import coordinators
from registry.reports.models import Report
from registry.reports.words import LOCALES


def mail_returned(session: Session, report: Report, reason: str, questions: int) -> None:
    """Tell the coördinatoren that their report came back, why, and where to go on."""
    path = f"/mijn/rapportages/{report.edition.year}"
    _mail(session, "report_returned", report, path, reason=reason, questions=questions)


def mail_published(session: Session, report: Report) -> None:
    """Tell the coördinatoren that everybody can read their report now."""
    _mail(session, "report_published", report, f"/deelnemers/{report.authority.slug}/rapportages/{report.edition.year}")


def _mail(session: Session, name: str, report: Report, path: str, **values: object) -> None:
    site = current_app.extensions["settings"].site_url
    authority = version_on(report.authority, report.due_on).name
    agreement = _agreement_title(session, report)
    for person in coordinators(session, report.authority.code):
        language = person.language if person.language in LOCALES else "nl"
        context = {
            "person": person.name,
            "authority": authority,
            "agreement": agreement.get(language) or agreement["nl"],
            "year": report.edition.year,
            "link": site + href(path, language),
            **values,
        }
        with force_locale(LOCALES[language]):
            subject, text, html = (
                render_template(f"mail/{name}/{part}", **context) for part in ("subject.txt", "body.txt", "body.html")
            )
        outbox.queue(session, name, person.email, language, parts=(subject, text, html))


def _agreement_title(session: Session, report: Report) -> Text:
    version = session.scalars(
        select(AgreementVersion).where(
            AgreementVersion.agreement_id == report.edition.agreement_id, known_at(AgreementVersion)
        )
    ).one()
    return version.short_title
