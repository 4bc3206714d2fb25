"""The fields of the index, and the queries over them. Only this package's index module uses it."""

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

import simplemma
from whoosh import fields, query

from common.ledger import canonical_json, sha256
from kb.search.analysis import DutchAnalyzer, PlainAnalyzer, word_list
from kb.search.question import Clause, Question

_NAMES, _TEXT = DutchAnalyzer(compounds=False), DutchAnalyzer(compounds=True)

SCHEMA = fields.Schema(
    key=fields.ID(unique=True, stored=True),
    kind=fields.ID(stored=True, sortable=True),
    exact=fields.KEYWORD(commas=True),
    title=fields.TEXT(analyzer=_NAMES, stored=True),
    headings=fields.TEXT(analyzer=_TEXT),
    summary=fields.TEXT(analyzer=_TEXT, chars=True, stored=True),
    keywords=fields.TEXT(analyzer=_TEXT),
    # Positions with their characters are kept, so that a passage is cut without analysing ten texts again.
    body=fields.TEXT(analyzer=_TEXT, chars=True, stored=True),
    words=fields.TEXT(analyzer=PlainAnalyzer(), phrase=False),
    data=fields.STORED,
)
VERSION = f"5-{simplemma.__version__}-{version('snowballstemmer')}-{sha256(canonical_json(word_list()))[:8]}"
"""An index of another version is made anew: other fields, other stems, or another list of words."""

WEIGHTS = {"title": 5.0, "headings": 2.5, "summary": 2.0, "keywords": 1.5, "body": 1.0}
EXACT = 60.0
MOST_BEGINNINGS = 40
SHORTEST_BEGINNING = 2


def as_query(question: Question, reader: Any, *, all_words: bool = True) -> Any:
    """Return the engine's query for a question."""
    clauses = [_clause(clause, reader) for clause in question.clauses]
    combine = query.And if all_words else query.Or
    words = combine(clauses) if clauses else query.NullQuery
    if not question.exact:
        return words
    return query.Or([words, query.Term("exact", question.exact, boost=EXACT)])


def _clause(clause: Clause, reader: Any) -> Any:
    ways = [_way(way, phrase=clause.phrase or place > 0) for place, way in enumerate(clause.ways)]
    if len(clause.beginning) >= SHORTEST_BEGINNING:
        # Half a word counts less than a whole one; the row before it must be there all the same.
        rest = [_word(term) for term in clause.ways[0][:-1]]
        ways.append(query.And([*rest, *_beginnings(clause.beginning, reader)]))
    return query.Or(ways) if len(ways) > 1 else ways[0]


def _way(terms: tuple[str, ...], *, phrase: bool) -> Any:
    if len(terms) == 1:
        return _word(terms[0])
    if phrase:
        return query.Or([query.Phrase(name, list(terms), slop=2, boost=boost) for name, boost in WEIGHTS.items()])
    return query.And([_word(term) for term in terms])


def _word(term: str) -> Any:
    return query.Or([query.Term(name, term, boost=boost) for name, boost in WEIGHTS.items()])


def _beginnings(beginning: str, reader: Any) -> Iterable[Any]:
    found = [
        query.Term(name, _text(term), boost=WEIGHTS[name] * 0.5)
        for name in ("title", "keywords", "body")
        for term, _ in zip(reader.expand_prefix(name, beginning), range(MOST_BEGINNINGS), strict=False)
    ]
    return [query.Or(found)] if found else [query.NullQuery]


def _text(term: bytes | str) -> str:
    return term.decode() if isinstance(term, bytes) else term
