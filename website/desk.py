"""What waits for staff over the register and the knowledge base, gathered for /redactie."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import local
from kb.guides.models import Guide, Revision
from registry.agreements.models import Agreement, ObligationKind
from registry.agreements.obligations import DueState, Standing
from registry.agreements.reading import all_agreements, current_version
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
    rows = session.execute(
        select(
            Guide.slug,
            Revision.title,
            Revision.created_at,
            Revision.published_at,
            Revision.superseded_at,
            Revision.review_due_on,
        )
        .join(Revision.guide)
        .order_by(Guide.id, Revision.number)
    ).all()
    drafts: list[GuideWork] = []
    reviews: list[GuideWork] = []
    for slug, revisions in groupby(rows, key=lambda row: row.slug):
        kept = list(revisions)
        if kept[-1].published_at is None:
            drafts.append(GuideWork(slug, kept[-1].title, local(kept[-1].created_at).date()))
        for shown in (r for r in kept if r.published_at and r.superseded_at is None and r.review_due_on):
            if shown.review_due_on <= today + REVIEW_SOON:
                reviews.append(GuideWork(slug, shown.title, shown.review_due_on, shown.review_due_on < today))
    drafts.sort(key=lambda work: work.day, reverse=True)
    reviews.sort(key=lambda work: work.day)
    return GuidesToDo(drafts, reviews)


@dataclass(frozen=True)
class Deadline:
    """Something that a participant must do soon, or it is late."""

    name: str
    slug: str
    kind: ObligationKind
    year: int | None
    due_on: date


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
        participants = list_participants(session, agreement, today)
        soon += [found for one in participants for found in _soon(one)]
        number = sum(one.status is ParticipantStatus.LATE for one in participants)
        if number:
            late.append((agreement, number))
    return Deadlines(sorted(soon, key=lambda found: (found.due_on, found.name)), late)


def _soon(one: Participant) -> Iterator[Deadline]:
    asked: tuple[tuple[ObligationKind, Standing, int | None], ...] = (
        (ObligationKind.ACTION_PLAN, one.plan, None),
        (ObligationKind.ANNUAL_REPORT, one.report, one.report_year),
    )
    for kind, standing, year in asked:
        if standing.state is DueState.DUE_SOON and standing.due_on:
            yield Deadline(one.name, one.slug, kind, year, standing.due_on)
