"""Reads, in plain columns, what participants handed in: plans that were published and reports per edition."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from common.clock import day_after, local
from common.versions import AsOf
from registry.editions.models import Edition
from registry.obligations.rule import Met
from registry.participants.standings import EditionRecord
from registry.plans.models import Plan, PlanVersion
from registry.plans.reading import begins_on, first_delivered, published_by
from registry.reports.models import Publication, Report, Submission
from registry.reports.published import told_as_of


def plan_days(session: Session, agreement_id: int, at: AsOf) -> dict[int, Met]:
    """Return, by authority, the day of its first published plan under the agreement. One query.

    That is the day of adoption or, where no source tells it, the day on which the register published the plan.
    """
    return _first_days(session, Plan.authority_id, Plan.agreement_id == agreement_id, at)


def plan_days_of(session: Session, authority_id: int, at: AsOf) -> dict[int, Met]:
    """Return, by agreement, the day of the authority's first published plan. One query."""
    return _first_days(session, Plan.agreement_id, Plan.authority_id == authority_id, at)


def _first_days(
    session: Session, key: InstrumentedAttribute[int], chosen: ColumnElement[bool], at: AsOf
) -> dict[int, Met]:
    query = (
        select(
            key.label("key"), PlanVersion.number, PlanVersion.adopted_on, PlanVersion.holds_from,
            PlanVersion.published_at, PlanVersion.recorded_role,
        )
        .join(PlanVersion, PlanVersion.plan_id == Plan.id)
        .where(chosen, published_by(at))
        .order_by(PlanVersion.number)
    )  # fmt: skip
    versions: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(query):
        versions[row.key].append(row)
    found = {key: first_delivered(own) for key, own in versions.items()}
    return {key: Met(begins_on(one) or at.day, one.number) for key, one in found.items() if one}


def edition_records(session: Session, agreement_id: int, at: AsOf) -> "EditionRecords":
    """Return what every authority handed in for the editions of one agreement. One query."""
    return _gathered(session.execute(_query(at).where(Edition.agreement_id == agreement_id)))


def records_of_authority(session: Session, authority_id: int, at: AsOf) -> list[EditionRecord]:
    """Return what one authority handed in, or not, for every edition of every agreement. One query."""
    return _gathered(session.execute(_query(at, authority_id))).of(authority_id)


def published_by_authority(
    session: Session, authority_id: int, at: AsOf
) -> tuple[list[EditionRecord], list[tuple[Edition, str]]]:
    """Return the records of one authority, and the content of what it published with its edition. One query."""
    query = _query(at, authority_id).outerjoin(
        Submission, and_(Submission.id == Publication.submission_id, Publication.withdrawn.is_(False))
    )
    rows = session.execute(query.add_columns(Edition, Submission.content)).all()
    published = [(row.Edition, row.content) for row in rows if row.content is not None]
    return _gathered(rows).of(authority_id), published


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


def _query(at: AsOf, authority_id: int | None = None) -> Select[Any]:
    known: list[ColumnElement[bool]] = [Submission.withdrawn_at.is_(None)]
    if at.moment:  # what was taken back later stood at that moment
        known = [Submission.submitted_at <= at.moment, or_(*known, Submission.withdrawn_at > at.moment)]
    # What came on paper is in on the day on which it came: that staff enter it later is not held against the authority.
    came_on_paper = case((Submission.on_paper, Report.paper_received_on))
    first = (
        select(
            Submission.report_id,
            func.min(Submission.submitted_at).label("submitted_at"),
            func.min(Submission.number).label("number"),
            func.min(came_on_paper).label("paper_on"),
        )
        .join(Report, Report.id == Submission.report_id)
        .where(or_(Submission.submitted_at < day_after(at.day), came_on_paper <= at.day), *known)
        .group_by(Submission.report_id)
        .subquery()
    )
    belongs = Report.edition_id == Edition.id
    if authority_id is not None:
        belongs = and_(belongs, Report.authority_id == authority_id)
    return (
        select(
            Edition.id, Edition.agreement_id, Edition.year, Report.authority_id, first.c.submitted_at, first.c.number,
            first.c.paper_on, Publication.withdrawn,
        )
        .select_from(Edition)
        .outerjoin(Report, belongs)
        .outerjoin(first, first.c.report_id == Report.id)
        .outerjoin(Publication, and_(Publication.report_id == Report.id, told_as_of(at)))
    )  # fmt: skip


def _gathered(rows: Iterable[Any]) -> EditionRecords:
    editions: dict[int, EditionRecord] = {}
    handed_in: dict[int, dict[int, EditionRecord]] = defaultdict(dict)
    for row in rows:
        plain = (row.id, row.agreement_id, row.year)
        editions.setdefault(row.id, EditionRecord(*plain))
        if row.authority_id is not None:
            met = Met(_came_on(row), row.number) if row.submitted_at else None
            handed_in[row.authority_id][row.id] = EditionRecord(
                *plain, met, row.withdrawn is False, bool(row.withdrawn)
            )
    return EditionRecords(editions, handed_in)


def _came_on(row: Any) -> date:
    entered = local(row.submitted_at).date()
    return min(row.paper_on, entered) if row.paper_on else entered
