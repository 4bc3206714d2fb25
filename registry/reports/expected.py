"""Who is to hand in the report of an edition: by which own day, what came so far, and who works there."""

import enum
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from accounts.models import MemberRole, Membership, User
from common.clock import local
from common.versions import AsOf
from registry.agreements.reading import current_version
from registry.editions.models import Edition
from registry.obligations.reading import duties
from registry.obligations.rule import Term
from registry.reports.models import Report, ReportState, Submission
from registry.signatures.signatories import Signatory, signatories


class Stage(enum.StrEnum):
    """How far a report is that is not in, by the word in an address."""

    NOTHING = "niets"
    BUSY = "bezig"
    WITHDRAWN = "teruggenomen"


UNTOUCHED = 1
"""The version of a report that was opened and in which nobody has saved anything yet."""


@dataclass(frozen=True)
class Expected:
    """One authority of which the report of one edition is asked."""

    who: Signatory
    edition: Edition
    term: Term
    """Its own: delays and outages have moved it."""
    report: Report | None = None
    handed_in_on: date | None = None
    """The day on which it was first handed in."""

    @property
    def last_day(self) -> date:
        """The last day on which nobody calls it late, days of grace included."""
        return self.term.last_day or (self.report.due_on if self.report else self.edition.due_on)

    @property
    def asked_from(self) -> date:
        """The first day on which it can be filled in and is asked."""
        return max(self.edition.opens_on, self.term.starts_on or self.edition.opens_on)

    @property
    def is_in(self) -> bool:
        """Whether it was handed in and not taken back: what staff ask about it since does not matter here."""
        return self.handed_in_on is not None and not self.is_withdrawn

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was taken back, so that it has to come again."""
        return self.report is not None and self.report.state is ReportState.WITHDRAWN

    @property
    def nothing_done(self) -> bool:
        """Whether nobody of the authority saved anything yet."""
        return self.report is None or self.report.version <= UNTOUCHED

    @property
    def stage(self) -> Stage:
        """How far it is, as far as one can tell without reading its answers."""
        if self.is_withdrawn:
            return Stage.WITHDRAWN
        return Stage.NOTHING if self.nothing_done else Stage.BUSY

    def days_late(self, day: date) -> int:
        """Return how many days it is late on this day, counted from the last day itself; 0 when it is not."""
        return max((day - self.last_day).days, 0)


@dataclass(frozen=True)
class Part:
    """What part of those whose report is not in somebody means."""

    late: bool
    """Past their own last day; else those who still have time."""
    kind: str = ""
    province: str = ""
    stage: Stage | None = None

    def of(self, found: Iterable[Expected], day: date) -> list[Expected]:
        """Return them, who is late the longest or will be late first in front."""
        rows = [
            one
            for one in found
            if not one.is_in
            and (day > one.last_day) is self.late
            and (not self.kind or one.who.kind == self.kind)
            and (not self.province or one.who.province == self.province)
            and (self.stage is None or one.stage is self.stage)
        ]
        return sorted(rows, key=lambda one: (one.last_day, one.who.sort_name))


def expected(session: Session, edition: Edition, day: date) -> list[Expected]:
    """Return everybody of whom this report is asked on this day, by name. Three queries, for any number.

    An authority that is gone, that left the agreement or whose duty lapses is asked nothing; under an agreement that
    this register does not follow nobody is pressed.
    """
    if not current_version(edition.agreement).followed:
        return []
    asked = duties(session, agreement_id=edition.agreement_id)
    terms = {one.authority_id: one.term for one in asked if one.year == edition.year}
    reports = {report.authority_id: report for report in session.scalars(_reports(edition))}
    came = _first_days(session, edition)
    found = []
    for who in signatories(session, edition.agreement_id, AsOf(day)):
        report, term = reports.get(who.authority_id), terms.get(who.authority_id, Term())
        if who.ended_on is None and (report or _is_asked(term, day)):
            found.append(Expected(who, edition, term, report, came.get(report.id) if report else None))
    return found


def _is_asked(term: Term, day: date) -> bool:
    return term.due_on is not None and not term.lapses and not (term.ends_on and term.ends_on <= day)


def _reports(edition: Edition) -> Select[Report]:
    return select(Report).where(Report.edition_id == edition.id).options(joinedload(Report.authority))


def _first_days(session: Session, edition: Edition) -> dict[int, date]:
    query = (
        select(Submission.report_id, func.min(Submission.submitted_at))
        .join(Report, Report.id == Submission.report_id)
        .where(Report.edition_id == edition.id)
        .group_by(Submission.report_id)
    )
    return {report_id: local(moment).date() for report_id, moment in session.execute(query)}


def opened_editions(session: Session, day: date, since: date | None = None) -> Sequence[Edition]:
    """Return the editions that opened by this day (and from `since` on), the newest in front."""
    query = select(Edition).where(Edition.opens_on <= day).options(joinedload(Edition.agreement))
    if since:
        query = query.where(Edition.opens_on >= since)
    return session.scalars(query.order_by(Edition.opens_on.desc(), Edition.year.desc(), Edition.id)).all()


def running(editions: Sequence[Edition], day: date) -> Edition | None:
    """Return the edition at which work begins: of those still to be handed in the one due first, else the newest."""
    ahead = [one for one in editions if one.due_on >= day]
    return min(ahead, key=lambda one: one.due_on) if ahead else next(iter(editions), None)


class Member(NamedTuple):
    """Somebody with an account who works for an authority now."""

    user_id: int
    name: str
    email: str
    language: str
    is_example: bool
    roles: frozenset[MemberRole]


def members_of(session: Session, codes: Iterable[str]) -> Mapping[str, list[Member]]:
    """Return who works for these authorities now, by code and by name; an ended account counts no more. One query."""
    query = (
        select(
            Membership.authority_code, Membership.role, User.id, User.name, User.email, User.language, User.is_example
        )
        .join(User, User.id == Membership.user_id)
        .where(Membership.ended_at.is_(None), User.active, User.erased_at.is_(None))
        .order_by(User.name, User.id)
    )
    wanted = set(codes)
    found: dict[str, dict[int, Member]] = defaultdict(dict)
    for row in session.execute(query):
        if row.authority_code in wanted:
            before = found[row.authority_code].get(row.id)
            roles = frozenset({row.role}) | (before.roles if before else frozenset())
            found[row.authority_code][row.id] = Member(row.id, row.name, row.email, row.language, row.is_example, roles)
    return {code: list(people.values()) for code, people in found.items()}
