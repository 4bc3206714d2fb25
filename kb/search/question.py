"""What a reader typed, taken apart: never an error, whatever it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from kb.search.analysis import LANGUAGES, PART, WORD, fold, is_dutch_word, is_stop_word, row_of, stem, tokens
from kb.search.compounds import Compounds
from kb.search.editors import editors
from kb.search.wordlist import Group

LONGEST = 200
"""Characters that are searched for; the rest is left out, and the page says so."""
MOST_CLAUSES = 16
MOST_WAYS = 40
_OPERATORS = {"AND", "OR", "NOT", "EN", "OF", "NIET"}
_PIECE = re.compile(
    rf"(?P<minus>(?<!\S)[-\u2212])?(?:[\"“”„«»](?P<phrase>[^\"“”„«»]+)[\"“”„«»]|(?P<word>{WORD.pattern}))"
)

SYNONYM = 0.5
"""What another word counts for that means the same."""
SPLIT = 0.6
"""What the parts of a compound count for where they stand apart: "beleid voor inkoop" for "inkoopbeleid"."""
OTHER_LANGUAGE = 0.8
"""What a word counts for in a text that is not in the language of the page."""
IN_A_PLACE = 0.04
"""What an ordinary word counts for in the name of a place, beside other words: "houten meubels" is not about Houten."""
NEAR = 4
"""So many words apart the parts of a compound may stand."""


class Way(NamedTuple):
    """One way in which something can be found: these terms, all of them, in the texts of this language."""

    language: str
    terms: tuple[str, ...]
    offsets: tuple[int, ...] = ()
    """How far each stands from the first; empty: anywhere."""
    near: int = 0
    """So many words apart they may stand, in any order; 0: anywhere, or as `offsets` says."""
    worth: float = 1.0
    in_a_place: float = 1.0
    """What it counts for on a page that bears the name of a place."""


@dataclass(frozen=True)
class Clause:
    """One thing that must be found, in any of these ways."""

    ways: tuple[Way, ...]
    word: str = ""
    """As it was typed, where it is one word."""
    half_typed: bool = False
    """It is the last word, which may go on: if no text holds it, words that begin like this count too."""
    required: bool = False
    """No page without it: the reader put it between quotes."""


class Typed(NamedTuple):
    """A word as it was typed, and where."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Question:
    """All clauses, with the whole of it as it would stand in a title."""

    typed: str
    clauses: tuple[Clause, ...]
    without: tuple[Clause, ...]
    """What no result may hold: the reader put a minus before it."""
    exact: str
    cut: bool
    words: tuple[Typed, ...]
    """The words that are looked for, for suggesting others."""
    at: "Circumstances"
    """What the words were taken to mean by."""


@dataclass(frozen=True)
class Circumstances:
    """What the same words may mean: the language of the page, the compounds and the words that mean the same."""

    language: str
    compounds: Compounds
    groups: tuple[Group, ...] = ()
    """Besides those of the vocabulary."""


def read_question(typed: str, at: Circumstances) -> Question:
    """Take apart what was typed: phrases between quotes, words, a minus before either; other signs are passed over."""
    clean = " ".join(typed.replace("\x00", " ").split())
    text, cut = clean[:LONGEST], len(clean) > LONGEST
    clauses, without, words = list[Clause](), list[Clause](), list[Typed]()
    run = list[Typed]()
    for piece in _PIECE.finditer(text):
        if piece["word"] and not piece["minus"]:
            run += _searched(piece["word"], piece.start("word"))
            continue
        clauses += _clauses(run, at)
        words, run = words + run, []
        if piece["phrase"] and not piece["minus"]:
            words += [word for one in WORD.finditer(piece["phrase"])
                      for word in _searched(one.group(), piece.start("phrase") + one.start())]  # fmt: skip
        clause = _phrase(piece["phrase"], at) if piece["phrase"] else _single(piece["word"], at)
        if clause.ways:
            (without if piece["minus"] else clauses).append(clause)
    clauses += _clauses(run, at)
    half_typed = bool(run) and typed[-1:].isalnum() and not cut
    if half_typed and clauses:
        clauses[-1] = replace(clauses[-1], word=run[-1].text, half_typed=True)
    if len(clauses) > 1:
        clauses = [_beside_others(clause) for clause in clauses]
    exact = "" if without else exact_form(text)
    return Question(text, tuple(clauses[:MOST_CLAUSES]), tuple(without), exact, cut, tuple(words + run), at)


