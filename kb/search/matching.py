"""Which pages answer a question, and how well: sets of pages, and BM25 over the words that they share."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kb.search.analysis import LANGUAGES, cuts, fold, heads, is_stop_word, stem
from kb.search.documents import FACETS
from kb.search.leaves import Leaf, Opened, as_bits, pages_in
from kb.search.question import SPLIT, Clause, Question, Way

K1 = 1.2
"""How soon more of the same word counts for less."""
B = 0.1
"""How much a long page must hold it more often: 0 not at all, 1 in proportion."""
EXACT = 60.0
"""What a page gets that bears the name that was typed."""
BEGINNING = 0.5
MOST_BEGINNINGS = 40
SHORTEST_BEGINNING = 2
SHORTEST_OF_TWO = 3
"""Letters of the parts of a word that no text holds."""


def as_written(question: Question, opened: Opened) -> Question:
    """Let words that no text holds in this form count as those with accents, and the last one as half typed."""
    if all(not clause.word or opened.knows(clause.word) for clause in question.clauses):
        return question
    return replace(question, clauses=tuple(_as_written(clause, opened) for clause in question.clauses))


def _as_written(clause: Clause, opened: Opened) -> Clause:
    if not clause.word or opened.knows(clause.word):
        return clause
    plain = fold(clause.word)
    ways = [Way("nl", (stem(word),)) for word in sorted(opened.with_accents(plain))]
    if clause.half_typed and not ways and len(plain) >= SHORTEST_BEGINNING:
        words = {one for leaf in opened.leaves for one in leaf.lexicon.beginning_with(plain, MOST_BEGINNINGS)}
        ways = [Way(name, (stem(word, name),), worth=BEGINNING) for word in sorted(words) for name in LANGUAGES]
    return replace(clause, ways=(*clause.ways, *dict.fromkeys(ways or _in_two(plain, opened))))


def _in_two(word: str, opened: Opened) -> list[Way]:
    """Return the two words of our texts of which a word is made that no text holds: "aanbestedingswet"."""
    for head, tail in cuts(word, SHORTEST_OF_TWO):
        for first in heads(head):
            if _is_written(first, opened) and _is_written(tail, opened):
                return [Way(name, (stem(first, name), stem(tail, name)), worth=SPLIT) for name in LANGUAGES]
    return []


def _is_written(word: str, opened: Opened) -> bool:
    return not is_stop_word(word) and any(word in leaf.lexicon for leaf in opened.leaves)


@dataclass
class Matched:
    """What a question gives in one segment: for each clause its ways with the pages of each."""

    leaf: Leaf
    clauses: tuple[tuple[tuple[Way, int], ...], ...]
    exact: int
    without: int
    required: int
    """The pages that have all that must be there."""

    def holding(self, clause: int) -> int:
        """Return the pages that have this clause, in any way."""
        found = 0
        for _way, bits in self.clauses[clause]:
            found |= bits
        return found

    def at_least(self, number: int) -> int:
        """Return the pages that have so many clauses, and those that bear the name that was typed."""
        levels = [self.leaf.alive] + [0] * number
        for clause in range(len(self.clauses)):
            holding = self.holding(clause)
            for level in range(number, 0, -1):
                levels[level] |= levels[level - 1] & holding
        found = levels[number] if self.clauses else 0
        return (found | self.exact) & self.required & ~self.without


def match(leaf: Leaf, question: Question) -> Matched:
    """Return which pages of a segment have which clause."""
    clauses = tuple(tuple((way, _pages_of(leaf, way)) for way in clause.ways) for clause in question.clauses)
    without = 0
    for clause in question.without:
        for way in clause.ways:
            without |= _pages_of(leaf, way)
    exact = leaf.postings("exact", question.exact).bits & leaf.alive if question.exact else 0
    matched = Matched(leaf, clauses, exact, without, leaf.alive)
    for place, clause in enumerate(question.clauses):
        if clause.required:
            matched.required &= matched.holding(place)
    return matched


def _pages_of(leaf: Leaf, way: Way) -> int:
    bits = leaf.alive
    for term in way.terms:
        bits &= leaf.postings(way.language, term).bits
        if not bits:
            return 0
    if len(way.terms) == 1 or not (way.near or way.offsets):
        return bits
    return leaf.remembered(way[:4], lambda: _standing_so(leaf, way, bits)) & leaf.alive


def _standing_so(leaf: Leaf, way: Way, bits: int) -> int:
    held = places_of(leaf, way, pages_in(bits))
    return as_bits((page for page, places in held.items() if standing(way, places)), leaf.size)


Places = Sequence[Iterable[int]]


def places_of(leaf: Leaf, way: Way, pages: Sequence[int]) -> Mapping[int, Places]:
    """Return page -> for each term of the way the places where it stands; only pages that hold all of them."""
    rows = [leaf.places(way.language, term, pages) for term in way.terms]
    return {page: [row[page] for row in rows] for page in pages if all(page in row for row in rows)}


def standing(way: Way, places: Places) -> set[int]:
    """Return the places of the words that stand as the way asks: in this row, near each other, or anywhere."""
    if way.offsets:
        firsts = set(places[0])
        for offset, row in zip(way.offsets[1:], places[1:], strict=True):
            firsts &= {place - offset for place in row}
        return {first + offset for first in firsts for offset in way.offsets}
    if not way.near or len(places) == 1:
        return {place for row in places for place in row}
    apart, found = way.near * (len(places) - 1), set[int]()
    for first in places[0]:
        near = [[place for place in row if abs(place - first) <= apart] for row in places[1:]]
        if all(near):
            found |= {first, *(place for row in near for place in row)}
    return found


def scores(matched: Matched, pages: int, opened: Opened) -> dict[int, float]:
    """Return page -> how well it answers: of each clause the best way counts."""
    leaf = matched.leaf
    total = dict.fromkeys(pages_in(pages), 0.0)
    places = set(pages_in(leaf.places_named & pages))
    for ways in matched.clauses:
        best: dict[int, float] = {}
        for way, bits in ways:
            if not bits & pages:
                continue
            for page, full in _of_way(leaf, way, total, opened).items():
                score = full * way.in_a_place if page in places else full
                if score > best.get(page, 0.0) and (len(way.terms) == 1 or bits >> page & 1):
                    best[page] = score
        for page, score in best.items():
            total[page] += score
    for page in pages_in(matched.exact & pages):
        total[page] += EXACT
    boosts = leaf.boosts
    return {page: score * boosts[page] for page, score in total.items()}


def _of_way(leaf: Leaf, way: Way, wanted: Mapping[int, float], opened: Opened) -> dict[int, float]:
    found: dict[int, float] = {}
    lengths, mean = leaf.lengths[way.language], opened.mean[way.language]
    rest, per_word = K1 * (1 - B), K1 * B / mean
    for term in way.terms:
        postings = leaf.postings(way.language, term)
        worth = way.worth * rarity(opened, way.language, term) * (K1 + 1)
        for page, weight in zip(postings.pages, postings.weights, strict=True):
            if page in wanted:
                score = worth * weight / (weight + rest + per_word * lengths[page])
                found[page] = found.get(page, 0.0) + score
    return found


def rarity(opened: Opened, language: str, term: str) -> float:
    """Return what a term is worth: the fewer pages hold it, the more it tells."""
    holding = opened.frequency(language, term)
    return math.log(1 + (opened.size - holding + 0.5) / (holding + 0.5))


def narrowed(leaf: Leaf, asked: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return facet -> the pages that have a value that was chosen there; all pages where nothing was."""
    found = {}
    for facet in FACETS:
        chosen = 0
        for value in asked[facet]:
            chosen |= leaf.facets[facet].get(value, 0)
        found[facet] = chosen if asked[facet] else leaf.alive
    return found
