"""What the public knows of the past of a guide: its published versions, who wrote them, and how it ended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Integer, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from common.together import read_together
from kb.guides.models import Guide, GuideAddress, GuideEnding, GuideLink, LinkKind, Revision
from kb.guides.reading import is_public

if TYPE_CHECKING:
    from flask import Flask

MOST_LINKING = 50
_KEY = "guide_authors"


@dataclass(frozen=True)
class Credit:
    """Who proposed a version."""

    name: str
    """Empty where he wants no name."""
    is_adapted: bool
    """Whether the editors changed something of it."""


Credits = Callable[[Session, int], Mapping[int, Credit]]


@dataclass(frozen=True)
class PublicVersion:
    """A version that was public, without its text."""

    number: int
    title: str
    language: str
    published_at: datetime
    superseded_at: datetime | None
    note: str
    is_correction: bool
    restored_from: int | None
    seconded: bool
    """Whether a second person looked at it before it went out."""
    proposed: Credit | None = None
    """Who proposed it; None where staff wrote it."""

    @property
    def is_current(self) -> bool:
        """Whether no later version took its place."""
        return self.superseded_at is None


@dataclass(frozen=True)
class Around:
    """What a guide's page says of its past, and which guides lead to it."""

    versions: int
    corrections: int
    before: int | None
    """The number of the version that the public read before this one."""
    linking: tuple[str, ...]


def name_authors(app: "Flask", read: Credits) -> None:
    """Let the history ask who proposed a version: `read` gives that per number."""
    app.extensions[_KEY] = read


def public_versions(session: Session, guide: Guide, names: Credits | None = None) -> list[PublicVersion]:
    """Return the versions that were public, the newest first. Two queries, without the texts."""
    rows = session.execute(
        select(
            Revision.number, Revision.title, Revision.language, Revision.published_at, Revision.superseded_at,
            Revision.change_note, Revision.is_correction, Revision.restored_from, Revision.seconded_by_id,
        )
        .where(Revision.guide_id == guide.id, Revision.published_at.is_not(None))
        .order_by(Revision.number.desc())
    )  # fmt: skip
    proposed = names(session, guide.id) if names else {}
    return [
        PublicVersion(
            number=row.number,
            title=row.title,
            language=row.language,
            published_at=row.published_at,
            superseded_at=row.superseded_at,
            note=row.change_note or "",
            is_correction=row.is_correction,
            restored_from=row.restored_from,
            seconded=row.seconded_by_id is not None,
            proposed=proposed.get(row.number),
        )
        for row in rows
    ]


def author_names(app: "Flask") -> Credits | None:
    """Return what `name_authors` was given."""
    found: Credits | None = app.extensions.get(_KEY)
    return found


def endings_of(session: Session, guide: Guide) -> list[GuideEnding]:
    """Return when the guide ended and came back, the newest first. One query."""
    query = select(GuideEnding).where(GuideEnding.guide_id == guide.id).order_by(GuideEnding.id.desc())
    return list(session.scalars(query))


def around(session: Session, revision: Revision) -> Around:
    """Return how many versions there were, and which public guides link to this one. One query."""
    past = select(
        func.count(Revision.id).label("versions"),
        func.sum(cast(Revision.is_correction, Integer)).label("corrections"),
        func.max(Revision.number).filter(Revision.number < revision.number).label("before"),
    ).where(Revision.guide_id == revision.guide_id, Revision.published_at.is_not(None))
    former = select(GuideAddress.slug).where(GuideAddress.guide_id == revision.guide_id)
    linking = (
        select(Guide.slug.label("slug"))
        .join(Revision, Revision.guide_id == Guide.id)
        .join(GuideLink, GuideLink.revision_id == Revision.id)
        .where(
            GuideLink.kind == LinkKind.GUIDE,
            or_(GuideLink.target == revision.guide.slug, GuideLink.target.in_(former)),
            and_(is_public(), Guide.id != revision.guide_id),
        )
        .distinct()
        .limit(MOST_LINKING)
    )
    found = read_together(session, {"past": past, "linking": linking})
    row = found["past"][0]
    slugs = tuple(sorted(one.slug for one in found["linking"]))
    return Around(int(row.versions), int(row.corrections or 0), row.before, slugs)
