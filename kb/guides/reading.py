"""Reads what is public: the cards of all guides, and one guide with what belongs beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, contains_eager

from common.vocabulary import vocabulary
from kb.guides.fields import clusters_of
from kb.guides.models import Guide, Revision

CHARACTERS_A_MINUTE = 1300
"""Of plain Markdown; about 200 words, which is how fast an attentive reader goes."""
RELATED = 4


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

    @property
    def is_starter(self) -> bool:
        """Whether it is meant for a reader who begins."""
        return self.level == next(iter(vocabulary().guide_levels), "")


def is_public() -> ColumnElement[bool]:
    """Return the condition "everybody reads this revision"."""
    return and_(Revision.published_at.is_not(None), Revision.superseded_at.is_(None))


def public_cards(session: Session) -> list[GuideCard]:
    """Return all public guides, for beginners first, then by kind and title. One query, without the texts."""
    rows = session.execute(
        select(
            Guide.slug,
            Revision.title,
            Revision.summary,
            Revision.kind,
            Revision.themes,
            Revision.product_groups,
            Revision.level,
            Revision.reviewed_on,
            Revision.related,
            func.length(Revision.body).label("length"),
        )
        .join(Revision.guide)
        .where(is_public())
    )
    cards = [
        GuideCard(
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
        )
        for row in rows
    ]
    return sorted(cards, key=_place)


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
