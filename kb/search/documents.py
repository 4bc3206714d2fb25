"""What goes into the index and what comes out of it, in plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Section:
    """A part of a page that can be linked to; the part before the first heading has no anchor."""

    anchor: str
    title: str
    text: str


@dataclass(frozen=True)
class Document:
    """A page that can be found. `key` is unique over all kinds, and reads like a subject of the ledger."""

    kind: str
    key: str
    title: str
    path: str
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
    section: str
    excerpt: tuple[Piece, ...]
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """One page of hits, and how many there are of each kind."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    page: int = 1
    pages: int = 1
    cut: bool = False
    """The question was longer than is searched for, so its end was left out."""
    empty: bool = False
    """The question held no word that can be searched for."""
    some_words: bool = False
    """Nothing holds all words, so these pages hold some of them."""
    suggestion: str = ""
    """What the reader may have meant, when nothing was found."""
