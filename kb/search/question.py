"""What a reader typed, taken apart: never an error, whatever it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from kb.search.analysis import PART, WORD, fold, is_stop_word, stem, terms, word_list

LONGEST = 200
"""Characters that are searched for; the rest is left out, and the page says so."""
MOST_CLAUSES = 16
_OPERATORS = {"AND", "OR", "NOT", "EN", "OF", "NIET"}
_PHRASE = re.compile(r"[\"“”„«»]([^\"“”„«»]+)[\"“”„«»]")

Words = tuple[str, ...]


@dataclass(frozen=True)
class Clause:
    """One thing that must be found, in any of these ways; each way is a row of terms."""

    ways: tuple[Words, ...]
    phrase: bool = False
    """The terms must stand side by side: the reader put them between quotes."""
    beginning: str = ""
    """The last word may still be half typed: other words that begin like this count too."""


@dataclass(frozen=True)
class Question:
    """All clauses, with the whole of it as it would stand in a title."""

    clauses: tuple[Clause, ...]
    exact: str
    cut: bool
    words: Words
    """The words as they were typed, for suggesting others."""


def read_question(typed: str) -> Question:
    """Take apart what was typed: phrases between quotes, then words; operators and signs are passed over."""
    clean = " ".join(typed.replace("\x00", " ").split())
    text, cut = clean[:LONGEST], len(clean) > LONGEST
    clauses: list[Clause] = []
    for phrase in _PHRASE.findall(text):
        row = tuple(dict.fromkeys(term.text for term in terms(phrase)))
        if row:
            clauses.append(Clause((row,), phrase=len(row) > 1))
    rest = _PHRASE.sub(" ", text)
    words = [word for word in WORD.findall(rest) if word not in _OPERATORS and not is_stop_word(word)]
    clauses += _clauses(words)
    half_typed = bool(words) and typed[-1:].isalnum() and not cut
    if half_typed and clauses:
        last = clauses.pop()
        clauses.append(Clause(last.ways, last.phrase, fold(words[-1])))
    return Question(tuple(clauses[:MOST_CLAUSES]), exact_form(text), cut, tuple(words))


def exact_form(text: str) -> str:
    """Return a name as two people would write it alike: folded, one space, without signs."""
    return " ".join(fold(word) for word in PART.findall(text))


def _clauses(words: Sequence[str]) -> list[Clause]:
    stems = [stem("".join(PART.findall(word))) for word in words]
    clauses, at = [], 0
    while at < len(words):
        length, group = _longest_synonym(stems, at)
        if length:
            own = tuple(stems[at : at + length])
            clauses.append(Clause((own, *(way for way in group if way != own))))
            at += length
            continue
        clauses.append(Clause(_ways(words[at])))
        at += 1
    return clauses


def _ways(word: str) -> tuple[Words, ...]:
    """A word with a hyphen is found joined ("email"), and by its parts."""
    found = [term.text for term in terms(word)]
    if len(found) <= 1:
        return (tuple(found or [stem(word)]),)
    return (found[0],), tuple(found[1:])


@cache
def _synonyms() -> dict[str, tuple[tuple[Words, tuple[Words, ...]], ...]]:
    """First term -> the rows of terms that begin with it, each with all rows that mean the same."""
    known: dict[str, list[tuple[Words, tuple[Words, ...]]]] = {}
    groups = word_list().get("groups")
    for group in groups if isinstance(groups, list) else []:
        rows = tuple(dict.fromkeys(tuple(term.text for term in terms(str(text))) for text in group))
        for row in rows:
            known.setdefault(row[0], []).append((row, rows))
    return {first: tuple(rows) for first, rows in known.items()}


def _longest_synonym(stems: Sequence[str], at: int) -> tuple[int, tuple[Words, ...]]:
    best: tuple[int, tuple[Words, ...]] = (0, ())
    for row, group in _synonyms().get(stems[at], ()):
        if tuple(stems[at : at + len(row)]) == row and len(row) >= best[0]:
            # A word may stand in more than one group; then all of them count.
            best = (len(row), (*best[1], *group) if len(row) == best[0] else group)
    return best
