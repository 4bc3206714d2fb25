"""What goes into the index and what comes out of it, in plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FACETS = ("kind", "theme", "product_group", "year", "language")
"""By what a reader can narrow down; the names of `Found.facets`."""
PAGE = 10
"""Results on a page."""


@dataclass(frozen=True)
class Section:
    """A part of a page that can be linked to; the part before the first heading has no anchor."""

    anchor: str
    title: str
    text: str


@dataclass(frozen=True)
class Translation:
    """The same page in the other language, where both stand at one address."""

    language: str
    title: str
    summary: str = ""
    sections: tuple[Section, ...] = ()
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """A page that can be found. `key` is unique over all kinds."""

    kind: str
    """guide, authority, agreement, buyer_group, ambition, example or question."""
    key: str
    title: str
    path: str
    """May end in #anchor; a section with an anchor of its own goes before it."""
    summary: str = ""
    sections: tuple[Section, ...] = ()
    keywords: tuple[str, ...] = ()
    """Other names and words that find it and are not shown."""
    exact: tuple[str, ...] = ()
    """Names besides the title which, when typed in full, put this page first."""
    weight: float = 1.0
    """Below one for what fewer readers mean, such as an authority that ended."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the result page shows besides; it comes back as it was given."""
    language: str = "nl"
    """The language of the text: its words are stemmed so. Empty for a name, which is the same in every language."""
    is_place: bool = False
    """It bears the name of a place: the ordinary words of which that looks made tell nothing of it."""
    translations: tuple[Translation, ...] = ()
    """A page that stands in both languages at one address has the other text here, and is one result."""
    themes: tuple[str, ...] = ()
    product_groups: tuple[str, ...] = ()
    year: int | None = None
    subject: str = ""
    """What the ledger calls it, where that is not its key: a change of the subject takes out all that it had."""


@dataclass(frozen=True)
class Asked:
    """By what the reader narrowed down; what is empty narrows nothing. Values of one facet: any of them will do."""

    kinds: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    product_groups: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()

    def values(self) -> dict[str, tuple[str, ...]]:
        """Return facet -> the values that were chosen, as the index writes them."""
        years = tuple(str(year) for year in self.years)
        return dict(zip(FACETS, (self.kinds, self.themes, self.product_groups, years, self.languages), strict=True))


@dataclass(frozen=True)
class Piece:
    """A part of an excerpt: words that were searched for are marked."""

    text: str
    marked: bool


@dataclass(frozen=True)
class Hit:
    """One page that was found, with the passage in which the words stand."""

    kind: str
    key: str
    title: str
    path: str
    summary: str
    anchor: str
    """Of the section that holds the words; empty where the title or the summary says it."""
    section: str
    """The heading of that section."""
    excerpt: tuple[Piece, ...]
    facts: Mapping[str, Any]
    language: str = ""
    """Of the title, the summary and the passage: "nl", "en", or empty for a name."""


@dataclass(frozen=True)
class Found:
    """One page of hits, and what one may narrow down to."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Facet -> value -> how many results there would be with that value, under what is chosen at the other facets.
    Only values that give something; years are written as text."""
    page: int = 1
    pages: int = 1
    cut: bool = False
    """The question was longer than is searched for, so its end was left out."""
    empty: bool = False
    """The question held no word that can be searched for."""
    only_without: bool = False
    """It was empty but for words that no result may hold."""
    some_words: bool = False
    """Nothing holds all words, so these pages hold some of them."""
    near: int = 0
    """Few pages hold as many words as were asked, so this many results below them hold one less."""
    suggestion: str = ""
    """What the reader may have meant, in capitals and signs as he typed; it finds something."""

    @property
    def counts(self) -> Mapping[str, int]:
        """How many results there are of each kind."""
        return self.facets.get("kind", {})
