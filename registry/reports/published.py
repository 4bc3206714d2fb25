"""The reports that the public may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased, joinedload

from common.clock import day_after
from common.versions import AsOf, known_at
from registry.agreements.models import Agreement
from registry.authorities.models import Authority
from registry.editions.models import Edition
from registry.reports.models import Publication, Report, Submission


@dataclass(frozen=True)
class PublishedReport:
    """One report as the public sees it."""

    report: Report
    edition: Edition
    agreement: Agreement
    submission: Submission
    published_at: datetime

    @property
    def year(self) -> int:
        """The year that is reported on."""
        return self.edition.year


def published_reports(session: Session, authority_id: int, at: AsOf) -> list[PublishedReport]:
    """Return an authority's published reports as of that day and moment, newest year first."""
    return _found(session, Report.authority_id == authority_id, at)


def publication_of(
    session: Session, authority: Authority, agreement: Agreement | None, year: int, at: AsOf
) -> PublishedReport | None:
    """Return the published report over this year, under this agreement or under the first that has one."""
    rows = [row for row in published_reports(session, authority.id, at) if row.year == year]
    if agreement is not None:
        rows = [row for row in rows if row.agreement.id == agreement.id]
    return rows[0] if rows else None


def public_as_of(at: AsOf) -> ColumnElement[bool]:
    """Return the condition that a publication is the one of its report as of that day and moment."""
    earlier = aliased(Publication)  # a correction that came after the day replaced one that was public on it
    was_public = select(earlier.id).where(
        earlier.report_id == Publication.report_id, earlier.recorded_at < day_after(at.day)
    )
    return and_(known_at(Publication, at.moment), was_public.exists())


def _found(session: Session, condition: ColumnElement[bool], at: AsOf) -> list[PublishedReport]:
    query = (
        select(Publication)
        .join(Report, Report.id == Publication.report_id)
        .join(Edition, Edition.id == Report.edition_id)
        .where(condition, public_as_of(at))
        .options(
            joinedload(Publication.submission),
            joinedload(Publication.report).joinedload(Report.edition).joinedload(Edition.agreement),
        )
        .order_by(Edition.year.desc(), Edition.id)
    )
    rows: Sequence[Publication] = session.scalars(query).all()
    return [
        PublishedReport(row.report, row.report.edition, row.report.edition.agreement, row.submission, row.recorded_at)
        for row in rows
    ]
