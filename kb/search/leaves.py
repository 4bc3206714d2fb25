"""The index as it is read: postings, facets and words of each segment, kept in memory while it stays as it is.

A set of pages is a whole number with a bit for each page: two sets meet in one operation, and counting is one more.
A segment never changes once it is written, so what was read of it holds for as long as it is there; only which pages
were taken out of it since must be looked at again.
"""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple
from weakref import finalize

from whoosh.index import _DEF_INDEX_NAME, TOC
from whoosh.reading import SegmentReader, TermNotFound

from kb.search.analysis import LANGUAGES, stem
from kb.search.committing import storage
from kb.search.documents import FACETS
from kb.search.lexicon import Lexicon
from kb.search.schema import SCHEMA

MOST_POSTINGS = 400_000
"""Postings that a segment keeps in memory; eight bytes each."""
MOST_SETS = 500
"""Sets of pages that hold a row of words; a bit for each page of the segment."""


class Postings(NamedTuple):
    """The pages that hold a term, what it weighs there, and the same pages as a set."""

    pages: Sequence[int]
    weights: Sequence[float]
    bits: int


_NOTHING = Postings((), (), 0)


def as_bits(pages: Iterable[int], size: int) -> int:
    """Return the set of these pages."""
    kept = bytearray(size // 8 + 1)
    for page in pages:
        kept[page >> 3] |= 1 << (page & 7)
    return int.from_bytes(kept, "little")


_BITS = [tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256)]


def pages_in(bits: int) -> list[int]:
    """Return the pages of a set, in their order."""
    kept = bits.to_bytes(bits.bit_length() // 8 + 1, "little")
    return [(place << 3) + bit for place, byte in enumerate(kept) if byte for bit in _BITS[byte]]


class Leaf:
    """One segment of the index."""

    def __init__(self, reader: Any) -> None:
        self.reader = reader
        # Its files are let go of when nobody holds it any more: an opened index may share it with the one before.
        finalize(self, reader.close)
        self.size = int(reader.doc_count_all())
        self.alive = 0
        self._postings: OrderedDict[tuple[str, str], Postings] = OrderedDict()
        self._kept = 0
        self._sets_kept: OrderedDict[Hashable, int] = OrderedDict()
        segment, files = reader.segment(), reader.storage()
        self._codec = reader.codec()
        self._postings_file = segment.open_file(files, self._codec.POSTS_EXT)
        self.facets = {name: self._sets(name) for name in FACETS}
        self.places_named = self._read("place", "ja").bits
        """The pages that bear the name of a place."""
        self.boosts = self._column("boost")
        self.twins = self._column("twin")
        """What pages have in common that say the same; 0 for what says nothing."""
        self.lengths = {language: self._column(f"length_{language}") for language in LANGUAGES}
        self.lexicon = Lexicon(self._values("words"))

    def stand_at(self, segment: Any) -> None:
        """Take over which pages were taken out since; all else of a segment stays as it is."""
        gone = as_bits(segment.deleted_docs(), self.size) if segment.has_deletions() else 0
        self.alive = ((1 << self.size) - 1) & ~gone

    def postings(self, field: str, term: str) -> Postings:
        """Return where a term stands; what was asked for before is kept."""
        key = (field, term)
        found = self._postings.get(key)
        if found is not None:
            self._postings.move_to_end(key)
            return found
        found = self._read(field, term)
        self._postings[key] = found
        self._kept += len(found.pages) + 8
        while self._kept > MOST_POSTINGS and len(self._postings) > 1:
            _, dropped = self._postings.popitem(last=False)
            self._kept -= len(dropped.pages) + 8
        return found

    def _read(self, field: str, term: str) -> Postings:
        pages, weights = array("I"), array("f")
        for block in self._blocks(field, term):
            pages.extend(block._ids)
            weights.extend(block._weights)
        return Postings(pages, weights, as_bits(pages, self.size)) if pages else _NOTHING

    def _blocks(self, field: str, term: str, first: int = 0) -> Iterator[Any]:
        """Yield the engine's matcher at each block of a term's postings, from the block with page `first` on.

        A block is read at once: asking the matcher for one posting after another takes ten times as long.
        """
        try:
            info = self.reader.term_info(field, term)
        except TermNotFound:
            return
        matcher = self._codec.postings_reader(self._postings_file, info, SCHEMA[field].format)
        while matcher.is_active():
            if matcher.block_max_id() >= first:
                matcher.id(), matcher.weight()
                yield matcher
            matcher._next_block()

    def places(self, field: str, term: str, pages: Collection[int]) -> dict[int, "array[int]"]:
        """Return at which places a term stands on each of these pages; where it does not they are left out."""
        found: dict[int, array[int]] = {}
        wanted, last = frozenset(pages), max(pages, default=-1)
        for block in self._blocks(field, term, min(pages, default=0)):
            if not wanted.isdisjoint(block._ids):
                block.value()
                for page, value in zip(block._ids, block._values, strict=True):
                    if page in wanted:
                        found[page] = array("I", value)
            if block.block_max_id() >= last:
                break
        return found

    def remembered(self, key: Hashable, make: Callable[[], int]) -> int:
        """Return a set of pages that takes long to make, and keep it for who asks the same."""
        found = self._sets_kept.get(key)
        if found is None:
            found = make()
            while len(self._sets_kept) >= MOST_SETS:
                self._sets_kept.popitem(last=False)
            self._sets_kept[key] = found
        return found

    def stored(self, page: int) -> dict[str, Any]:
        """Return what was stored of a page."""
        data: dict[str, Any] = self.reader.stored_fields(page)["data"]
        return data

    def _sets(self, field: str) -> dict[str, int]:
        return {value: self._read(field, value).bits for value in self._values(field)}

    def _values(self, field: str) -> list[str]:
        return [term.decode() if isinstance(term, bytes) else str(term) for term in self.reader.lexicon(field)]

    def _column(self, field: str) -> "array[float]":
        return array("f", self.reader.column_reader(field, translate=False).load())


class Opened:
    """The whole index as it stood at one moment."""

    def __init__(self, folder: Path, before: "Opened | None" = None) -> None:
        files = storage(folder)
        known = before.by_segment if before else {}
        self.by_segment: dict[str, Leaf] = {}
        for segment in TOC.read(files, _DEF_INDEX_NAME, schema=SCHEMA).segments:
            name = str(segment.segment_id())
            leaf = known.get(name) or Leaf(SegmentReader(files, SCHEMA, segment))
            leaf.stand_at(segment)
            self.by_segment[name] = leaf
        self.leaves = list(self.by_segment.values())
        self.size = sum(leaf.alive.bit_count() for leaf in self.leaves)
        self.mean = {language: self._mean(language) for language in LANGUAGES}

    def _mean(self, language: str) -> float:
        lengths = [length for length in chain(*(leaf.lengths[language] for leaf in self.leaves)) if length]
        return sum(lengths) / len(lengths) if lengths else 1.0

    def frequency(self, field: str, term: str) -> int:
        """Return how many pages hold a term."""
        return sum((leaf.postings(field, term).bits & leaf.alive).bit_count() for leaf in self.leaves)

    def knows(self, word: str) -> bool:
        """Say whether a text holds this word, or a form of it."""
        return any(word.lower() in leaf.lexicon for leaf in self.leaves) or any(
            self.frequency(language, stem(word, language)) for language in LANGUAGES
        )

    def with_accents(self, folded: str) -> set[str]:
        """Return the words with accents that read so without them."""
        return {leaf.lexicon.accented[folded] for leaf in self.leaves if folded in leaf.lexicon.accented}
