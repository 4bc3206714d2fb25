"""What waits for staff over the register and the knowledge base, gathered for /redactie."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from common.clock import local
from common.versions import AsOf
from kb.guides.desk import drafts, review_due
from registry.agreements.models import Agreement, ObligationKind
from registry.agreements.reading import all_agreements, current_version
from registry.obligations.rule import DueState, Standing
from registry.participants.participants import Participant, list_participants
from registry.participants.standings import ParticipantStatus

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
class Deadline:
    """Something that a participant must do soon, or it is late."""

    name: str
    slug: str
    kind: ObligationKind
    year: int | None
    due_on: date
    is_example: bool


@dataclass(frozen=True)
class Deadlines:
    """Who is late next, soonest first, and how many are late now under each agreement."""

    soon: Sequence[Deadline]
    late: Sequence[tuple[Agreement, int]]


def deadlines(session: Session, today: date) -> Deadlines:
    """Return the deadlines that come up under the agreements that this register follows."""
    soon: list[Deadline] = []
    late: list[tuple[Agreement, int]] = []
    for agreement in all_agreements(session):
        if not current_version(agreement).followed:
            continue
        participants = list_participants(session, agreement, AsOf(today))
        soon += [found for one in participants for found in _soon(one, agreement.is_example)]
        number = sum(one.status is ParticipantStatus.LATE for one in participants)
        if number:
            late.append((agreement, number))
    return Deadlines(sorted(soon, key=lambda found: (found.due_on, found.name)), late)


def _soon(one: Participant, is_example: bool) -> Iterator[Deadline]:
    asked: tuple[tuple[ObligationKind, Standing, int | None], ...] = (
        (ObligationKind.ACTION_PLAN, one.plan, None),
        (ObligationKind.ANNUAL_REPORT, one.report, one.report_year),
    )
    for kind, standing, year in asked:
        if standing.state is DueState.DUE_SOON and standing.due_on:
            yield Deadline(one.who.name, one.who.slug, kind, year, standing.due_on, is_example)
