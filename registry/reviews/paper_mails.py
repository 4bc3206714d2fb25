"""The mail that a report came on paper: to everybody who works for the authority, for they read along."""

from sqlalchemy.orm import Session

from accounts.mail_choices import queue_for
from accounts.models import User
from common.web.mails import site_link
from registry.agreements.reading import current_version
from registry.reports.drafting import name_of
from registry.reports.expected import members_of
from registry.reports.mails import exactly
from registry.reports.models import Report


def mail_on_paper(session: Session, report: Report) -> int:
    """Put the mail in the outbox; return how many were written."""
    title = current_version(report.edition.agreement).short_title
    written = 0
    for member in members_of(session, [report.authority.code]).get(report.authority.code, []):
        mail = queue_for(
            session,
            session.get_one(User, member.user_id),
            "report_on_paper",
            authority=name_of(session, report.authority),
            agreement=title.get(member.language) or title["nl"],
            year=report.edition.year,
            received_on=report.paper_received_on,
            link=site_link(f"/mijn/rapportages/{report.edition.year}{exactly(report)}", member.language),
        )
        written += mail is not None
    return written
