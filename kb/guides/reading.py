"""Reads what is public: the cards of all guides, and one guide with what belongs beside it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from common.vocabulary import vocabulary
from kb.guides.fields import clusters_of
from kb.guides.models import EndingKind, Guide, GuideAddress, GuideEnding, Revision

CHARACTERS_A_MINUTE = 1300
"""Of plain Markdown; about 200 words, which is how fast an attentive reader goes."""
_Original, _Its = aliased(Guide), aliased(Revision)
_COLUMNS = (
    Guide.id, Guide.slug, Guide.translation_of_id,
    Revision.title, Revision.summary, Revision.kind, Revision.themes, Revision.product_groups, Revision.level,
    Revision.reviewed_on, Revision.related, Revision.language, Revision.reviewed_by, Revision.review_due_on,
    func.length(Revision.body).label("length"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
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
    id: int = 0
    original_id: int | None = None
    """Of an English version: the Dutch guide."""

    @property
    def is_starter(self) -> bool:
        """Whether it is meant for a reader who begins."""
        return self.level == next(iter(vocabulary().guide_levels), "")


def is_public(revision: Any = Revision) -> ColumnElement[bool]:
    """Return the condition "everybody reads this revision": published, not replaced, and its guide did not end.

    `revision` is Revision, or an alias of it.
    """
    ended = select(GuideEnding.id).where(GuideEnding.guide_id == revision.guide_id, end_holds())
    return and_(
        revision.published_at.is_not(None), revision.superseded_at.is_(None), ~ended.correlate(revision).exists()
    )


def end_holds() -> ColumnElement[bool]:
    """Return the condition "this guide ended so, and is not back"."""
    return and_(GuideEnding.superseded_at.is_(None), GuideEnding.kind != EndingKind.BACK)


def public_cards(session: Session, slugs: Collection[str] | None = None, ids: Collection[int] = ()) -> list[GuideCard]:
    """Return all public guides, or those with these addresses or ids, in the order of reading. Two queries at most.

    Without their texts. At 10,000 guides all of them take a second: ask for some, or take kb/guides/shelf.py.
    """
    wanted = (or_(Guide.slug.in_(slugs), Guide.id.in_(ids)),) if slugs is not None else ()
    rows = session.execute(select(*_COLUMNS).join(Revision.guide).where(is_public(), *wanted))
    cards = [_card(row) for row in rows]
    if slugs is None or not cards:
        return in_reading_order(with_translations(cards))
    other = _translations(session, [card.id for card in cards])
    return in_reading_order(replace(card, translation=other.get(card.id)) for card in cards)


def _translations(session: Session, guide_ids: Collection[int]) -> dict[int, str]:
    """Return per guide the address of the same guide in the other language, where both are public. One query."""
    query = select(Guide.id, Guide.slug, _Original.id.label("original_id"), _Original.slug.label("original"))
    query = query.join(Revision.guide).join(_Original, Guide.translation_of_id == _Original.id)
    query = query.join(_Its, _Its.guide_id == _Original.id).where(is_public(), is_public(_Its))
    query = query.where(or_(Guide.id.in_(guide_ids), _Original.id.in_(guide_ids)))
    found: dict[int, str] = {}
    for row in session.execute(query.order_by(Guide.id.desc())):
        found |= {row.id: row.original, row.original_id: row.slug}
    return found


def with_translations(cards: Collection[GuideCard]) -> list[GuideCard]:
    """Return all public cards, each with the address of the same guide in the other language."""
    pairs = sorted((card for card in cards if card.original_id), key=lambda card: -card.id)
    by_id = {card.id: card for card in cards} if pairs else {}
    other: dict[int, str] = {}
    for card in pairs:
        original = by_id.get(card.original_id or 0)
        if original:
            other |= {card.id: original.slug, original.id: card.slug}
    return [
        card if card.translation == other.get(card.id) else replace(card, translation=other.get(card.id))
        for card in cards
    ]


def in_reading_order(cards: Iterable[GuideCard]) -> list[GuideCard]:
    """Return guides for beginners first, then by kind and title."""
    return sorted(cards, key=_place)


def _card(row: Any) -> GuideCard:
    return GuideCard(
        slug=row.slug,
        title=row.title,
        summary=row.summary,
        kind=row.kind,
        themes=tuple(row.themes),
        product_groups=tuple(row.product_groups),
        clusters=_clusters(tuple(row.product_groups)),
        level=row.level,
        minutes=max(1, round(row.length / CHARACTERS_A_MINUTE)),
        reviewed_on=row.reviewed_on,
        related=tuple(row.related),
        language=row.language,
        reviewed_by=row.reviewed_by,
        due=row.review_due_on,
        id=row.id,
        original_id=row.translation_of_id,
    )


@lru_cache(4096)
def _clusters(product_groups: tuple[str, ...]) -> frozenset[str]:
    return frozenset(clusters_of(product_groups))


def _place(card: GuideCard) -> tuple[int, int, str]:
    levels, kinds = _orders()
    return levels.get(card.level, len(levels)), kinds.get(card.kind, len(kinds)), card.title.casefold()


@cache
def _orders() -> tuple[dict[str, int], dict[str, int]]:
    words = vocabulary()
    return (
        {code: place for place, code in enumerate(words.guide_levels)},
        {code: place for place, code in enumerate(words.guide_kinds)},
    )


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
        .where(Guide.slug == slug, end_holds(), was_public.exists())
        .order_by(GuideEnding.id.desc())
        .limit(1)
    ).one_or_none()


def find_version(session: Session, slug: str, number: int) -> Revision | None:
    """Return a version that was public once, with its guide; None where the guide was taken off the site. One query.

    Of a guide that was withdrawn the versions stay readable: its page explains why, and what it said is no secret.
    """
    gone = select(GuideEnding.id).where(
        GuideEnding.guide_id == Guide.id, end_holds(), GuideEnding.kind == EndingKind.UNPUBLISHED
    )
    return session.scalars(
        select(Revision)
        .join(Revision.guide)
        .options(contains_eager(Revision.guide))
        .where(Guide.slug == slug, Revision.number == number, Revision.published_at.is_not(None), ~gone.exists())
    ).one_or_none()


def public_titles(session: Session, slugs: Collection[str]) -> dict[str, str]:
    """Return the titles of those of these guides that are public, by their addresses. One query."""
    query = select(Guide.slug, Revision.title).join(Revision.guide).where(Guide.slug.in_(slugs), is_public())
    return {row.slug: row.title for row in session.execute(query)}


def public_revisions(session: Session, slugs: Sequence[str] | None = None) -> list[Revision]:
    """Return the public revisions of all guides, or of these, with their texts. One query."""
    query = select(Revision).join(Revision.guide).options(contains_eager(Revision.guide)).where(is_public())
    if slugs is not None:
        query = query.where(Guide.slug.in_(slugs))
    return list(session.scalars(query.order_by(Guide.slug)))
