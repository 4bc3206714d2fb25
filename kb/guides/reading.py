"""Reads what is public: the cards of all guides, and one guide with what belongs beside it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from common.vocabulary import vocabulary
from kb.guides.fields import clusters_of
from kb.guides.models import EndingKind, Guide, GuideAddress, GuideEnding, Revision

CHARACTERS_A_MINUTE = 1300
"""Of plain Markdown; about 200 words, which is how fast an attentive reader goes."""
RELATED = 4
_Original, _Its = aliased(Guide), aliased(Revision)
_COLUMNS = (
    Guide.id, Guide.slug, Revision.title, Revision.summary, Revision.kind, Revision.themes, Revision.product_groups,
    Revision.level, Revision.reviewed_on, Revision.related, Revision.language, Revision.reviewed_by,
    Revision.review_due_on, func.length(Revision.body).label("length"),
)  # fmt: skip


@dataclass(frozen=True)
class GuideCard:
    """A public guide as it stands in a list."""

    slug: str
    title: str
    summary: str
    kind: str
    themes: tuple[str, ...]
    product_groups: tuple[str, ...]
    clusters: frozenset[str]
    level: str
    minutes: int
    reviewed_on: date | None
    related: tuple[str, ...]
    language: str = "nl"
    translation: str | None = None
    """The address of the same guide in the other language, where that is public too."""
    reviewed_by: str | None = None
    """The role of who looked it over."""
    due: date | None = None
    """The day by which it must be looked over again."""

    @property
    def is_starter(self) -> bool:
        """Whether it is meant for a reader who begins."""
        return self.level == next(iter(vocabulary().guide_levels), "")


def is_public(revision: Any = Revision) -> ColumnElement[bool]:
    """Return the condition "everybody reads this revision": published, not replaced, and its guide did not end.

    `revision` is Revision, or an alias of it.
    """
    ended = select(GuideEnding.id).where(GuideEnding.guide_id == revision.guide_id, _holds())
    return and_(
        revision.published_at.is_not(None), revision.superseded_at.is_(None), ~ended.correlate(revision).exists()
    )


def _holds() -> ColumnElement[bool]:
    return and_(GuideEnding.superseded_at.is_(None), GuideEnding.kind != EndingKind.BACK)


def public_cards(session: Session, slugs: Collection[str] | None = None) -> list[GuideCard]:
    """Return all public guides, or those with these addresses: for beginners first, then by kind and title.

    Two queries, without the texts. At 10,000 guides all of them take a second: a page asks for those that it shows.
    """
    wanted = (Guide.slug.in_(slugs),) if slugs is not None else ()
    rows = session.execute(select(*_COLUMNS).join(Revision.guide).where(is_public(), *wanted)).all()
    other = translations(session, [row.id for row in rows] if slugs is not None else None)
    return sorted((_card(row, other.get(row.id)) for row in rows), key=_place)


def translations(session: Session, guide_ids: Collection[int] | None = None) -> dict[int, str]:
    """Return per guide the address of the same guide in the other language, where both are public. One query."""
    query = select(Guide.id, Guide.slug, _Original.id.label("original_id"), _Original.slug.label("original"))
    query = query.join(Revision.guide).join(_Original, Guide.translation_of_id == _Original.id)
    query = query.join(_Its, _Its.guide_id == _Original.id).where(is_public(), is_public(_Its))
    if guide_ids is not None:
        query = query.where(or_(Guide.id.in_(guide_ids), _Original.id.in_(guide_ids)))
    found: dict[int, str] = {}
    for row in session.execute(query.order_by(Guide.id.desc())):
        found |= {row.id: row.original, row.original_id: row.slug}
    return found


def _card(row: Any, translation: str | None) -> GuideCard:
    return GuideCard(
        slug=row.slug,
        title=row.title,
        summary=row.summary,
        kind=row.kind,
        themes=tuple(row.themes),
        product_groups=tuple(row.product_groups),
        clusters=frozenset(clusters_of(row.product_groups)),
        level=row.level,
        minutes=max(1, round(row.length / CHARACTERS_A_MINUTE)),
        reviewed_on=row.reviewed_on,
        related=tuple(row.related),
        language=row.language,
        translation=translation,
        reviewed_by=row.reviewed_by,
        due=row.review_due_on,
    )


def _place(card: GuideCard) -> tuple[int, int, str]:
    levels, kinds = list(vocabulary().guide_levels), list(vocabulary().guide_kinds)
    return _index(levels, card.level), _index(kinds, card.kind), card.title.casefold()


def _index(codes: Sequence[str], code: str) -> int:
    return codes.index(code) if code in codes else len(codes)


def find_public(session: Session, slug: str) -> Revision | None:
    """Return the public revision of a guide with its guide, or None. One query."""
    return session.scalars(
        select(Revision)
        .join(Revision.guide)
        .options(contains_eager(Revision.guide))
        .where(Guide.slug == slug, is_public())
    ).one_or_none()


def moved_to(session: Session, slug: str) -> str | None:
    """Return the present address of a guide that was public and had this address before, or None. One query."""
    was_public = select(Revision.id).where(Revision.guide_id == Guide.id, Revision.published_at.is_not(None))
    return session.scalars(
        select(Guide.slug)
        .join(GuideAddress, GuideAddress.guide_id == Guide.id)
        .where(GuideAddress.slug == slug, Guide.slug != slug, was_public.exists())
    ).one_or_none()


def ending_of(session: Session, slug: str) -> GuideEnding | None:
    """Return how the guide at this address ended, or None where it goes on, or never was public. One query."""
    was_public = select(Revision.id).where(Revision.guide_id == Guide.id, Revision.published_at.is_not(None))
    return session.scalars(
        select(GuideEnding)
        .join(Guide, Guide.id == GuideEnding.guide_id)
        .where(Guide.slug == slug, _holds(), was_public.exists())
        .order_by(GuideEnding.id.desc())
        .limit(1)
    ).one_or_none()


def beside(card: GuideCard, cards: Sequence[GuideCard], most: int = RELATED) -> list[GuideCard]:
    """Return the guides to read next: those that its author named, then those with the most themes in common."""
    by_slug = {other.slug: other for other in cards}
    named = [by_slug[slug] for slug in card.related if slug in by_slug and slug != card.slug]
    others = [other for other in cards if other.slug != card.slug and other not in named]
    shared = [other for other in others if set(other.themes) & set(card.themes)]
    shared.sort(key=lambda other: -_likeness(card, other))
    return [*named, *shared][:most] if len(named) < most else named


def _likeness(card: GuideCard, other: GuideCard) -> float:
    """A guide on one shared theme is nearer than one on all themes."""
    mine, theirs = set(card.themes), set(other.themes)
    return len(mine & theirs) / len(mine | theirs)


def public_revisions(session: Session, slugs: Sequence[str] | None = None) -> list[Revision]:
    """Return the public revisions of all guides, or of these, with their texts. One query."""
    query = select(Revision).join(Revision.guide).options(contains_eager(Revision.guide)).where(is_public())
    if slugs is not None:
        query = query.where(Guide.slug.in_(slugs))
    return list(session.scalars(query.order_by(Guide.slug)))
