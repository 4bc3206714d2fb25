"""The index in its folder: one writer that waits, readers that try again, and a rebuild when it cannot be read.

The database is the truth. The index remembers up to which change of the ledger it holds the site.
"""

import json
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from whoosh import index as engine
from whoosh import writing
from whoosh.util.filelock import FileLock, try_for

from kb.search.analysis import WORD
from kb.search.documents import Asked, Document, Found
from kb.search.finding import find
from kb.search.question import exact_form, read_question
from kb.search.schema import SCHEMA, VERSION

log = logging.getLogger(__name__)
T = TypeVar("T")
WAIT = 30.0
"""Seconds that a writer waits for another."""
_TRIES = 5
_EVERYTHING = Asked()


class IndexUnusable(Exception):
    """The index is missing or cannot be read; rebuilding it mends that."""


class IndexBusy(Exception):
    """Another writer held the index for too long."""


@dataclass(frozen=True)
class Head:
    """The newest change of the ledger that the index holds: its number and its hash, and of which day it tells."""

    number: int
    hash: str = ""
    day: str = ""
    """On another day other names hold, and authorities have ended, without any change of the ledger."""


@dataclass
class Batch:
    """Changes that are written together, when the block of `SearchIndex.writing()` ends."""

    head: Head | None
    """Up to where the index is; None when it must be rebuilt."""
    documents: list[Document] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    everything: bool = False
    """The documents are all there are; what else the index holds goes."""
    new_head: Head | None = None


class SearchIndex:
    """The one way to the search engine; no type of the engine leaves it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._state = folder / "state.json"

    def head(self) -> Head | None:
        """Return up to where the index is; None when there is none that can be used."""
        try:
            kept = json.loads(self._state.read_text())
            usable = kept["version"] == VERSION and engine.exists_in(str(self.folder))
            return _head(kept["head"]) if usable else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @contextmanager
    def writing(self, wait: float = WAIT) -> Iterator[Batch]:
        """Wait until no other process writes, and write the batch at the end of the block.

        Read the database inside the block: what was read before may be older than what another wrote.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(self.folder / "writing.lock"))
        if not try_for(lock.acquire, timeout=wait, delay=0.02):
            raise IndexBusy
        try:
            batch = Batch(self.head())
            yield batch
            if batch.new_head is not None:
                self._write(batch)
        finally:
            lock.release()

    def update(self, documents: Iterable[Document], removed: Iterable[str] = (), head: Head | None = None) -> None:
        """Put these documents in, in place of those with the same key, and take `removed` out."""
        with self.writing() as batch:
            batch.documents, batch.removed = list(documents), list(removed)
            batch.everything = batch.head is None
            batch.new_head = head or batch.head or Head(0)

    def rebuild(self, documents: Iterable[Document], head: Head) -> None:
        """Make the index anew from these documents; readers see the old one until it is done."""
        with self.writing() as batch:
            batch.documents, batch.everything, batch.new_head = list(documents), True, head

    def search(
        self,
        typed: str,
        asked: Asked = _EVERYTHING,
        page: int = 1,
        *,
        synonyms: Sequence[Sequence[str]] = (),
        language: str = "nl",
    ) -> Found:
        """Find what the reader typed, narrowed down as he asked. Raises IndexUnusable, and nothing else.

        `synonyms` are rows of words that mean the same, besides those of the vocabulary; `language` is that of the
        page: what is written in it comes first.
        """
        question = read_question(typed)
        if not question.clauses:
            return Found(cut=question.cut, empty=True)
        return self._reading(lambda searcher: find(searcher, question, asked.kinds, page))

    def forget(self) -> None:
        """Say that the index cannot be used, so that the next writer makes it anew."""
        self._state.unlink(missing_ok=True)

    def _reading(self, work: Callable[[Any], T]) -> T:
        for attempt in range(_TRIES):
            try:
                with engine.open_dir(str(self.folder), schema=SCHEMA).searcher() as searcher:
                    return work(searcher)
            except FileNotFoundError:
                # A commit of another process took a file away between the list and the opening.
                time.sleep(0.02 * attempt)
            except Exception as error:  # a damaged file can raise anything, and must not break a page
                log.error("the search index cannot be read", exc_info=error)
                raise IndexUnusable from error
        raise IndexUnusable

    def _write(self, batch: Batch) -> None:
        assert batch.new_head is not None
        if batch.everything or batch.documents or batch.removed:
            self._commit(batch)
        state = {"version": VERSION, "head": asdict(batch.new_head)}
        temporary = self._state.with_name(f"state.{os.getpid()}")
        temporary.write_text(json.dumps(state))
        temporary.replace(self._state)

    def _commit(self, batch: Batch) -> None:
        writer = self._opened(fresh=batch.head is None).writer(timeout=WAIT)
        try:
            for key in batch.removed:
                writer.delete_by_term("key", key)
            for document in batch.documents:
                fields = as_fields(document)
                if batch.everything:
                    writer.add_document(**fields)
                else:
                    writer.update_document(**fields)
        except BaseException:
            writer.cancel()
            raise
        writer.commit(mergetype=writing.CLEAR if batch.everything else None)

    def _opened(self, *, fresh: bool) -> Any:
        if not fresh:
            return engine.open_dir(str(self.folder), schema=SCHEMA)
        for file in self.folder.iterdir():
            if file.is_file() and file.name != "writing.lock":
                file.unlink(missing_ok=True)
        return engine.create_in(str(self.folder), SCHEMA)


def _head(kept: Mapping[str, Any]) -> Head:
    return Head(int(kept["number"]), str(kept["hash"]), str(kept.get("day", "")))


def as_fields(document: Document) -> dict[str, Any]:
    """Return the fields of a document; the body knows at which character each section starts."""
    body, starts = "", []
    for section in document.sections:
        starts.append((len(body), section.anchor, section.title))
        body += f"{section.title}\n{section.text}\n" if section.title else f"{section.text}\n"
    headings = " ".join(section.title for section in document.sections)
    exact = {exact_form(name) for name in (document.title, *document.exact)}
    return {
        "_boost": document.weight,
        "key": document.key,
        "kind": document.kind,
        "exact": ",".join(sorted(name for name in exact if name)),
        "title": document.title,
        "headings": headings,
        "summary": document.summary,
        "keywords": " ".join(document.keywords),
        "body": body,
        "words": " ".join(dict.fromkeys(WORD.findall(f"{document.title} {document.summary} {headings} {body}"))),
        "data": {"path": document.path, "sections": starts, "facts": dict(document.facts)},
    }
