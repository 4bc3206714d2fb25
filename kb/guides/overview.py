"""Which guides a reader wants to see, and how many each further choice would leave. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from kb.guides.reading import GuideCard

PER_PAGE = 24
LAST_PAGE = 10_000
FILTERS = ("thema", "soort", "productgroep")
"""The filters as the address names them, in the order in which they stand there."""


@dataclass(frozen=True)
class Choice:
    """What is chosen at the filters; within one filter any of the values counts, between filters all must."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, name: str) -> tuple[str, ...]:
        """Return what is chosen at one filter."""
        return self.values.get(name, ())

    @property
    def number(self) -> int:
        """How many values are chosen."""
        return sum(len(chosen) for chosen in self.values.values())

    def query(self, page: int = 1) -> str:
        """Return the query string of this choice, and of a page of what it leaves."""
        pairs = [(name, code) for name in FILTERS for code in self.of(name)]
        pairs += [("pagina", str(page))] if page > 1 else []
        return "?" + urlencode(pairs) if pairs else ""

    def without(self, name: str, code: str) -> "Choice":
        """Return this choice with one value taken away."""
        return Choice({**self.values, name: tuple(value for value in self.of(name) if value != code)})


def page_of(asked: str) -> int:
    """Read the number of a page; the first where none was asked for, or what was asked for is none."""
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    return number if 1 <= number <= LAST_PAGE else 1


def read_choice(values: Mapping[str, Sequence[str]], known: Mapping[str, Iterable[str]]) -> Choice:
    """Read the choice from a query string; what the site does not know is passed over."""
    return Choice({name: tuple(code for code in known[name] if code in values.get(name, ())) for name in FILTERS})


def codes_of(card: GuideCard, name: str) -> set[str]:
    """Return the values that a guide has at one filter; a product group counts for its cluster too."""
    if name == "thema":
        return set(card.themes)
    return {card.kind} if name == "soort" else set(card.product_groups) | card.clusters


def filtered(cards: Iterable[GuideCard], choice: Choice, *, apart_from: str = "") -> list[GuideCard]:
    """Return the guides that fit the choice, the ones on fewest themes first when a theme was asked for."""
    asked = {name: set(choice.of(name)) for name in FILTERS if choice.of(name) and name != apart_from}
    fitting = [card for card in cards if all(codes_of(card, name) & codes for name, codes in asked.items())]
    # Who asks for one theme wants the guide on that theme before the guides on all themes.
    return sorted(fitting, key=lambda card: len(card.themes)) if "thema" in asked else fitting


def counts(cards: Sequence[GuideCard], choice: Choice) -> dict[str, dict[str, int]]:
    """Count per value of each filter, under what is chosen at the other filters."""
    found: dict[str, dict[str, int]] = {name: {} for name in FILTERS}
    for name, tally in found.items():
        for card in filtered(cards, choice, apart_from=name):
            for code in codes_of(card, name):
                tally[code] = tally.get(code, 0) + 1
    return found