def _beside_others(clause: Clause) -> Clause:
    """Let an ordinary word hardly count in the name of a place: it means something itself, and the rest tells which."""
    if not clause.word or not is_dutch_word(clause.word.casefold()):
        return clause
    return replace(clause, ways=tuple(way._replace(in_a_place=IN_A_PLACE) for way in clause.ways))


def exact_form(text: str) -> str:
    """Return a name as two people would write it alike: folded, one space, without signs."""
    return " ".join(fold(word) for word in PART.findall(text))


def _searched(word: str, start: int) -> list[Typed]:
    # A word that stands in every text of either language would leave out the texts of the other.
    passed_over = word in _OPERATORS or any(is_stop_word(word, language) for language in LANGUAGES)
    return [] if passed_over else [Typed(word, start, start + len(word))]


def _phrase(text: str, at: Circumstances) -> Clause:
    ways = []
    for language in LANGUAGES:
        terms, offsets = row_of(text, language)
        if terms:
            ways.append(Way(language, terms, offsets, worth=_worth(language, at)))
    if len(ways) and len(ways[0].terms) > 1:
        # "Contract manager" between quotes is "contractmanager" too.
        ways.append(Way("nl", (stem("".join(PART.findall(text))),), worth=SPLIT * _worth("nl", at)))
    return Clause(tuple(ways), required=True)


def _single(word: str, at: Circumstances) -> Clause:
    return Clause(tuple(_ways(word, at)))


def _clauses(words: Sequence[Typed], at: Circumstances) -> list[Clause]:
    known = editors(at.groups)
    clauses, place = [], 0
    while place < len(words):
        length, group = known.longest([word.text for word in words[place:]])
        ways = [way for word in words[place : place + 1] for way in _ways(word.text, at)] if length < 2 else []
        if length >= 2:
            ways = [Way(name, _own(words[place : place + length], name), worth=_worth(name, at)) for name in LANGUAGES]
        for row in group:
            ways += _rows(row, at)
        length = max(length, 1)
        clauses.append(Clause(_distinct(ways), word=words[place].text if length == 1 else ""))
        place += length
    return clauses


def _own(words: Sequence[Typed], language: str) -> tuple[str, ...]:
    return tuple(stem("".join(PART.findall(word.text)), language) for word in words)


def _ways(word: str, at: Circumstances) -> list[Way]:
    """A word with a hyphen is found joined ("email") and by its parts; a compound by its parts that stand near."""
    ways = []
    found = list(tokens(word))
    for language in LANGUAGES:
        worth = _worth(language, at)
        ways += [Way(language, (stem(token.word, language),), worth=worth) for token in found if token.joined]
        apart = tuple(stem(token.word, language) for token in found if not token.joined)
        if apart:
            ways.append(Way(language, apart, near=NEAR if len(apart) > 1 else 0, worth=worth))
    parts = at.compounds.stems_in(word) if len(found) == 1 else ()
    if parts:
        ways.append(Way("nl", parts, near=NEAR, worth=SPLIT * _worth("nl", at)))
    return ways


def _rows(row: str, at: Circumstances) -> list[Way]:
    ways = []
    for language in LANGUAGES:
        terms, offsets = row_of(row, language)
        if terms:
            ways.append(Way(language, terms, offsets, worth=SYNONYM * _worth(language, at)))
    return ways


def _distinct(ways: Sequence[Way]) -> tuple[Way, ...]:
    """Leave out what was there before: a word may stand in a group with itself."""
    kept = {(way.language, way.terms): way for way in reversed(ways) if way.terms}
    return tuple(sorted(kept.values(), key=lambda way: -way.worth)[:MOST_WAYS])


def _worth(language: str, at: Circumstances) -> float:
    return 1.0 if language == at.language else OTHER_LANGUAGE
