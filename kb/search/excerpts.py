"""What a result shows: the section that holds the words, and the sentences in which they stand, marked."""

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from kb.search.analysis import LANGUAGES, PART, WORD, stem
from kb.search.documents import Hit, Piece
from kb.search.leaves import Leaf, Opened
from kb.search.matching import Matched, places_of, rarity, standing
from kb.search.question import Question, Way

PASSAGE = 240
"""Characters of a passage, about."""
LEAD = 90
"""Characters before the first word that was searched for, at most."""


class Mark(NamedTuple):
    """A word of the page that answers a clause."""

    place: int
    clause: int
    term: str


Marks = dict[tuple[str, int], list[Mark]]
"""Language and page -> the words on it."""


def hits_of(
    opened: Opened, question: Question, places: Sequence[tuple[Matched, int]], language: str
) -> tuple[Hit, ...]:
    """Return the results at these places, each with its passage."""
    worth = [_worth(opened, clause.ways) for clause in question.clauses]
    by_leaf: dict[int, list[int]] = defaultdict(list)
    leaves = {id(matched): matched for matched, _ in places}
    for matched, page in places:
        by_leaf[id(matched)].append(page)
    marks = {key: _marks(leaves[key], sorted(pages)) for key, pages in by_leaf.items()}
    return tuple(_hit(matched.leaf, page, marks[id(matched)], worth, language) for matched, page in places)


def _worth(opened: Opened, ways: Sequence[Way]) -> float:
    return max((rarity(opened, way.language, term) for way in ways[:2] for term in way.terms), default=0.0)


def _marks(matched: Matched, pages: Sequence[int]) -> Marks:
    found: dict[tuple[str, int], set[Mark]] = defaultdict(set)
    wanted = sum(1 << page for page in pages)
    for clause, ways in enumerate(matched.clauses):
        for way, bits in ways:
            here = [page for page in pages if bits & wanted and bits >> page & 1]
            for page, rows in places_of(matched.leaf, way, here).items():
                good = standing(way, rows)
                found[way.language, page] |= {
                    Mark(place, clause, term)
                    for term, row in zip(way.terms, rows, strict=True)
                    for place in row
                    if place in good
                }
    return {key: sorted(marks) for key, marks in found.items()}


def _hit(leaf: Leaf, page: int, marks: Marks, worth: Sequence[float], language: str) -> Hit:
    data = leaf.stored(page)
    name, field = _version(data["texts"], page, marks, language)
    shown, found = data["texts"][name], marks.get((field, page), [])
    text = _Text(shown, worth)
    anchor, section, excerpt = text.passage(found)
    return Hit(
        kind=data["kind"],
        key=data["key"],
        title=shown["title"],
        path=data["path"],
        summary=shown["summary"],
        anchor=anchor,
        section=section,
        excerpt=excerpt,
        facts=data["facts"],
        language=name,
    )


def _version(texts: dict[str, Any], page: int, marks: Marks, language: str) -> tuple[str, str]:
    """Return which text is shown, and in which field its words stand: that of the reader, if it holds any of them."""
    if "" in texts:
        return "", max(LANGUAGES, key=lambda name: (len(marks.get((name, page), ())), name == language))
    best = max(texts, key=lambda name: (name == language and bool(marks.get((name, page))), name == language))
    return best, best


