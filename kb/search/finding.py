"""Answers one question: who matches, the best first, how many of each, and the passages to show."""

import heapq
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from kb.search.documents import FACETS, Asked, Found, Hit
from kb.search.excerpts import hits_of
from kb.search.leaves import Opened
from kb.search.matching import Matched, as_written, match, narrowed, scores
from kb.search.question import Question
from kb.search.suggesting import better_spelling

PAGE = 10
ALL_OF = 2
"""So many things a page must have all."""


@dataclass
class _Answer:
    """The pages of one segment: all that match, and those under what the reader chose."""

    matched: Matched
    pages: int
    chosen: int


def find(opened: Opened, question: Question, asked: Asked, page: int, language: str) -> Found:
    """Return one page of hits with the counts of every facet; with only some of the words when no page has all."""
    question = as_written(question, opened)
    found = [match(leaf, question) for leaf in opened.leaves]
    needed = needed_clauses(found, len(question.clauses))
    if not needed:
        return Found(cut=question.cut, suggestion=better_spelling(question, opened))
    some_words = not any(one.at_least(len(question.clauses)) for one in found)
    values = asked.values()
    answers, facets = list[_Answer](), {name: Counter[str]() for name in FACETS}
    for matched in found:
        pages = matched.at_least(needed)
        masks = narrowed(matched.leaf, values)
        _count(matched, pages, masks, facets)
        for mask in masks.values():
            pages &= mask
        answers.append(_Answer(matched, matched.at_least(needed), pages))
    total = sum(answer.chosen.bit_count() for answer in answers)
    last = max(1, -(-total // PAGE))
    page = min(max(1, page), last)
    return Found(
        hits=_best(opened, question, answers, page, language),
        total=total,
        facets={name: dict(counts) for name, counts in facets.items()},
        page=page,
        pages=last,
        cut=question.cut,
        some_words=some_words,
        suggestion=better_spelling(question, opened) if some_words else "",
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


def _best(opened: Opened, question: Question, answers: list[_Answer], page: int, language: str) -> tuple[Hit, ...]:
    ranked = (
        (score, -place, -number)
        for place, answer in enumerate(answers)
        if answer.chosen
        for number, score in scores(answer.matched, answer.chosen, opened).items()
    )
    best = heapq.nlargest(page * PAGE, ranked)[(page - 1) * PAGE :]
    places = [(answers[-place].matched, -number) for _score, place, number in best]
    return hits_of(opened, question, places, language)
