"""The words that editors keep for searching, from content/vocabulary.yaml, as a plain value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from common.vocabulary import CONTENT

Group = tuple[str, ...]
"""Words, or rows of words, that mean the same."""


@dataclass(frozen=True)
class WordList:
    """Groups of words that mean the same, and language -> word -> the word as which it is taken."""

    groups: tuple[Group, ...]
    exceptions: Mapping[str, Mapping[str, str]]
    written: tuple[str, ...]
    """All that stands in the vocabulary: names, descriptions and synonyms."""


@cache
def word_list() -> WordList:
    """Return the synonyms and the exceptions of the stemmers; read once per process."""
    data = yaml.safe_load((CONTENT / "vocabulary.yaml").read_text(encoding="utf-8"))
    groups = [tuple(str(word) for word in group) for rows in data["synonyms"].values() for group in rows]
    return WordList(tuple(groups), data["exceptions"], tuple(_texts(data)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)
