"""The fields of the index, and how a document stands in them. Only this package's modules use it.

All words of a page stand in one field per language, each with the weight of its place: what is in the title counts
for more than what is in the text (BM25F). So a word costs one list of postings, and not one for each place.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from typing import Any

import simplemma
from whoosh import columns, fields, formats

from common.ledger import canonical_json, sha256
from kb.search.analysis import LANGUAGES, LONGEST_TERM, tokens
from kb.search.compounds import COMPOUND, Compounds
from kb.search.documents import Document, Section, Translation
from kb.search.question import exact_form
from kb.search.wordlist import word_list

TITLE, HEADING, SUMMARY, KEYWORD, BODY = 5.0, 2.5, 2.0, 3.0, 1.0
GAP = 8
"""Places left free between a title, a summary and each section, so that nothing stands "side by side" across them."""
Place = tuple[int, int, str, str]
"""Where a section begins, by character and by word, its anchor and its title."""


class _Places(formats.Format):  # type: ignore[misc]  # the engine is untyped
    """Of each word on a page: at which places it stands."""

    posting_size = -1

    def decode_positions(self, value: bytes) -> "array[int]":
        """Return the places, first one first."""
        return array("I", value)


class _Names(fields.FieldType):  # type: ignore[misc]
    """Whole values: a kind, a year, a name."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), None)

    def index(self, value: Iterable[str], **_options: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield what the engine stores of each value."""
        for name in dict.fromkeys(value):
            if name:
                yield name.encode(), 1, 1.0, b""


class _Words(fields.FieldType):  # type: ignore[misc]
    """The words of a page that were analysed before: term -> weight and places."""

    def __init__(self) -> None:
        super().__init__(_Places(), None)

    def index(self, value: "Mapping[str, Word]", **_options: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield what the engine stores of each word."""
        for term, word in value.items():
            yield term.encode(), len(word.places), word.weight, word.places.tobytes()


class Word:
    """What a word weighs on a page, and where it stands."""

    __slots__ = ("places", "weight")

    def __init__(self) -> None:
        self.weight, self.places = 0.0, array("I")


SCHEMA = fields.Schema(
    subject=_Names(),
    key=_Names(),
    exact=_Names(),
    kind=_Names(),
    theme=_Names(),
    product_group=_Names(),
    year=_Names(),
    language=_Names(),
    place=_Names(),
    nl=_Words(),
    en=_Words(),
    words=_Names(),
    boost=fields.COLUMN(columns.NumericColumn("f", default=1.0)),
    twin=fields.COLUMN(columns.NumericColumn("f", default=0.0)),
    length_nl=fields.COLUMN(columns.NumericColumn("f", default=0.0)),
    length_en=fields.COLUMN(columns.NumericColumn("f", default=0.0)),
    data=fields.STORED,
)
_SHAPE = [9, TITLE, HEADING, SUMMARY, KEYWORD, BODY, COMPOUND, GAP, word_list().exceptions]
VERSION = f"{sha256(canonical_json(_SHAPE))[:8]}-{simplemma.__version__}-{version('snowballstemmer')}"
"""An index of another version is made anew: other fields, other stems, or other weights."""


class _Text:
    """The text of a page in one language while it is taken in."""

    def __init__(self, language: str, compounds: Compounds) -> None:
        self.language, self.compounds = language, compounds
        self.words: dict[str, Word] = {}
        self.surface: set[str] = set()
        self.text, self.length = "", 0.0
        self.starts = array("I")

    def take(self, text: str, weight: float, *, shown: bool = True) -> None:
        """Take in a piece; what is not shown can be found and has no place in the text."""
        offset, first = len(self.text), len(self.starts)
        for token in tokens(text):
            while len(self.starts) <= first + token.position:
                self.starts.append(offset + token.start)
            forms = self.compounds.forms(token.word, self.language)
            for term, worth in forms:
                self._put(term, weight * worth, first + token.position)
            if forms:
                self.length += weight
                if shown and not token.joined:
                    self.surface.add(token.word)
        self.starts.extend([offset] * GAP)
        if shown:
            self.text += f"{text}\n"

    def _put(self, term: str, weight: float, place: int) -> None:
        word = self.words.get(term)
        if word is None:
            word = self.words[term] = Word()
        word.weight += weight
        if not word.places or word.places[-1] != place:
            word.places.append(place)


def as_fields(document: Document, compounds: Compounds, seen: set[str]) -> dict[str, Any]:
    """Return the fields of a document, each text with the place of every word in it.

    `seen` are the words, as they are written, of the documents before it in this segment; its own come in. Each is
    written once in a segment: it is a list of words, and not where they stand.
    """
    own = Translation(document.language, document.title, document.summary, document.sections, document.keywords)
    found: dict[str, Any] = {}
    texts: dict[str, Any] = {}
    written = set[str]()
    for page in (own, *document.translations):
        for language in (page.language,) if page.language else LANGUAGES:
            words, stored = _analysed(page, language, compounds)
            found[language] = words.words
            found[f"length_{language}"] = words.length
            written |= words.surface
            texts[page.language] = stored
    fresh = {word.lower() for word in written if 2 < len(word) <= LONGEST_TERM} - seen
    seen |= fresh
    exact = {exact_form(name) for name in (*(one["title"] for one in texts.values()), *document.exact)}
    return {
        **found,
        "subject": [document.subject or document.key],
        "key": [document.key],
        "exact": sorted(exact),
        "kind": [document.kind],
        "theme": document.themes,
        "product_group": document.product_groups,
        "year": [str(document.year)] if document.year else [],
        "language": LANGUAGES if "" in texts else tuple(texts),
        "place": ["ja"] if document.is_place else [],
        "words": fresh,
        "boost": document.weight,
        "twin": _twin(document),
        "data": _kept(document, texts),
    }


def _kept(document: Document, texts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a result shows."""
    return {
        "kind": document.kind,
        "key": document.key,
        "path": document.path,
        "facts": dict(document.facts),
        "texts": texts,
    }


def _twin(document: Document) -> int:
    """Return a number that pages have in common when they say the same under another title; 0 without a text."""
    text = "\n".join((document.summary, *(f"{section.title}\n{section.text}" for section in document.sections)))
    # As many bits as a number of the column holds.
    return int(sha256(canonical_json([text]))[:6], 16) if text.strip() else 0


def _analysed(page: Translation, language: str, compounds: Compounds) -> tuple[_Text, dict[str, Any]]:
    taken, places = _Text(language, compounds), list[Place]()
    taken.take(page.title, TITLE)
    summary = (len(taken.text), len(taken.starts))
    taken.take(page.summary, SUMMARY)
    for section in page.sections:
        places.append((len(taken.text), len(taken.starts), section.anchor, section.title))
        _take_section(taken, section)
    end = len(taken.starts)
    for keyword in page.keywords:
        taken.take(keyword, KEYWORD, shown=False)
    return taken, {
        "title": page.title,
        "summary": page.summary,
        "text": taken.text,
        "starts": taken.starts[:end].tobytes(),
        "summary_at": summary,
        "sections": places,
    }


def _take_section(taken: _Text, section: Section) -> None:
    if section.title:
        taken.take(section.title, HEADING)
    taken.take(section.text, BODY)
