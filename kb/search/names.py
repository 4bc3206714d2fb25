"""Names that begin as somebody types: kept in memory, found by the beginning of any of their words.

The search engine is too slow for this (47 ms, up to 0.9 s at 10,000 pages); a sorted list of words is not. Pure: who
fills it (website/suggestions.py) reads names from the database and nothing else.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import chain

from kb.search.analysis import fold

FEWEST = 2
"""Letters before anything is suggested."""
MOST, MOST_OF_ONE_KIND = 8, 5
LONGEST = 60
"""Characters that are looked at: no name is told apart after so many."""
_WORD = re.compile(r"[^\W_]+")
_LAST = "\U0010ffff"

Place = tuple[bool, int, int, int, int, str]
"""Where a name comes among others: the lower the better."""


@dataclass(frozen=True, slots=True)
class Name:
    """Something with a page of its own, by the names under which people know it."""

    kind: str
    key: str
    """Of the page: of names with the same key the one that fits best is suggested."""
    path: str
    names: tuple[str, ...]
    """The first one is shown."""
    language: str = ""
    """Of the page it leads to; empty where it is the same in every language."""
    rank: int = 0
    """Lower comes first among names that fit as well."""
    is_over: bool = False
    """Whether it is no more: of what is so by name alone, what is there still comes first."""
    note: str = ""
    """A code of what it is, for the page to put in words."""


def _folded(name: str) -> str:
    """Return the words of a name in lower case, without accents and signs; thema's is one word."""
    return " ".join(_WORD.findall(fold(name.replace("'", "").replace("\u2019", ""))))


class Names:
    """Names with their words in order; never changed once it is made."""

    def __init__(self, parts: Iterable[Sequence[Name]]) -> None:
        self._names = list(chain.from_iterable(parts))
        self._folded = [tuple(map(_folded, name.names)) for name in self._names]
        # A word once per name, with the place where it stands: who types the first word means the name most.
        pairs = sorted(
            (word, number)
            for number, name in enumerate(self._names)
            for word in {word for each in self._folded[number] for word in each.split()}
        )
        self._words = [word for word, _ in pairs]
        self._numbers = [number for _, number in pairs]
        self._kept: dict[tuple[str, str], tuple[Name, ...]] = {}

    def __len__(self) -> int:
        return len(self._names)

    def suggest(self, typed: str, language: str = "") -> tuple[Name, ...]:
        """Return the names that hold words beginning with all that was typed, the likeliest first; at most `MOST`.

        Of pages in more than one language those in `language` come first. Nothing below `FEWEST` letters.
        """
        words = tuple(_folded(typed[:LONGEST]).split())
        if sum(map(len, words)) < FEWEST:
            return ()
        asked = (" ".join(words), language)
        if asked not in self._kept:
            # What people type first is the same every time; what nobody types again is not worth the room.
            self._kept = self._kept if len(self._kept) < 2000 else {}
            self._kept[asked] = self._find(words, language)
        return self._kept[asked]

    def _find(self, words: tuple[str, ...], language: str) -> tuple[Name, ...]:
        longest = max(words, key=len)
        first, last = bisect_left(self._words, longest), bisect_left(self._words, longest + _LAST)
        by_kind: dict[str, dict[str, tuple[Place, int]]] = {}
        for number in set(self._numbers[first:last]):
            name = self._names[number]
            folded = self._folded[number]
            if len(words) == 1 or _holds(folded, words):
                row = (_place(name, folded, " ".join(words), language), number)
                rows = by_kind.setdefault(name.kind, {})
                rows[name.key] = min(row, rows.get(name.key, row))
        best = [(place, row) for rows in by_kind.values() for place, row in enumerate(nsmallest(MOST, rows.values()))]
        # No kind takes all the room while another has something too.
        chosen = sorted(row for _, row in sorted(best, key=lambda one: (one[0] >= MOST_OF_ONE_KIND, one[1]))[:MOST])
        return tuple(self._names[number] for _, number in chosen)


def _holds(folded: Sequence[str], words: Sequence[str]) -> bool:
    """Say whether each typed word begins a word of one and the same name."""
    return any(all(any(own.startswith(word) for own in name.split()) for word in words) for name in folded)


def _place(name: Name, folded: Sequence[str], typed: str, language: str) -> Place:
    fits = min(_fit(each, typed) for each in folded)
    foreign = bool(language and name.language and name.language != language)
    return fits > 0, foreign + name.is_over, fits, name.rank, len(name.names[0]), name.names[0]


def _fit(name: str, typed: str) -> int:
    """0: it is the name. 1: the name begins so. 2: words of it do."""
    return 0 if name == typed else 1 if name.startswith(typed) else 2
