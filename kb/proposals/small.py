"""What counts as a small correction: a typing error, and nothing that a reader must be able to rely on. Pure.

The limits are ours: a correction goes out without a second person, so it may change how something is written and never
what it says.
"""

import enum
import re
from collections.abc import Mapping
from dataclasses import replace
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Final

from common.comparing import compare
from common.errors import N_
from common.markdown import render_markdown
from kb.guides.fields import GuideFields
from kb.proposals.turning import turning_words, words_of

MOST_CHARACTERS: Final = 40
"""Characters that went and came together, in title, summary and text."""
WORDS: Final = ("title", "summary", "body")
"""The fields in which a correction may change something."""
_ADDRESS = re.compile(r'(?:href|src)="([^"]*)"')
_BETWEEN = re.compile(r"\w+")
_FIGURE = re.compile(r"\d+(?:[.,:/-]\d+)*\s*%?")
MOST_IN_A_WORD: Final = 2
"""Letters that went and came in one word: a letter too many is one, two that changed places are two."""
SHORTEST_WORD: Final = 4
"""Letters of a word in which a slip can be told from another word."""
_DENYING = ("on", "in", "im", "il", "ir", "un", "a", "non")
_MARKS = re.compile(r"[\s.,;:!?'\"‘’“”]+")


class TooMuch(enum.StrEnum):
    """Why a change is no small correction."""

    NOTHING = "nothing"
    LONG = "long"
    LINK = "link"
    FIGURE = "figure"
    HEADING = "heading"
    MEANING = "meaning"
    WORDS = "words"
    """Only where a guide asks for four eyes."""
    TOGETHER = "together"
    """Likewise, with the corrections before it."""
    OTHER = "other"


SENTENCES: Mapping[TooMuch, str] = MappingProxyType(
    {
        TooMuch.NOTHING: N_("Er is niets veranderd."),
        TooMuch.LONG: N_("Er veranderen %(num)s tekens. Een kleine verbetering is hoogstens %(most)s tekens."),
        TooMuch.LINK: N_("Er verandert een link, een afbeelding of een bestand. Een collega moet kijken of die klopt."),
        TooMuch.FIGURE: N_("Er verandert een getal of een datum. Een collega moet kijken of dat klopt."),
        TooMuch.HEADING: N_("Er verandert een kopje. Links naar dat deel werken dan niet meer."),
        TooMuch.MEANING: N_(
            "Er verandert een woord waar de betekenis aan hangt, zoals niet, moet, alle, minimaal of twee."
        ),
        TooMuch.WORDS: N_(
            "Deze gids vraagt om twee mensen. Alleen kunt u hier hoogstens letters in een woord verbeteren."
        ),
        TooMuch.TOGETHER: N_(
            "Met de kleine verbeteringen hiervoor zijn het %(num)s tekens die nog geen collega zag. Deze gids vraagt om"
            " twee mensen: het mogen er hoogstens %(most)s zijn."
        ),
        TooMuch.OTHER: N_("Er verandert meer dan titel, samenvatting en tekst."),
    }
)
"""In the words of the page; LONG and TOGETHER take num and most."""


def why_not_small(old: GuideFields, new: GuideFields) -> tuple[TooMuch, ...]:
    """Return all that makes this more than a small correction; empty when it is one."""
    if old == new:
        return (TooMuch.NOTHING,)
    before, after = render_markdown(old.body, old.language), render_markdown(new.body, new.language)
    others = {name: getattr(old, name) for name in WORDS}
    found = {
        TooMuch.LONG: characters_changed(old, new) > MOST_CHARACTERS,
        TooMuch.LINK: _ADDRESS.findall(before.html) != _ADDRESS.findall(after.html)
        and before.headings == after.headings,
        TooMuch.FIGURE: _found(_FIGURE, old) != _found(_FIGURE, new),
        TooMuch.HEADING: before.headings != after.headings,
        TooMuch.MEANING: _turning(old) != _turning(new),
        TooMuch.OTHER: replace(new, **others) != old,
    }
    return tuple(reason for reason, holds in found.items() if holds)


def why_not_alone(old: GuideFields, new: GuideFields, spent: int) -> tuple[TooMuch, ...]:
    """Return what makes this more than one person may do where a guide asks for two; empty when he may.

    `spent` is how many characters small corrections changed since somebody else looked.
    """
    together = spent and characters_changed(old, new) + spent > MOST_CHARACTERS
    found = {
        TooMuch.WORDS: not all(_same_words(getattr(old, name), getattr(new, name)) for name in WORDS),
        TooMuch.TOGETHER: together,
    }
    return tuple(reason for reason, holds in found.items() if holds)


def _same_words(old: str, new: str) -> bool:
    """Say whether only letters within words changed, and marks between them."""
    before, after = words_of(old), words_of(new)
    signs = [[_MARKS.sub("", sign) for sign in _BETWEEN.split(text)] for text in (old, new)]
    if len(before) != len(after) or signs[0] != signs[1]:
        return False
    pairs = list(zip(before, after, strict=True))
    # What stands elsewhere in the text is a word, and no slip: we have no dictionary.
    known = {one.casefold() for one, other in pairs if one == other}
    return all(one == other or (one.casefold() not in known and _is_slip(one, other)) for one, other in pairs)


def _is_slip(old: str, new: str) -> bool:
    one, other = old.casefold(), new.casefold()
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    denies = long.endswith(short) and long.removesuffix(short) in _DENYING
    near = len(short) >= SHORTEST_WORD and one[0] == other[0] and _by_character(one, other) <= MOST_IN_A_WORD
    return near and not denies


def characters_changed(old: GuideFields, new: GuideFields) -> int:
    """Return how many characters went and came together, in title, summary and text."""
    return sum(_changed(getattr(old, name), getattr(new, name)) for name in WORDS)


def _changed(old: str, new: str) -> int:
    """First by word, and then by character inside the words that changed: "benaderd" to "benadert" is two."""
    gone = came = ""
    total = 0
    for kind, text in [*compare(old, new), ("same", "")]:
        if kind == "same":
            total += _by_character(gone, came)
            gone = came = ""
        elif kind == "del":
            gone += text
        else:
            came += text
    return total


def _by_character(old: str, new: str) -> int:
    # Of long passages the exact number says nothing: they are too much either way, and comparing them takes time.
    if abs(len(old) - len(new)) > MOST_CHARACTERS or len(old) > 50 * MOST_CHARACTERS:
        return max(len(old), len(new))
    same = sum(match.size for match in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks())
    return len(old) + len(new) - 2 * same


def _turning(fields: GuideFields) -> list[list[str]]:
    return [turning_words(getattr(fields, name), fields.language) for name in WORDS]


def _found(pattern: re.Pattern[str], fields: GuideFields) -> list[str]:
    return [found.casefold() for name in WORDS for found in pattern.findall(getattr(fields, name))]
