"""Asks the index as a reader means it: where his words are nowhere, those that look most like them are looked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.search.documents import Asked, Found
from kb.search.index import SearchIndex


@dataclass(frozen=True)
class Answered:
    """What was found, and for which words where those were not the ones typed."""

    found: Found
    instead: str = ""


def ask(
    index: SearchIndex,
    typed: str,
    asked: Asked | None = None,
    page: int = 1,
    *,
    synonyms: Sequence[Sequence[str]] = (),
    language: str = "nl",
) -> Answered:
    """Search as `SearchIndex.search` does. Raises IndexUnusable, and nothing else.

    Who narrowed down gets what he asked and no more: that it is not there may be all that he wants to know.
    """
    asked = asked or Asked()
    found = index.search(typed, asked, page, synonyms=synonyms, language=language)
    if found.total or not found.suggestion or any(asked.values().values()):
        return Answered(found)
    other = index.search(found.suggestion, asked, page, synonyms=synonyms, language=language)
    return Answered(other, found.suggestion) if other.total else Answered(found)
