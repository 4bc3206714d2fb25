"""What to read after a guide, and why; which guides stand before and after it within a theme. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

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


def see_also(card: GuideCard, cards: Sequence[GuideCard], linking: Collection[str], most: int = MOST) -> list[SeeAlso]:
    """Return the guides to read next: named by its author, then those that link to it, then those most like it."""
    others = {other.slug: other for other in cards if other.slug not in {card.slug, card.translation}}
    same = {other.translation: other for other in others.values() if other.translation}
    named = [SeeAlso(found, "named") for slug in card.related if (found := others.get(slug) or same.get(slug))]
    linked = [SeeAlso(found, "links") for slug in sorted(linking) if (found := others.get(slug) or same.get(slug))]
    chosen = _each_once([*named, *linked])
    if len(chosen) >= most:
        return chosen[: max(most, len(named))]
    taken = {one.card.slug for one in chosen}
    alike = sorted(_alike(card, (other for other in others.values() if other.slug not in taken)), key=_by_likeness)
    return [*chosen, *(one for _, one in alike[: most - len(chosen)])]


def _each_once(found: Iterable[SeeAlso]) -> list[SeeAlso]:
    first: dict[str, SeeAlso] = {}
    for one in found:
        first.setdefault(one.card.slug, one)
    return list(first.values())


def _alike(card: GuideCard, others: Iterable[GuideCard]) -> Iterable[tuple[float, SeeAlso]]:
    """Yield how much each other guide has in common with this one: a product group says more than a theme."""
    groups, themes = set(card.product_groups), set(card.themes)
    for other in others:
        both_groups, both_themes = groups.intersection(other.product_groups), themes.intersection(other.themes)
        # A guide on one shared theme is nearer than one on all themes.
        near = len(both_themes) / len(themes.union(other.themes)) if both_themes else 0.0
        if both_groups:
            yield 1.0 + near, SeeAlso(other, "product_group", tuple(sorted(both_groups)))
        elif both_themes:
            yield near, SeeAlso(other, "theme", tuple(code for code in card.themes if code in both_themes))


def _by_likeness(found: tuple[float, SeeAlso]) -> tuple[float, str]:
    return -found[0], found[1].card.title.casefold()


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
