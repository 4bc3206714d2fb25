"""In which order pages are shown: the best first, near matches below, and no row of pages that say the same."""

import heapq
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from kb.search.documents import PAGE
from kb.search.leaves import Opened, as_bits
from kb.search.matching import Matched, scores

FEW = 3
"""Of fewer pages with all words the reader also gets pages with one word less."""
MOST_TWINS = 2
"""So many results with the same text stand on one page of results, if there is anything else to show."""


class Answer(NamedTuple):
    """The pages of one segment that were chosen; `full` are those with as many words as were asked."""

    matched: Matched
    chosen: int
    full: int


_Place = tuple[bool, float, int, int]
"""Whether a page is a near match, its score below nought, its segment and its number: the least goes first."""


def near_matches(opened: Opened, found: Sequence[Matched], needed: int) -> list[int]:
    """Return of each segment the pages that have one word less, the best of all; none where enough have all.

    None either where a page bears the very name that was typed: who types a name looks for nothing else.
    """
    full = [matched.at_least(needed) for matched in found]
    number = sum(pages.bit_count() for pages in full)
    if needed < 2 or number >= FEW or any(matched.exact for matched in found):
        return [0] * len(found)
    best = heapq.nlargest(
        PAGE - number,
        (
            (score, -place, -page)
            for place, (matched, pages) in enumerate(zip(found, full, strict=True))
            for page, score in scores(matched, matched.at_least(needed - 1) & ~pages, opened).items()
        ),
    )
    return [
        as_bits((-page for _score, at, page in best if -at == place), matched.leaf.size)
        for place, matched in enumerate(found)
    ]


def page_of_results(opened: Opened, answers: Sequence[Answer], page: int) -> list[tuple[Matched, int]]:
    """Return the segment and the number of each page that stands on this page of results."""
    places = [
        (not answer.full >> number & 1, -score, segment, number)
        for segment, answer in enumerate(answers)
        if answer.chosen
        for number, score in scores(answer.matched, answer.chosen, opened).items()
    ]
    order = _apart(places, lambda place: answers[place[2]].matched.leaf.twins[place[3]])
    first = (page - 1) * PAGE
    return [
        (answers[place[2]].matched, place[3])
        for at, place in zip(range(page * PAGE), order, strict=False)
        if at >= first
    ]


def _apart(places: list[_Place], twin_of: Callable[[_Place], float]) -> Iterator[_Place]:
    """Yield all places, the best first; what says the same as two before it on its page waits for the next page."""
    heapq.heapify(places)
    waiting = deque[_Place]()
    seen = Counter[float]()
    for at in range(len(places)):
        if at % PAGE == 0:
            seen.clear()
        place = next((one for one in waiting if seen[twin_of(one)] < MOST_TWINS), None)
        if place:
            waiting.remove(place)
        while not place and places:
            best = heapq.heappop(places)
            if twin_of(best) and seen[twin_of(best)] >= MOST_TWINS:
                waiting.append(best)
            else:
                place = best
        place = place or waiting.popleft()
        seen[twin_of(place)] += 1
        yield place
