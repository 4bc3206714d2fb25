"""The mail that a deadline moved: to the coördinatoren of the authority, each in his own language."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import today
from common.versions import known_at
from common.web.mails import queue_mail, site_link
from registry.agreements.models import AgreementVersion
from registry.authorities.reading import by_code, version_on
from registry.obligations.models import DutyVersion
from registry.reports.mails import coordinators


def mail_moved(session: Session, versions: Iterable[DutyVersion]) -> int:
    """Tell the coördinatoren by when it must be there now, and why; return how many mails were written."""
    written = 0
    for version in versions:
        authority = by_code(session, version.duty.authority.code)
        people = coordinators(session, authority.code) if authority else []
        if authority is None or not people:
            continue
        title = session.scalars(
            select(AgreementVersion.short_title).where(
                AgreementVersion.agreement_id == version.duty.agreement_id, known_at(AgreementVersion)
            )
        ).one()
        for person in people:
            queue_mail(
                session, "deadline_moved", person.email, person.language,
                to_user_id=person.id, person=person.name,
                authority=version_on(authority, today()).name,
                agreement=title.get(person.language) or title["nl"],
                year=version.duty.year, due_on=version.due_on, cause=version.cause.value,
                reason=version.change_reason,
                link=site_link(f"/mijn?organisatie={authority.code}", person.language),
            )  # fmt: skip
            written += 1
    return written
