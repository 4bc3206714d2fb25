"""Asks the engine one question, counts, and cuts the passages to show."""

import difflib
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import Any

from whoosh import query
from whoosh.highlight import Formatter, Highlighter, PinpointFragmenter

from kb.search.analysis import fold
from kb.search.documents import Found, Hit, Piece
from kb.search.question import Question
from kb.search.schema import as_query

PAGE = 10
PASSAGE = 170
SURROUND = 70


def find(searcher: Any, question: Question, kinds: tuple[str, ...], page: int) -> Found:
    """Return one page of hits with the counts of every kind; with only some of the words when no page has all."""
    reader = searcher.reader()
    asked, some_words = as_query(question, reader), False
    counts = _counts(searcher, asked)
    if not counts and len(question.clauses) > 1:
        asked, some_words = as_query(question, reader, all_words=False), True
        counts = _counts(searcher, asked)
    if not counts:
        return Found(cut=question.cut, suggestion=_suggestion(question, reader))
    total = sum(count for kind, count in counts.items() if not kinds or kind in kinds)
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    return Found(
        hits=_hits(searcher, asked, kinds, page=page, clauses=len(question.clauses)),
        total=total,
        facets={"kind": counts},
        page=page,
        pages=pages,
        cut=question.cut,
        some_words=some_words,
        suggestion=_suggestion(question, reader) if some_words else "",
    )


def _counts(searcher: Any, asked: Any) -> dict[str, int]:
    # The engine's own count is wrong as soon as there is a filter, so the documents are counted here.
    kind_of = searcher.reader().column_reader("kind")
    return dict(Counter(kind_of[number] for number in searcher.docs_for_query(asked)))


def _hits(searcher: Any, asked: Any, kinds: tuple[str, ...], *, page: int, clauses: int) -> tuple[Hit, ...]:
    only = query.Or([query.Term("kind", kind) for kind in kinds]) if kinds else None
    results = searcher.search(asked, limit=page * PAGE, filter=only, terms=True)
    return tuple(_hit(hit, clauses) for hit in results[(page - 1) * PAGE : page * PAGE])


class _Fragments(Formatter):  # type: ignore[misc]  # the engine is untyped
    """Keeps the passages as they are, so that no markup is made here."""

    def format(self, fragments: Any, replace: bool = False) -> Any:
        """Return the passages themselves."""
        return list(fragments)


def _highlighter(*, whole: bool = False) -> Any:
    longest, around = (2000, 2000) if whole else (PASSAGE, SURROUND)
    fragmenter = PinpointFragmenter(maxchars=longest, surround=around, autotrim=not whole, charlimit=None)
    return Highlighter(fragmenter=fragmenter, formatter=_Fragments())


def _hit(hit: Any, clauses: int) -> Hit:
    data, summary = hit["data"], hit["summary"]
    anchor, section, excerpt = "", "", _summary(hit)
    # When the title says it all, the summary tells more than a passage from the middle.
    in_title = sum(field == "title" for field, _ in hit.matched_terms()) >= clauses
    if not (in_title and summary):
        anchor, section, excerpt = _passage(hit) or ("", "", excerpt)
    return Hit(
        kind=hit["kind"],
        key=hit["key"],
        title=hit["title"],
        path=data["path"],
        summary=summary,
        anchor=anchor,
        section=section,
        excerpt=excerpt,
        facts=data["facts"],
    )


def _summary(hit: Any) -> tuple[Piece, ...]:
    summary = hit["summary"]
    found = _highlighter(whole=True).highlight_hit(hit, "summary", top=1) if summary else []
    return _pieces(found[0], 0, len(summary)) if found else ((Piece(summary, False),) if summary else ())


def _passage(hit: Any) -> tuple[str, str, tuple[Piece, ...]] | None:
    """Return the anchor and the title of the section that holds most of the words, with the passage."""
    body, starts = hit["body"], hit["data"]["sections"]
    fragments = _highlighter().highlight_hit(hit, "body", top=1) if body else []
    if not fragments:
        return None
    place = max(bisect_right([start for start, _, _ in starts], fragments[0].matches[0].startchar) - 1, 0)
    first, anchor, section = starts[place]
    last = starts[place + 1][0] if place + 1 < len(starts) else len(body)
    return anchor, section, _pieces(fragments[0], first + (len(section) + 1 if section else 0), last)


def _pieces(fragment: Any, first: int, last: int) -> tuple[Piece, ...]:
    """Cut the passage out of its text, inside its own section, in marked and unmarked parts."""
    text = fragment.text
    # A match in the heading itself shows the words that follow the heading.
    start, end = max(fragment.startchar, first), min(max(fragment.endchar, first + PASSAGE), last)
    if end < last and end > fragment.endchar:
        end = text.rfind(" ", start, end) if " " in text[start:end] else end
    pieces = [Piece("… ", False)] if start > first else []
    at = start
    for match in fragment.matches:
        if match.startchar < at or match.endchar > end:
            continue
        pieces += [Piece(text[at : match.startchar], False), Piece(text[match.startchar : match.endchar], True)]
        at = match.endchar
    pieces.append(Piece(text[at:end].rstrip() + (" …" if end < last - 1 else ""), False))
    return tuple(piece for piece in pieces if piece.text)


def _suggestion(question: Question, reader: Any) -> str:
    """Return the question with each unknown word replaced by the known word that looks most like it."""
    known = [word.decode() if isinstance(word, bytes) else word for word in reader.lexicon("words")]
    better = [_closest(fold(word), known) for word in question.words]
    return " ".join(better) if better != [fold(word) for word in question.words] else ""


def _closest(word: str, known: Sequence[str]) -> str:
    if word in known:
        return word
    alike = [other for other in known if abs(len(other) - len(word)) <= 2 and other[:1] == word[:1]]
    found = difflib.get_close_matches(word, alike, n=1, cutoff=0.75)
    return found[0] if found else word
