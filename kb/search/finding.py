"""Answers one question: who matches, the best first, how many of each, and the passages to show."""

from collections import Counter
from collections.abc import Mapping

from kb.search.documents import FACETS, PAGE, Asked, Found
from kb.search.excerpts import hits_of
from kb.search.leaves import Opened
from kb.search.matching import Matched, as_written, match, narrowed
from kb.search.question import Question
from kb.search.ranking import Answer, near_matches, page_of_results
from kb.search.suggesting import better_spelling

ALL_OF = 2
"""So many things a page must have all."""


def find(opened: Opened, question: Question, asked: Asked, page: int, language: str) -> Found:
    """Return one page of hits with the counts of every facet; with only some of the words when no page has all."""
    question = as_written(question, opened)
    found = [match(leaf, question) for leaf in opened.leaves]
    needed = needed_clauses(found, len(question.clauses))
    if not needed:
        return Found(cut=question.cut, suggestion=better_spelling(question, opened, language))
    some_words = not any(one.at_least(len(question.clauses)) for one in found)
    values = asked.values()
    answers, facets = list[Answer](), {name: Counter[str]() for name in FACETS}
    for matched, near in zip(found, near_matches(opened, found, needed), strict=True):
        full = matched.at_least(needed)
        pages = full | near
        masks = narrowed(matched.leaf, values)
        _count(matched, pages, masks, facets)
        for mask in masks.values():
            pages &= mask
        answers.append(Answer(matched, pages, full))
    total = sum(answer.chosen.bit_count() for answer in answers)
    last = max(1, -(-total // PAGE))
    page = min(max(1, page), last)
    return Found(
        hits=hits_of(opened, question, page_of_results(opened, answers, page), language),
        total=total,
        facets={name: dict(counts) for name, counts in facets.items()},
        page=page,
        pages=last,
        cut=question.cut,
        some_words=some_words,
        near=sum((answer.chosen & ~answer.full).bit_count() for answer in answers),
        suggestion=better_spelling(question, opened, language) if some_words else "",
    )


def needed_clauses(found: list[Matched], number: int) -> int:
    """Return how many clauses a page must have, of a question with this number of them; 0 when no page has enough.

    All of one or two. Of more, a page may miss a third: who types a sentence uses words that no page has. Where no page
    has all of two, one will do.
    """
    most = next((few for few in range(number, 0, -1) if any(one.at_least(few) for one in found)), 0)
    return min(most, number if number <= ALL_OF else -(-number * 2 // 3))


def _count(matched: Matched, pages: int, masks: Mapping[str, int], facets: Mapping[str, Counter[str]]) -> None:
    """Count each facet under what is chosen at the others."""
    for name, counts in facets.items():
        under = pages
        for other, mask in masks.items():
            if other != name:
                under &= mask
        if not under:
            continue
        for value, bits in matched.leaf.facets[name].items():
            number = (bits & under).bit_count()
            if number:
                counts[value] += number
