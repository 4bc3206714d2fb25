"""What to read after a guide, and why; which guides stand before and after it within a theme. Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from kb.guides.reading import GuideCard

MOST = 6


@dataclass(frozen=True)
class SeeAlso:
    """Another guide, and why it is worth reading after this one."""

    card: GuideCard
    reason: str
    """named (this guide's author named it), links (its text leads here), product_group or theme."""
    codes: tuple[str, ...] = ()
    """The product groups or themes that the two have in common."""


@dataclass(frozen=True)
class Neighbours:
    """Where a guide stands among those of one theme."""

    theme: str
    before: GuideCard | None
    after: GuideCard | None
    place: int
    total: int


def in_language(cards: Iterable[GuideCard], language: str) -> list[GuideCard]:
    """Return each guide once: in this language where there is such a version; those in another language come last."""
    kept = [card for card in cards if card.language == language or not card.translation]
    return sorted(kept, key=lambda card: card.language != language)


def see_also(
    card: GuideCard,
    cards: Mapping[str, GuideCard],
    linking: Collection[str],
    alike: Iterable[SeeAlso],
    most: int = MOST,
) -> list[SeeAlso]:
    """Return the guides to read next: named by its author, then those that link to it, then those most like it.

    Each stands there once, in the language of this guide where there is such a version.
    """
    named = [SeeAlso(found, "named") for slug in card.related if (found := _version_for(card, cards, slug))]
    linked = [SeeAlso(found, "links") for slug in sorted(linking) if (found := _version_for(card, cards, slug))]
    return _each_once([*named, *linked, *alike])[: max(MOST, len(named))]


def _version_for(card: GuideCard, cards: Mapping[str, GuideCard], slug: str) -> GuideCard | None:
    found = cards.get(slug)
    if found and found.language != card.language and found.translation:
        found = cards.get(found.translation)
    return found if found and found.slug not in {card.slug, card.translation} else None


def _each_once(found: Iterable[SeeAlso]) -> list[SeeAlso]:
    first: dict[str, SeeAlso] = {}
    for one in found:
        first.setdefault(one.card.slug, one)
    return list(first.values())


def most_alike(card: GuideCard, others: Iterable[GuideCard], most: int = 2 * MOST) -> list[SeeAlso]:
    """Return the guides that have most in common with this one: a product group says more than a theme."""
    best = nsmallest(most, _likeness(card, others), key=lambda found: (-found[0], found[1].title.casefold()))
    return [SeeAlso(other, reason, codes) for _, other, reason, codes in best]


def _likeness(card: GuideCard, others: Iterable[GuideCard]) -> Iterator[tuple[float, GuideCard, str, tuple[str, ...]]]:
    groups, themes = set(card.product_groups), set(card.themes)
    same = {card.slug, card.translation}
    for other in others:
        if other.slug in same:
            continue
        both_groups, both_themes = groups.intersection(other.product_groups), themes.intersection(other.themes)
        # A guide on one shared theme is nearer than one on all themes.
        near = len(both_themes) / len(themes.union(other.themes)) if both_themes else 0.0
        if both_groups:
            yield 1.0 + near, other, "product_group", tuple(sorted(both_groups))
        elif both_themes:
            yield near, other, "theme", tuple(code for code in card.themes if code in both_themes)


def theme_of(card: GuideCard, asked: str) -> str | None:
    """Return the theme in which somebody pages: the one that the address names, else the only one of the guide."""
    if asked in card.themes:
        return asked
    return card.themes[0] if len(card.themes) == 1 else None


def neighbours(card: GuideCard, theme: str | None, in_theme: Callable[[str], Sequence[GuideCard]]) -> Neighbours | None:
    """Return the guides before and after this one within a theme; None where it stands there alone."""
    row = in_theme(theme) if theme else []
    place = next((place for place, other in enumerate(row) if other.slug == card.slug), None)
    if theme is None or place is None or len(row) < 2:
        return None
    return Neighbours(
        theme=theme,
        before=row[place - 1] if place else None,
        after=row[place + 1] if place + 1 < len(row) else None,
        place=place + 1,
        total=len(row),
    )


def translated_links(cards: Mapping[str, GuideCard], language: str) -> Callable[[str], str]:
    """Return what gives for the address of a guide the one of the same guide in this language, where there is one."""

    def address(slug: str) -> str:
        card = cards.get(slug)
        return card.translation if card and card.language != language and card.translation else slug

    return address
