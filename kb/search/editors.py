"""What editors let mean the same, ready for questions: the groups of the vocabulary and those that staff added."""

from collections.abc import Sequence
from functools import lru_cache

from kb.search.analysis import LANGUAGES, PART, WORD, fold, is_stop_word, stem
from kb.search.lexicon import Lexicon
from kb.search.wordlist import Group, word_list

MOST_JOINED = 3
"""So many words that were typed apart may be one: "milieu kosten indicator"."""
LONGEST_ROW = 8
"""Words of a row that are compared with what was typed."""


class Editors:
    """The groups of words, by the terms with which each row begins, and the words in them."""

    def __init__(self, more: Sequence[Group]) -> None:
        groups = (*word_list().groups, *more)
        texts = (*word_list().written, *(row for group in more for row in group))
        self.written = frozenset(fold(word) for text in texts for word in (*PART.findall(text), *WORD.findall(text)))
        """All words that editors wrote, folded: never mistyped, whether a text holds them or not."""
        self._rows: dict[str, list[tuple[tuple[str, ...], Group]]] = {}
        self.holding: dict[str, list[Group]] = {}
        """Word -> the groups with a row that holds it."""
        for group in groups:
            for row in group:
                words = [word for word in WORD.findall(row) if not any(is_stop_word(word, name) for name in LANGUAGES)]
                for terms in {tuple(map(one_term, words)), (one_term(row),)} - {()}:
                    self._rows.setdefault(terms[0], []).append((terms, group))
                for word in words:
                    self.holding.setdefault(word.lower(), []).append(group)
        self.words = Lexicon(sorted(self.holding))

    def longest(self, words: Sequence[str]) -> tuple[int, Group]:
        """Return how many of these words, from the first, stand in a group, and all that means the same.

        Words typed apart are also looked for as one, and one word as the row of which it is made.
        """
        stems = tuple(map(one_term, words[:LONGEST_ROW]))
        length, rows = 0, list[str]()
        for terms, group in self._rows.get(stems[0], ()):
            if stems[: len(terms)] == terms and len(terms) >= length:
                # A word may stand in more than one group; then all of them count.
                rows = [*(rows if len(terms) == length else []), *group]
                length = len(terms)
        return (length, tuple(rows)) if length > 1 else self._joined(words) or (length, tuple(rows))

    def _joined(self, words: Sequence[str]) -> tuple[int, Group] | None:
        for number in range(min(MOST_JOINED, len(words)), 1, -1):
            whole = one_term("".join(words[:number]))
            rows = [row for terms, group in self._rows.get(whole, ()) if terms == (whole,) for row in group]
            if rows:
                return number, tuple(rows)
        return None


def one_term(text: str) -> str:
    """Return the form of a word, or of words written as one."""
    return stem("".join(PART.findall(text)))


@lru_cache(maxsize=8)
def editors(more: tuple[Group, ...]) -> Editors:
    """Return what editors know, with these groups besides; made once."""
    return Editors(more)
