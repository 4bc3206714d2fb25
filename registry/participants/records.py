"""Reads, in plain columns, what participants handed in: plans that were published and reports per edition."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from common.clock import day_after, local
from common.versions import AsOf, known_at
from registry.editions.models import Edition
from registry.participants.standings import EditionRecord
from registry.plans.models import Plan, PlanVersion
from registry.plans.reading import published_by
from registry.reports.models import Publication, Report, Submission


def plan_days(session: Session, agreement_id: int, at: AsOf) -> dict[int, date]:
    """Return, by authority, the day of its first published plan under the agreement. One query.

    That is the day of adoption or, where no source tells it, the day on which the register published the plan.
    """
    return _first_days(session, Plan.authority_id, Plan.agreement_id == agreement_id, at)


def plan_days_of(session: Session, authority_id: int, at: AsOf) -> dict[int, date]:
    """Return, by agreement, the day of the authority's first published plan. One query."""
    return _first_days(session, Plan.agreement_id, Plan.authority_id == authority_id, at)


def _first_days(
    session: Session, key: InstrumentedAttribute[int], chosen: ColumnElement[bool], at: AsOf
) -> dict[int, date]:
    query = (
        select(key.label("key"), PlanVersion.adopted_on, PlanVersion.published_at)
        .join(PlanVersion, PlanVersion.plan_id == Plan.id)
        .where(chosen, published_by(at))
    )
    found: dict[int, date] = {}
    for row in session.execute(query):
        day = row.adopted_on or local(row.published_at).date()
        found[row.key] = min(day, found.get(row.key, day))
    return found


def edition_records(session: Session, agreement_id: int, at: AsOf) -> "EditionRecords":
    """Return what every authority handed in for the editions of one agreement. One query."""
    return _read(session, at, agreement_id=agreement_id)


def records_of_authority(session: Session, authority_id: int, at: AsOf) -> list[EditionRecord]:
    """Return what one authority handed in, or not, for every edition of every agreement. One query."""
    return _read(session, at, authority_id=authority_id).of(authority_id)


class EditionRecords:
    """The editions, and what each authority handed in for them."""

    def __init__(
        self, editions: Mapping[int, EditionRecord], handed_in: Mapping[int, Mapping[int, EditionRecord]]
    ) -> None:
        self.editions = editions
        self._handed_in = handed_in

    def of(self, authority_id: int) -> list[EditionRecord]:
        """Return one record for each edition: what this authority handed in, or the empty record."""
        return list({**self.editions, **self._handed_in.get(authority_id, {})}.values())


def _read(
    session: Session, at: AsOf, *, agreement_id: int | None = None, authority_id: int | None = None
) -> EditionRecords:
    known = [Submission.submitted_at <= at.moment] if at.moment else []
    first = (
        select(Submission.report_id, func.min(Submission.submitted_at).label("submitted_at"))
        .where(Submission.submitted_at < day_after(at.day), *known)
        .group_by(Submission.report_id)
        .subquery()
    )
    belongs = Report.edition_id == Edition.id
    if authority_id is not None:
        belongs = and_(belongs, Report.authority_id == authority_id)
    query = (
        select(
            Edition.id, Edition.agreement_id, Edition.year, Edition.opens_on, Edition.due_on, Report.authority_id,
            Report.due_on.label("own_due_on"), first.c.submitted_at, Publication.id.label("publication_id"),
        )
        .outerjoin(Report, belongs)
        .outerjoin(first, first.c.report_id == Report.id)
        .outerjoin(Publication, and_(Publication.report_id == Report.id, known_at(Publication, at.moment)))
    )  # fmt: skip
    if agreement_id is not None:
        query = query.where(Edition.agreement_id == agreement_id)
    editions: dict[int, EditionRecord] = {}
    handed_in: dict[int, dict[int, EditionRecord]] = defaultdict(dict)
    for row in session.execute(query):
        plain = (row.id, row.agreement_id, row.year, row.opens_on)
        editions.setdefault(row.id, EditionRecord(*plain, row.due_on))
        if row.authority_id is not None:
            day = local(row.submitted_at).date() if row.submitted_at else None
            handed_in[row.authority_id][row.id] = EditionRecord(
                *plain, row.own_due_on, day, row.publication_id is not None
            )
    return EditionRecords(editions, handed_in)
