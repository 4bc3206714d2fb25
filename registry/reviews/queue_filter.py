"""What part of the queue somebody wants to see."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from common.versions import known_at
from registry.agreements.models import Agreement, AgreementVersion
from registry.authorities.models import AuthorityVersion
from registry.editions.models import Edition
from registry.reports.models import Report, ReportState


@dataclass(frozen=True)
class Filter:
    """What part of the queue somebody wants to see; empty means all."""

    kind: str = ""
    province: str = ""
    state: ReportState | None = None
    reviewer_id: int | None = None
    """Only what this person took."""
    edition_id: int | None = None

    @property
    def chosen(self) -> bool:
        """Whether it leaves anything out."""
        return self != EVERYTHING


EVERYTHING = Filter()


def conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    """Return the conditions on a query of reports with the newest version of the authority."""
    asked = (
        (AuthorityVersion.kind, wanted.kind),
        (AuthorityVersion.province, wanted.province),
        (Report.state, wanted.state),
        (Report.reviewer_id, wanted.reviewer_id),
        (Report.edition_id, wanted.edition_id),
    )
    return [column == value for column, value in asked if value]


@dataclass(frozen=True)
class KnownEdition:
    """An edition that one may choose."""

    id: int
    slug: str
    """Of the agreement."""
    year: int
    title: Mapping[str, str]
    """The short title of the agreement."""

    @property
    def word(self) -> str:
        """How an address names it."""
        return f"{self.slug}/{self.year}"


def editions_in_queue(session: Session) -> list[KnownEdition]:
    """Return the editions of which something was handed in, the newest year in front. One query."""
    query = (
        select(Edition.id, Agreement.slug, Edition.year, AgreementVersion.short_title)
        .join(Agreement, Agreement.id == Edition.agreement_id)
        .join(AgreementVersion, and_(AgreementVersion.agreement_id == Agreement.id, known_at(AgreementVersion)))
        .where(select(Report.id).where(Report.edition_id == Edition.id, Report.submissions.any()).exists())
        .order_by(Edition.year.desc(), Agreement.slug)
    )
    return [KnownEdition(*row) for row in session.execute(query)]
