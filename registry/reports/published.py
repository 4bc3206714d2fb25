"""The reports that the public may read, which versions of them, and those that were withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased, joinedload

from common.clock import day_after
from common.versions import AsOf, known_at
from common.vocabulary import Text
from registry.agreements.models import Agreement, AgreementVersion
from registry.authorities.models import Authority
from registry.editions.models import Edition
from registry.reports.models import Publication, Report, Submission


@dataclass(frozen=True)
class PublishedReport:
    """One report as the public sees it, or as it reads that it was withdrawn."""

    report: Report
    edition: Edition
    agreement: Agreement
    agreement_title: Text
    submission: Submission
    published_at: datetime
    """Of a withdrawn one: when it was withdrawn."""
    withdrawn: bool = False
    reason: str | None = None
    """Why it replaces the one before it, or why it was withdrawn; public."""

    @property
    def year(self) -> int:
        """The year that is reported on."""
        return self.edition.year


@dataclass(frozen=True)
class PublicVersion:
    """One submission that the public may read: the newest, or one that a correction replaced."""

    submission: Submission
    published_at: datetime
    reason: str | None
    """Why it replaced the one before it."""

    @property
    def number(self) -> int:
        """The number of the submission."""
        return self.submission.number


def published_reports(session: Session, authority_id: int, at: AsOf) -> list[PublishedReport]:
    """Return an authority's published reports as of that day and moment, newest year first."""
    return [row for row in reports_told_of(session, authority_id, at) if not row.withdrawn]


def reports_told_of(session: Session, authority_id: int, at: AsOf) -> list[PublishedReport]:
    """Return an authority's published and withdrawn reports as of that day and moment, newest year first."""
    return _found(session, Report.authority_id == authority_id, at)


def publication_of(
    session: Session, authority: Authority, agreement: Agreement | None, year: int, at: AsOf
) -> PublishedReport | None:
    """Return the published report over this year, under this agreement or under the first that has one."""
    slug = agreement.slug if agreement else ""
    return chosen(published_reports(session, authority.id, at), slug, year)


def chosen(rows: Sequence[PublishedReport], agreement: str, year: int) -> PublishedReport | None:
    """Return the report over this year, under the agreement of that address where one is given ("": any).

    One that shows goes before one that was withdrawn.
    """
    found = [row for row in rows if row.year == year and agreement in {"", row.agreement.slug}]
    return min(found, key=lambda row: row.withdrawn, default=None)


def versions_of(session: Session, report_id: int, at: AsOf) -> list[PublicVersion]:
    """Return every submission of a report that the public may read as of that moment, oldest first.

    What was withdrawn stays so, also when the report is published anew: nothing of before shows. One query.
    """
    known = [Publication.recorded_at <= at.moment] if at.moment else []
    query = select(Publication).where(Publication.report_id == report_id, *known)
    rows = session.scalars(query.options(joinedload(Publication.submission)).order_by(Publication.id)).all()
    last = max((place for place, row in enumerate(rows) if row.withdrawn), default=-1)
    return [PublicVersion(row.submission, row.recorded_at, row.change_reason) for row in rows[last + 1 :]]


def submission_shown(session: Session, report: Report) -> Submission | None:
    """Return what the public reads of a report now; None where it reads nothing of it."""
    query = select(Submission).join(Publication, Publication.submission_id == Submission.id)
    now = (Publication.report_id == report.id, Publication.superseded_at.is_(None), Publication.withdrawn.is_(False))
    return session.scalars(query.where(*now)).first()


def public_as_of(at: AsOf) -> ColumnElement[bool]:
    """Return the condition that a publication is the one that shows of its report as of that day and moment."""
    return and_(told_as_of(at), Publication.withdrawn.is_(False))


def told_as_of(at: AsOf) -> ColumnElement[bool]:
    """Return the condition that a publication, or its withdrawal, is the newest word as of that day and moment."""
    earlier = aliased(Publication)  # a correction that came after the day replaced one that was public on it
    was_public = select(earlier.id).where(
        earlier.report_id == Publication.report_id, earlier.recorded_at < day_after(at.day)
    )
    return and_(known_at(Publication, at.moment), was_public.exists())


def _found(session: Session, condition: ColumnElement[bool], at: AsOf) -> list[PublishedReport]:
    query = (
        select(Publication, AgreementVersion.short_title)
        .join(Report, Report.id == Publication.report_id)
        .join(Edition, Edition.id == Report.edition_id)
        .join(AgreementVersion, AgreementVersion.agreement_id == Edition.agreement_id)
        .where(condition, told_as_of(at), known_at(AgreementVersion, at.moment))
        .options(
            joinedload(Publication.submission),
            joinedload(Publication.report).joinedload(Report.edition).joinedload(Edition.agreement),
        )
        .order_by(Edition.year.desc(), Edition.id)
    )
    return [
        PublishedReport(
            row.report, row.report.edition, row.report.edition.agreement, title, row.submission, row.recorded_at,
            row.withdrawn, row.change_reason if row.withdrawn else None,
        )
        for row, title in session.execute(query)
    ]  # fmt: skip
