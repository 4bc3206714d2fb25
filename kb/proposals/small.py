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

MOST_CHARACTERS: Final = 40
"""Characters that went and came together, in title, summary and text."""
WORDS: Final = ("title", "summary", "body")
"""The fields in which a correction may change something."""
_ADDRESS = re.compile(r'(?:href|src)="([^"]*)"')
_FIGURE = re.compile(r"\d+(?:[.,:/-]\d+)*\s*%?")
# Who adds or takes away one of these turns a sentence round with five characters.
_TURNING = re.compile(
    r"\b(?:niet|geen|nooit|wel|zonder|moet|moeten|mag|mogen|verplicht|not|no|never|without|must|may|shall)\b", re.I
)


class TooMuch(enum.StrEnum):
    """Why a change is no small correction."""

    NOTHING = "nothing"
    LONG = "long"
    LINK = "link"
    FIGURE = "figure"
    HEADING = "heading"
    MEANING = "meaning"
    OTHER = "other"


SENTENCES: Mapping[TooMuch, str] = MappingProxyType(
    {
        TooMuch.NOTHING: N_("Er is niets veranderd."),
        TooMuch.LONG: N_("Er veranderen %(num)s tekens. Een kleine verbetering is hoogstens %(most)s tekens."),
        TooMuch.LINK: N_("Er verandert een link, een afbeelding of een bestand. Een collega moet kijken of die klopt."),
        TooMuch.FIGURE: N_("Er verandert een getal of een datum. Een collega moet kijken of dat klopt."),
        TooMuch.HEADING: N_("Er verandert een kopje. Links naar dat deel werken dan niet meer."),
        TooMuch.MEANING: N_(
            "Er komt een woord bij of er gaat er een weg dat de betekenis omdraait, zoals niet of moet."
        ),
        TooMuch.OTHER: N_("Er verandert meer dan titel, samenvatting en tekst."),
    }
)
"""In the words of the page; LONG takes num and most."""


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
        TooMuch.MEANING: _found(_TURNING, old) != _found(_TURNING, new),
        TooMuch.OTHER: replace(new, **others) != old,
    }
    return tuple(reason for reason, holds in found.items() if holds)


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


def _found(pattern: re.Pattern[str], fields: GuideFields) -> list[str]:
    return [found.casefold() for name in WORDS for found in pattern.findall(getattr(fields, name))]
