"""Which guides a reader wants to see, and how many each further choice would leave. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from kb.guides.reading import GuideCard


@dataclass(frozen=True)
class Choice:
    """What is chosen at the filters; within one filter any of the values counts, between filters all must."""

    themes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    product_group: str = ""

    @property
    def number(self) -> int:
        """How many filters are on."""
        return len(self.themes) + len(self.kinds) + bool(self.product_group)

    def query(self) -> str:
        """Return the query string of this choice, without empty values."""
        pairs = [("thema", code) for code in self.themes] + [("soort", code) for code in self.kinds]
        pairs += [("productgroep", self.product_group)] if self.product_group else []
        return "?" + urlencode(pairs) if pairs else ""

    def without(self, name: str, code: str) -> "Choice":
        """Return this choice with one value taken away."""
        if name == "product_group":
            return replace(self, product_group="")
        kept = tuple(value for value in getattr(self, name) if value != code)
        return replace(self, themes=kept) if name == "themes" else replace(self, kinds=kept)


def read_choice(values: Mapping[str, Sequence[str]], known: Mapping[str, Iterable[str]]) -> Choice:
    """Read the choice from a query string; what the site does not know is passed over."""

    def chosen(name: str) -> tuple[str, ...]:
        asked = set(values.get(name, ()))
        return tuple(code for code in known[name] if code in asked)

    groups = chosen("productgroep")
    return Choice(chosen("thema"), chosen("soort"), groups[0] if groups else "")


def filtered(cards: Iterable[GuideCard], choice: Choice) -> list[GuideCard]:
    """Return the guides that fit the choice, in their own order."""
    return [card for card in cards if all(fits(card) for fits in _conditions(choice).values())]


def _conditions(choice: Choice) -> dict[str, Callable[[GuideCard], bool]]:
    return {
        "themes": lambda card: not choice.themes or bool(set(choice.themes) & set(card.themes)),
        "kinds": lambda card: not choice.kinds or card.kind in choice.kinds,
        "product_group": lambda card: not choice.product_group or choice.product_group in groups_of(card),
    }


def groups_of(card: GuideCard) -> set[str]:
    """Return the product groups of a guide with the clusters that hold them."""
    return set(card.product_groups) | card.clusters


@dataclass(frozen=True)
class Counts:
    """For each value of each filter: how many guides there would be if it were the only one chosen there."""

    themes: Mapping[str, int]
    kinds: Mapping[str, int]
    product_groups: Mapping[str, int]


def counts(cards: Sequence[GuideCard], choice: Choice) -> Counts:
    """Count per value, under what is chosen at the other filters."""
    conditions = _conditions(choice)

    def left(own: str) -> list[GuideCard]:
        others = [fits for name, fits in conditions.items() if name != own]
        return [card for card in cards if all(fits(card) for fits in others)]

    return Counts(
        themes=_tally(card.themes for card in left("themes")),
        kinds=_tally((card.kind,) for card in left("kinds")),
        product_groups=_tally(groups_of(card) for card in left("product_group")),
    )


def _tally(rows: Iterable[Iterable[str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        for code in row:
            found[code] = found.get(code, 0) + 1
    return found
