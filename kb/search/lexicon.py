"""The words of our texts as they are written: which begin like this, and which look like that one."""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property

from kb.search.analysis import fold

_SOUNDS = (
    ("eau", "o"),
    ("ij", "ei"),
    ("ou", "au"),
    ("sch", "sg"),
    ("ch", "g"),
    ("ph", "f"),
    ("th", "t"),
    ("dt", "t"),
    ("qu", "kw"),
)
_SAME = str.maketrans("ckqzvdyjw", "kkksftiiv")
"""Letters that many people take for each other, each written as one of them."""
_TWICE = re.compile(r"(.)\1+")
_BIT = {letter: 1 << place for place, letter in enumerate("abefghiklmnoprstuvx0123456789")}


def sound(word: str) -> str:
    """Return a folded word about as it sounds in Dutch: "diversitijd" is written like "diversiteit"."""
    for letters, instead in _SOUNDS:
        word = word.replace(letters, instead)
    return _TWICE.sub(r"\1", word.translate(_SAME))


def letters_of(word: str) -> int:
    """Return which letters a folded word has, as a set."""
    bits = 0
    for letter in word.translate(_SAME):
        bits |= _BIT.get(letter, 0)
    return bits


class Lexicon:
    """The words of one segment, sorted."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self.accented = {fold(word): word for word in words if not word.isascii()}
        """Folded -> the word with its accents."""

    def __contains__(self, word: str) -> bool:
        place = bisect_left(self.words, word)
        return place < len(self.words) and self.words[place] == word

    def beginning_with(self, beginning: str, most: int) -> Iterator[str]:
        """Yield words that begin like this, at most so many."""
        first = bisect_left(self.words, beginning)
        for word in self.words[first : first + most]:
            if not word.startswith(beginning):
                return
            yield word

    def like(self, word: str, farthest: int) -> Iterator[str]:
        """Yield words of about the same length with about the same letters: few of many, quickly."""
        letters = letters_of(word)
        for length in range(len(word) - farthest, len(word) + farthest + 1):
            words, sets = self._by_length.get(length, ((), ()))
            for place, others in enumerate(sets):
                if (others ^ letters).bit_count() <= farthest + 1:
                    yield words[place]

    @cached_property
    def _by_length(self) -> dict[int, tuple[list[str], "array[int]"]]:
        """Made when somebody mistypes for the first time: it takes a moment."""
        found: dict[int, tuple[list[str], array[int]]] = {}
        for word in self.words:
            words, sets = found.setdefault(len(word), ([], array("L")))
            words.append(word)
            sets.append(letters_of(fold(word)))
        return found
