"""Reports that are not in: who is past his own last day, who is not ready yet, and whether anybody works there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from accounts.models import MemberRole
from registry.editions.models import Edition
from registry.reports.expected import Expected, Member, Part, expected, members_of
from registry.reports.how_far import HowFar, how_far

PAGE_SIZE = 25


@dataclass(frozen=True)
class AwaitedRow:
    """One authority whose report is not in."""

    one: Expected
    progress: HowFar | None
    """None where nobody of the authority saved anything."""
    coordinators: Sequence[str]
    """Their names; empty where nobody with an account answers for the report."""
    others: int
    """Other people with an account there."""
    days: int
    """Days late; of who still has time, days left."""

    @property
    def changed_at(self) -> datetime | None:
        """When the report last changed; None where nothing was done."""
        return self.one.report.updated_at if self.one.report and not self.one.nothing_done else None


@dataclass(frozen=True)
class AwaitedPage:
    """One page of the list, with the counts of both lists."""

    rows: Sequence[AwaitedRow]
    total: int
    page: int
    pages: int
    late: int
    coming: int
    asked: int
    """Of how many authorities this report is asked."""
    without_coordinator: int
    """In this list, on all its pages."""


def awaited_page(session: Session, edition: Edition, part: Part, day: date, page: int) -> AwaitedPage:
    """Return a page of those who are late, or of those who have time; a page outside the list gives the nearest."""
    everybody = expected(session, edition, day)
    found = part.of(everybody, day)
    pages = max(-(-len(found) // PAGE_SIZE), 1)
    number = min(max(page, 1), pages)
    members = members_of(session, [one.who.code for one in found])
    shown = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return AwaitedPage(
        rows=_rows(session, shown, members, day),
        total=len(found),
        page=number,
        pages=pages,
        late=len(Part(late=True).of(everybody, day)),
        coming=len(Part(late=False).of(everybody, day)),
        asked=len(everybody),
        without_coordinator=sum(not coordinators(members.get(one.who.code, [])) for one in found),
    )


def awaited_rows(session: Session, edition: Edition, part: Part, day: date) -> list[AwaitedRow]:
    """Return the whole list, for a file."""
    found = part.of(expected(session, edition, day), day)
    return _rows(session, found, members_of(session, [one.who.code for one in found]), day)


def coordinators(members: Sequence[Member]) -> list[str]:
    """Return the names of those who answer for the reports."""
    return [one.name for one in members if MemberRole.COORDINATOR in one.roles]


def _rows(
    session: Session, found: Sequence[Expected], members: Mapping[str, list[Member]], day: date
) -> list[AwaitedRow]:
    progress = how_far(session, [one.report for one in found if one.report and not one.nothing_done])
    return [_row(one, progress, members.get(one.who.code, []), day) for one in found]


def _row(one: Expected, progress: Mapping[int, HowFar], people: Sequence[Member], day: date) -> AwaitedRow:
    names = coordinators(people)
    far = progress.get(one.report.id) if one.report else None
    return AwaitedRow(one, far, names, len(people) - len(names), abs((day - one.last_day).days))
