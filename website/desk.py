"""What waits for staff over the register and the knowledge base, gathered for /redactie."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from common.clock import local
from kb.guides.desk import drafts, review_due
from registry.obligations.rule import DueState
from registry.participants.deadlines import OpenDeadline, open_deadlines

REVIEW_SOON = timedelta(days=30)


@dataclass(frozen=True)
class GuideWork:
    """A guide that asks for attention, with the day that says why."""

    slug: str
    title: str
    day: date
    overdue: bool = False


@dataclass(frozen=True)
class GuidesToDo:
    """The guides that ask for attention: with an unpublished draft, or due for review."""

    drafts: Sequence[GuideWork]
    reviews: Sequence[GuideWork]


def guides_to_do(session: Session, today: date) -> GuidesToDo:
    """Return the drafts, newest first, and the reviews that are due within a month, longest due first."""
    due = [(row, row.review_due_on) for row in review_due(session, today, within=REVIEW_SOON)]
    return GuidesToDo(
        drafts=[GuideWork(row.slug, row.title, local(row.saved_at).date()) for row in drafts(session)],
        reviews=[GuideWork(row.slug, row.title, day, overdue=day < today) for row, day in due if day],
    )


@dataclass(frozen=True)
class Deadlines:
    """Who is late next, soonest first, and how many participants are late now under each agreement."""

    soon: Sequence[OpenDeadline]
    late: Sequence[tuple[OpenDeadline, int]]
    """One of the late deadlines of each agreement, with the number of participants that are late."""


def deadlines(session: Session, today: date) -> Deadlines:
    """Return the deadlines that come up under the agreements that this register follows."""
    found = open_deadlines(session, today)
    late: dict[str, dict[str, OpenDeadline]] = {}
    for one in found:
        if one.standing.state is DueState.LATE:
            late.setdefault(one.agreement, {})[one.slug] = one
    return Deadlines(
        soon=[one for one in found if one.standing.state is DueState.DUE_SOON],
        late=[(next(iter(ones.values())), len(ones)) for ones in late.values()],
    )