class _Text:
    """The text of one result, with the place of each word."""

    def __init__(self, stored: dict[str, Any], worth: Sequence[float]) -> None:
        self.stored, self.worth = stored, worth
        self.text: str = stored["text"]
        self.starts = array("I", stored["starts"])
        self.sections: Sequence[tuple[int, int, str, str]] = stored["sections"]
        self._firsts = [first for _char, first, _anchor, _title in self.sections]

    def passage(self, marks: Sequence[Mark]) -> tuple[str, str, tuple[Piece, ...]]:
        """Return anchor, heading and passage of the best section; the summary when the title says it all."""
        marks = [mark for mark in marks if mark.place < len(self.starts)]
        _, summary_place = self.stored["summary_at"]
        in_title = {mark.clause for mark in marks if mark.place < summary_place}
        by_section: dict[int, list[Mark]] = defaultdict(list)
        for mark in marks:
            by_section[bisect_right(self._firsts, mark.place) - 1].append(mark)
        best = max(
            (place for place in by_section if place >= 0), key=lambda at: self._value(by_section[at], at), default=-1
        )
        if best < 0 or (self.stored["summary"] and len(in_title) == len(self.worth)):
            return "", "", self._summary(marks)
        char, _first, anchor, title = self.sections[best]
        begin = char + (len(title) + 1 if title else 0)
        end = self.sections[best + 1][0] if best + 1 < len(self.sections) else len(self.text)
        return anchor, title, self._pieces(by_section[best], begin, end)

    def _value(self, marks: Sequence[Mark], section: int) -> tuple[float, int]:
        """Say how well a section answers: which clauses it has, more of each a little, in its heading more."""
        times: dict[int, int] = defaultdict(int)
        heading = self.sections[section][0] + len(self.sections[section][3])
        for mark in marks:
            times[mark.clause] += 3 if self.starts[mark.place] < heading else 1
        return sum(self.worth[clause] * (1 + 0.1 * min(number, 8)) for clause, number in times.items()), -section

    def _summary(self, marks: Sequence[Mark]) -> tuple[Piece, ...]:
        char, place = self.stored["summary_at"]
        end = char + len(self.stored["summary"])
        until = self._firsts[0] if self._firsts else len(self.starts)
        return self._cut([mark for mark in marks if place <= mark.place < until], char, end)

    def _pieces(self, marks: Sequence[Mark], begin: int, end: int) -> tuple[Piece, ...]:
        """Cut the sentences that hold most of the words out of a section."""
        inside = [mark for mark in marks if begin <= self.starts[mark.place] < end]
        first = self._window(inside)
        start = self._sentence_start(begin, self.starts[first.place]) if first else begin
        stop = self._sentence_end(start, end)
        before = [Piece("… ", False)] if start > begin else []
        after = [Piece(" …", False)] if stop < len(self.text[:end].rstrip()) else []
        return (*before, *self._cut(inside, start, stop), *after)

    def _window(self, marks: Sequence[Mark]) -> Mark | None:
        """Return the first word of the stretch that has most of the clauses."""
        best, most = None, -1.0
        for place, mark in enumerate(marks):
            start = self.starts[mark.place]
            seen = {one.clause for one in marks[place : place + 40] if self.starts[one.place] < start + PASSAGE - LEAD}
            value = sum(self.worth[clause] for clause in seen)
            if value > most:
                best, most = mark, value
        return best

    def _sentence_start(self, begin: int, at: int) -> int:
        """Go back to where the sentence begins, or else to a word not too far before."""
        least = max(begin, at - LEAD)
        ends = [self.text.rfind(sign, least, at) for sign in (". ", "? ", "! ")]
        if max(ends) >= 0:
            return max(ends) + 2
        if least == begin:
            return begin
        space = self.text.find(" ", least, at)
        return space + 1 if space >= 0 else at

    def _sentence_end(self, start: int, end: int) -> int:
        stop = len(self.text[: min(end, start + PASSAGE)].rstrip())
        if start + PASSAGE >= end:
            return stop
        full = max(self.text.rfind(sign, start + PASSAGE // 2, stop) for sign in (". ", "? ", "! "))
        if full >= 0:
            return full + 1
        space = self.text.rfind(" ", start, stop)
        return space if space > start else stop

    def _cut(self, marks: Sequence[Mark], start: int, end: int) -> tuple[Piece, ...]:
        pieces, at = list[Piece](), start
        for mark in marks:
            first = self.starts[mark.place]
            last = self._end_of(first, mark.term)
            if first < at or last > end:
                continue
            pieces += [Piece(self.text[at:first], False), Piece(self.text[first:last], True)]
            at = last
        pieces.append(Piece(self.text[at:end].rstrip(), False))
        return tuple(piece for piece in pieces if piece.text)

    def _end_of(self, first: int, term: str) -> int:
        """Return where a word ends: the whole of a word with hyphens only when the whole was searched for."""
        whole, part = WORD.match(self.text, first), PART.match(self.text, first)
        if not whole or not part:
            return first
        joined = "".join(PART.findall(whole.group()))
        if whole.end() - part.end() == 2 or any(stem(joined, language) == term for language in LANGUAGES):
            return whole.end()
        return part.end()
