"""The work of staff on reports: what waits, how long already, who has it, and what was decided."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from accounts.models import MemberRole, Membership, User
from common.clock import local, today
from common.versions import known_at
from registry.agreements.models import AgreementVersion
from registry.authorities.models import Authority, AuthorityVersion
from registry.editions.models import Edition
from registry.obligations.rule import Lateness, lateness
from registry.reports.models import PUBLIC, WITH_STAFF, WRITABLE, Report, ReportState, Submission
from registry.reviews.models import Decision, Verdict
from registry.reviews.queue_figures import NOTHING_ASKED, Asked, median_days, questions_of
from registry.reviews.queue_filter import EVERYTHING, Filter, conditions


class Tab(enum.StrEnum):
    """The three lists of the queue, by the word in its address."""

    WAITING = "wacht"
    RETURNED = "teruggestuurd"
    PUBLISHED = "gepubliceerd"


STATES_OF_TAB = {
    Tab.WAITING: WITH_STAFF,
    Tab.RETURNED: WRITABLE,
    Tab.PUBLISHED: PUBLIC,
}
"""What was handed in stands in one of the three; a draft that never was is not in the queue."""

VERDICT_OF_TAB = {
    Tab.WAITING: Verdict.PUBLISHED,
    Tab.RETURNED: Verdict.QUESTION_SENT,
    Tab.PUBLISHED: Verdict.PUBLISHED,
}
"""The decision that the list names; a report that waits has none of this kind."""


class Order(enum.StrEnum):
    """How a list is ordered, by the word in its address."""

    AGE = "wachttijd"
    """What waits the longest in front; of what was decided, the newest decision."""
    DEADLINE = "termijn"


@dataclass(frozen=True)
class QueueRow:
    """A report with its newest submission, as the queue shows it."""

    submission_id: int
    report_id: int
    state: ReportState
    name: str
    kind: str
    province: str | None
    agreement: Mapping[str, str]
    year: int
    number: int
    receipt: str
    submitted_at: datetime
    submitted_by: str
    submitted_by_roles: tuple[MemberRole, ...]
    on_paper: bool
    """Staff entered it for an authority that sent it on paper."""
    received_on: date
    """The day on which it came in: by paper, or by handing it in here."""
    due_on: date
    reviewer: str
    """Who took it; empty while nobody did."""
    decided_at: datetime | None
    decided_by: str
    is_example: bool
    unpublished: bool = False
    """Staff withdrew it from the public; else, when withdrawn, its authority took it back."""
    asked: Asked = NOTHING_ASKED

    @property
    def submitted_on(self) -> date:
        """The day of submitting."""
        return local(self.submitted_at).date()

    @property
    def decided_on(self) -> date | None:
        """The day of the decision, None while it waits."""
        return local(self.decided_at).date() if self.decided_at else None

    @property
    def days(self) -> int:
        """How many days the report waits, or waited for its decision."""
        return ((self.decided_on or today()) - self.submitted_on).days

    @property
    def lateness(self) -> Lateness | None:
        """How long after the deadline it came; None when it was on time."""
        days = (self.received_on - self.due_on).days
        return lateness(self.due_on, days) if days > 0 else None


PAGE_SIZE = 20


def waiting(session: Session, wanted: Filter = EVERYTHING) -> list[QueueRow]:
    """Return the reports that wait for a decision, oldest first."""
    return rows_of(session, Tab.WAITING, wanted)


def rows_of(session: Session, tab: Tab, wanted: Filter, order: Order = Order.AGE) -> list[QueueRow]:
    """Return a whole list in this order: what waits oldest first, what was decided newest decision first."""
    return _rows(session, _ordered(_found(tab, wanted), tab, order))


@dataclass(frozen=True)
class QueuePage:
    """One page of a list, with what the page says about the list as a whole."""

    rows: Sequence[QueueRow]
    total: int
    page: int
    pages: int
    median_days: float | None = None
    oldest: int = 0


def list_page(session: Session, tab: Tab, wanted: Filter, page: int, order: Order = Order.AGE) -> QueuePage:
    """Return a page of a list, with the questions of each report counted.

    A page number outside the list gives the nearest page.
    """
    if tab is Tab.WAITING:
        rows = rows_of(session, tab, wanted, order)
        found = _place(len(rows), page)
        start = (found.page - 1) * PAGE_SIZE
        oldest = max((row.days for row in rows), default=0)
        median = median_days([row.days for row in rows])
        shown = with_questions(session, rows[start : start + PAGE_SIZE])
        return replace(found, rows=shown, median_days=median, oldest=oldest)
    counting = _found(tab, wanted).with_only_columns(func.count(Submission.id))
    found = _place(session.scalar(counting) or 0, page)
    query = _ordered(_found(tab, wanted), tab, order).limit(PAGE_SIZE).offset((found.page - 1) * PAGE_SIZE)
    return replace(found, rows=with_questions(session, _rows(session, query)))


def with_questions(session: Session, rows: Sequence[QueueRow]) -> list[QueueRow]:
    """Return the rows with the questions that staff asked about each report, counted. One query."""
    asked = questions_of(session, [row.report_id for row in rows])
    return [replace(row, asked=asked.get(row.report_id, NOTHING_ASKED)) for row in rows]


def _place(total: int, page: int) -> QueuePage:
    pages = max(-(-total // PAGE_SIZE), 1)
    return QueuePage((), total, min(max(page, 1), pages), pages)


def counts(session: Session) -> dict[Tab, int]:
    """Return how many reports there are in each list, without a filter. One query."""
    by_state = _by_state(session, select(Report.state, func.count()).where(Report.submissions.any()))
    return {tab: sum(by_state.get(state, 0) for state in states) for tab, states in STATES_OF_TAB.items()}


def state_counts(session: Session, tab: Tab, wanted: Filter) -> dict[ReportState, int]:
    """Return how many reports of a list are in each state, among what the other filters leave. One query."""
    found = _found(tab, replace(wanted, state=None))
    return _by_state(session, found.with_only_columns(Report.state, func.count()))


def _by_state(session: Session, query: Select[*tuple[Any, ...]]) -> dict[ReportState, int]:
    return dict(session.execute(query.group_by(Report.state)).all())


def _ordered(query: Select[Any], tab: Tab, order: Order) -> Select[Any]:
    if order is Order.DEADLINE:
        return query.order_by(Report.due_on, Submission.submitted_at, Submission.id)
    if tab is Tab.WAITING:
        return query.order_by(Submission.submitted_at, Submission.id)
    return query.order_by(func.coalesce(Decision.decided_at, Report.updated_at).desc(), Submission.id.desc())


def _found(tab: Tab, wanted: Filter) -> Select[Any]:
    """Return the query for a list: one row for each report, with its newest submission and newest name."""
    other = aliased(Submission)
    newest = select(func.max(other.number)).where(other.report_id == Report.id).scalar_subquery()
    decided = and_(
        Decision.submission_id == Submission.id,
        Decision.verdict == VERDICT_OF_TAB[tab],
        Decision.undone_at.is_(None),
    )
    query = (
        select(Submission, Report, Edition.year, AuthorityVersion, AgreementVersion.short_title, User, Decision)
        .select_from(Submission)
        .join(Report, Submission.report_id == Report.id)
        .join(Edition, Report.edition_id == Edition.id)
        .join(Authority, Report.authority_id == Authority.id)
        .join(AuthorityVersion, AuthorityVersion.id == _newest_name())
        .join(AgreementVersion, AgreementVersion.agreement_id == Edition.agreement_id)
        .outerjoin(User, User.id == Submission.submitted_by_id)
        .outerjoin(Decision, decided)
        .where(Submission.number == newest, known_at(AgreementVersion), Report.state.in_(STATES_OF_TAB[tab]))
    )
    return query.where(*conditions(wanted))


def _newest_name() -> ColumnElement[int]:
    """Return the newest known version of an authority, also of one that has ended since."""
    name = aliased(AuthorityVersion)
    return (
        select(name.id)
        .where(name.authority_id == Authority.id, known_at(name))
        .order_by(name.valid_from.desc().nulls_last(), name.id.desc())
        .limit(1)
        .correlate(Authority)
        .scalar_subquery()
    )


def _rows(session: Session, query: Select[Any]) -> list[QueueRow]:
    found = session.execute(query.add_columns(Authority.code, Authority.is_example)).all()
    people = {row.Decision.decided_by_id for row in found if row.Decision}
    people |= {row.Report.reviewer_id for row in found if row.Report.reviewer_id}
    names = _names(session, people)
    return [_row(row, names) for row in found]


def _row(row: Any, names: Mapping[int, str]) -> QueueRow:
    return QueueRow(
        submission_id=row.Submission.id,
        report_id=row.Report.id,
        state=row.Report.state,
        name=row.AuthorityVersion.name,
        kind=row.AuthorityVersion.kind,
        province=row.AuthorityVersion.province,
        agreement=row.short_title,
        year=row.year,
        number=row.Submission.number,
        receipt=row.Submission.receipt,
        submitted_at=row.Submission.submitted_at,
        submitted_by=row.User.name if row.User else "",
        submitted_by_roles=tuple(sorted(_roles(row.User, row.code))) if row.User else (),
        on_paper=row.Submission.on_paper or row.Report.on_paper,
        received_on=_received_on(row),
        due_on=row.Report.due_on,
        reviewer=names.get(row.Report.reviewer_id, ""),
        decided_at=row.Decision.decided_at if row.Decision else None,
        decided_by=names.get(row.Decision.decided_by_id, "") if row.Decision else "",
        is_example=row.is_example,
        unpublished=row.Report.state is ReportState.WITHDRAWN and row.Submission.withdrawn_at is None,
    )


def _received_on(row: Any) -> date:
    entered = local(row.Submission.submitted_at).date()
    paper = row.Report.paper_received_on if row.Submission.on_paper else None
    return min(paper, entered) if paper else entered


def _roles(user: User, code: str) -> set[MemberRole]:
    return {membership.role for membership in user.memberships if _is_of(membership, code)}


def _is_of(membership: Membership, code: str) -> bool:
    return membership.authority_code == code and membership.ended_at is None


def _names(session: Session, user_ids: set[int]) -> dict[int, str]:
    if not user_ids:
        return {}
    return dict(session.execute(select(User.id, User.name).where(User.id.in_(user_ids))).all())
