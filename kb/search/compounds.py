"""Dutch compounds: "inkoopbeleid" is about "beleid" and about "inkoop".

The parts come from our own texts: what stands there as a word may be part of a longer one. They are gathered while the
index is made, and kept beside it.
"""

from collections.abc import Iterable

from kb.search.analysis import LANGUAGES, PART, SHORTEST_PART, cuts, heads, is_dutch_word, is_stop_word, stem

MOST_KEPT = 100_000
COMPOUND = 0.7
"""What a part of a compound counts for, beside the word itself."""
_DEPTH = 2


def parts_in(texts: Iterable[str]) -> set[str]:
    """Return the words of these texts that may be part of a compound."""
    return {
        word.casefold()
        for text in texts
        for word in PART.findall(text)
        if len(word) >= SHORTEST_PART and word.isalpha() and not is_stop_word(word)
    }


class Compounds:
    """Cuts compounds in the words of which they are made."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        self.own = frozenset(own)
        self._known: dict[str, tuple[str, ...]] = {}
        self._forms: dict[str, dict[str, tuple[tuple[str, float], ...]]] = {language: {} for language in LANGUAGES}

    def stems_in(self, word: str) -> tuple[str, ...]:
        """Return the stems of the parts, in their order; nothing when the word is not a compound that is known."""
        found = self._known.get(word)
        if found is None:
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            found = tuple(stem(part) for part in self._parts(word.casefold(), _DEPTH))
            self._known[word] = found = found if len(found) > 1 else ()
        return found

    def forms(self, word: str, language: str) -> tuple[tuple[str, float], ...]:
        """Return the terms under which a word of a text is kept, each with what it counts for; none for a stop word."""
        known = self._forms[language]
        found = known.get(word)
        if found is None:
            if len(known) >= MOST_KEPT:
                known.clear()
            found = known[word] = self._forms_of(word, language)
        return found

    def _forms_of(self, word: str, language: str) -> tuple[tuple[str, float], ...]:
        if is_stop_word(word, language):
            return ()
        whole = stem(word, language)
        parts = self.stems_in(word) if language == "nl" and len(word) >= 2 * SHORTEST_PART else ()
        return ((whole, 1.0), *((part, COMPOUND) for part in dict.fromkeys(parts) if part != whole))

    def _parts(self, word: str, depth: int) -> tuple[str, ...]:
        cut = self._cut(word) if depth else None
        if not cut:
            return (word,)
        return (*self._parts(cut[0], depth - 1), *self._parts(cut[1], depth - 1))

    def _cut(self, word: str) -> tuple[str, str] | None:
        """Cut in two words that are known: of our own texts rather than of the word list; the longest second wins."""
        # A word of the list is only a compound when its parts are long: "rapportages" is not about ages.
        least = SHORTEST_PART + 1 if is_dutch_word(word) else SHORTEST_PART
        best: tuple[int, str, str] | None = None
        for head, tail in cuts(word, SHORTEST_PART):
            of_tail = self._worth(tail, least)
            if not of_tail:
                continue
            for first in heads(head):
                of_head = self._worth(first, least)
                if of_head and (not best or of_head + of_tail > best[0]):
                    best = (of_head + of_tail, first, tail)
        return (best[1], best[2]) if best else None

    def _worth(self, part: str, least: int) -> int:
        if part in self.own:
            return 2
        return 1 if len(part) >= least and is_dutch_word(part) and not is_stop_word(part) else 0
