"""The reports that the public may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry.agreements.models import Agreement
from registry.authorities.models import Authority
from registry.editions.models import Edition
from registry.reports.models import Publication, Report, Submission


@dataclass(frozen=True)
class PublishedReport:
    """One report as the public sees it now."""

    report: Report
    edition: Edition
    agreement: Agreement
    submission: Submission
    published_at: datetime

    @property
    def year(self) -> int:
        """The year that is reported on."""
        return self.edition.year


def published_reports(session: Session, authority_id: int) -> list[PublishedReport]:
    """Return an authority's published reports, newest year first."""
    return _found(session, Report.authority_id == authority_id)


def publication_of(
    session: Session, authority: Authority, agreement: Agreement | None, year: int
) -> PublishedReport | None:
    """Return the published report over this year, under this agreement or under the first that has one."""
    rows = [row for row in _found(session, Report.authority_id == authority.id) if row.year == year]
    if agreement is not None:
        rows = [row for row in rows if row.agreement.id == agreement.id]
    return rows[0] if rows else None


def _found(session: Session, condition: object) -> list[PublishedReport]:
    query = (
        select(Publication)
        .join(Report, Report.id == Publication.report_id)
        .join(Edition, Edition.id == Report.edition_id)
        .where(condition, Publication.superseded_at.is_(None))  # type: ignore[arg-type]
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
