"""How the engine writes: what it leaves out, and which segments it puts together."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from whoosh import query, writing
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader

from kb.search.compounds import Compounds
from kb.search.documents import Document
from kb.search.schema import SCHEMA, as_fields

WAIT = 30.0
"""Seconds that a writer waits for another."""
LITTLE, MUCH = 16, 64
"""Megabytes that a writer may hold in memory, about, before it sorts on disk: for a change, and for everything."""
MOST_MERGED = 400
"""A segment of more pages is left as it is: one change must not rewrite the whole index."""


class _Lengthless(W3Codec):  # type: ignore[misc]  # the engine is untyped
    """The engine's own way of writing, but for the length of a page at each word: here that is one column."""

    length_stats = False


def put_in(index: Any, documents: Iterable[Document], gone: Iterable[str], compounds: Compounds) -> int:
    """Take all out that the index holds of the subjects in `gone`, and put these documents in; return how many."""
    writer, written, seen = _writer(index, LITTLE), 0, set[str]()
    try:
        for subject in gone:
            writer.delete_by_query(_standing_for(subject))
        for document in documents:
            writer.add_document(**as_fields(document, compounds, seen))
            written += 1
    except BaseException:
        writer.cancel()
        raise
    writer.commit(mergetype=_put_together)
    return written


def make_anew(index: Any, documents: Iterable[Document], compounds: Compounds) -> int:
    """Put these documents in the place of all that the index holds; return how many."""
    writer, written, seen = _writer(index, MUCH), 0, set[str]()
    try:
        for document in documents:
            writer.add_document(**as_fields(document, compounds, seen))
            written += 1
    except BaseException:
        writer.cancel()
        raise
    writer.commit(mergetype=writing.CLEAR)
    return written


def _writer(index: Any, megabytes: int) -> Any:
    # Without the engine's own lock, which a writer keeps that fails in its commit: `SearchIndex.writing` has another.
    return index.writer(_lk=False, limitmb=megabytes, codec=_Lengthless())


def storage(folder: Path) -> Any:
    """Return the engine's way to the files in a folder.

    Not mapped: what the engine calls mapping copies whole files into the memory of every process, at every opening.
    """
    return FileStorage(str(folder), supports_mmap=False)


def is_there(folder: Path) -> bool:
    """Say whether a folder holds an index of the engine.

    By the names of its files alone: who opens one meets a writer that just put another in its place.
    """
    return any(folder.glob("*.toc"))


def opened(folder: Path) -> Any:
    """Return the engine's index in a folder."""
    return storage(folder).open_index(schema=SCHEMA)


def created(folder: Path) -> Any:
    """Return a new and empty index of the engine."""
    return storage(folder).create_index(SCHEMA)


def _standing_for(subject: str) -> Any:
    return query.Wildcard("subject", subject) if "*" in subject else query.Term("subject", subject)


def _put_together(writer: Any, segments: list[Any]) -> list[Any]:
    """Put small segments together with what is written now; return those that stay as they are.

    A segment goes along when what goes along already is as large: so each page is rewritten few times, and there are
    few segments. The engine's own rule rewrites everything now and then, which takes a minute at 10,000 pages.
    """
    staying, size = [], max(writer.doc_count(), 1)
    for segment in sorted(segments, key=lambda one: int(one.doc_count())):
        holding = int(segment.doc_count())
        if not holding:
            continue
        if holding > min(size, MOST_MERGED):
            staying.append(segment)
            continue
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
        size += holding
    return staying
