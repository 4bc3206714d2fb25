"""How hard a guide is to read, as far as counting can tell. Pure.

Dutch: the reading ease of Douma (W.H. Douma, De leesbaarheid van landbouwbladen, 1960): 206.84 - 0.93 words a
sentence - 77 syllables a word. English: Flesch (R. Flesch, A new readability yardstick, 1948): 206.835 - 1.015 words a
sentence - 84.6 syllables a word. Higher is easier. It says nothing about whether a text is true, or clear.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pyphen

from common.markdown import plain_text

LONG_SENTENCE = 20
"""Words; a sentence with more is named. Guides for B1 advise at most fifteen to twenty."""
EASY, FAIR = 60, 45
SHOWN = 8
_BLOCK = re.compile(r"<(p|li|dd|blockquote)\b[^>]*>(.*?)(?=<(?:/\1|p|ul|ol|li|dl|table|div|pre)\b)", re.S)
_LEFT_OUT = re.compile(r"<(table|pre|h[1-6])\b.*?</\1>", re.S)
_SENTENCE = re.compile(r"(?<=[.!?:])\s+(?=[^\Wa-z0-9_]|\d)")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_EASE = {"nl": (206.84, 0.93, 77.0), "en": (206.835, 1.015, 84.6)}
_HYPHENS = {"nl": "nl_NL", "en": "en_GB"}


@dataclass(frozen=True)
class ReadingLevel:
    """What counting tells of a text; a text of fewer than thirty words has none."""

    ease: float
    """0 is very hard, 100 very easy."""
    words: int
    words_a_sentence: float
    syllables_a_word: float
    long_sentences: tuple[str, ...]
    """The longest first."""

    @property
    def verdict(self) -> str:
        """easy, fair or hard."""
        return "easy" if self.ease >= EASY else ("fair" if self.ease >= FAIR else "hard")


def reading_level(html: str, language: str = "nl") -> ReadingLevel | None:
    """Count sentences, words and syllables of the running text: no headings, tables or code."""
    sentences = [(one, _WORD.findall(one)) for one in _sentences(html)]
    sentences = [(one, words) for one, words in sentences if words]
    total = sum(len(words) for _, words in sentences)
    if total < 30:
        return None
    syllables = sum(_syllables(word.lower(), language) for _, words in sentences for word in words) / total
    length = total / len(sentences)
    start, by_length, by_syllables = _EASE[language]
    long_ones = sorted((pair for pair in sentences if len(pair[1]) > LONG_SENTENCE), key=lambda pair: -len(pair[1]))
    return ReadingLevel(
        ease=round(start - by_length * length - by_syllables * syllables, 1),
        words=total,
        words_a_sentence=round(length, 1),
        syllables_a_word=round(syllables, 2),
        long_sentences=tuple(one for one, _ in long_ones),
    )


def _sentences(html: str) -> Iterator[str]:
    for block in _BLOCK.finditer(_LEFT_OUT.sub("", html)):
        text = plain_text(block.group(2))
        yield from (part for part in _SENTENCE.split(text) if part)


@cache
def _hyphens(language: str) -> pyphen.Pyphen:
    return pyphen.Pyphen(lang=_HYPHENS[language])


def _syllables(word: str, language: str) -> int:
    """Where a word may be hyphenated is about where its syllables end."""
    return max(1, len(_hyphens(language).positions(word)) + 1)
