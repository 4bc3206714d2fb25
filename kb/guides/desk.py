"""What staff see of the guides: all of them with their state, the drafts, and those whose review is due."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.guides.models import Guide, Revision


@dataclass(frozen=True)
class GuideRow:
    """A guide as staff see it: its newest revision, and the number of the one that is public."""

    slug: str
    title: str
    kind: str
    number: int
    public_number: int | None
    saved_at: datetime
    review_due_on: date | None

    @property
    def is_draft(self) -> bool:
        """Whether the newest text is not public."""
        return self.number != self.public_number


def guide_rows(session: Session) -> list[GuideRow]:
    """Return every guide, drafts first and then by title. One query, without the texts."""
    found = session.execute(
        select(
            Guide.slug,
            Revision.title,
            Revision.kind,
            Revision.number,
            Revision.created_at,
            Revision.published_at,
            Revision.superseded_at,
            Revision.review_due_on,
        )
        .join(Revision.guide)
        .order_by(Guide.slug, Revision.number)
    )
    rows = []
    for slug, revisions in groupby(found, key=lambda row: row.slug):
        kept = list(revisions)
        shown = next((row for row in kept if row.published_at and not row.superseded_at), None)
        newest = kept[-1]
        rows.append(
            GuideRow(
                slug=slug,
                title=newest.title,
                kind=newest.kind,
                number=newest.number,
                public_number=shown.number if shown else None,
                saved_at=newest.created_at,
                review_due_on=(shown or newest).review_due_on,
            )
        )
    return sorted(rows, key=lambda row: (not row.is_draft, row.title.casefold()))


def drafts(session: Session) -> list[GuideRow]:
    """Return the guides whose newest text is not public, the one that was saved last first."""
    return sorted((row for row in guide_rows(session) if row.is_draft), key=lambda row: row.saved_at, reverse=True)


def review_due(session: Session, today: date, within: timedelta = timedelta(0)) -> list[GuideRow]:
    """Return the public guides that must be reviewed by `today` or within that time, longest due first."""
    due = [row for row in guide_rows(session) if row.public_number and row.review_due_on]
    due = [row for row in due if row.review_due_on and row.review_due_on <= today + within]
    return sorted(due, key=lambda row: row.review_due_on or today)
