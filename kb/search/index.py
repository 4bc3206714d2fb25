"""The index in its folder: one writer that waits, one opened reader per process, and a rebuild when it cannot be read.

The database is the truth. The index remembers up to which change of the ledger it holds the site.
"""

import logging
import pickle
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from whoosh.util.filelock import FileLock, try_for

from kb.search.committing import WAIT, created, is_there, make_anew, opened, put_in
from kb.search.compounds import Compounds, parts_in
from kb.search.documents import Asked, Document, Found
from kb.search.finding import find
from kb.search.keeping import Head, Keeping, State
from kb.search.leaves import Opened
from kb.search.question import Circumstances, read_question

__all__ = ["Batch", "Head", "IndexBusy", "IndexUnusable", "SearchIndex"]

log = logging.getLogger(__name__)
T = TypeVar("T")
_TRIES = 5
_EVERYTHING = Asked()


class IndexUnusable(Exception):
    """The index is missing or cannot be read; rebuilding it mends that."""


class IndexBusy(Exception):
    """Another writer held the index for too long."""


@dataclass
class Batch:
    """Changes that are written together, when the block of `SearchIndex.writing()` ends."""

    head: Head | None
    """Up to where the index is; None when it must be rebuilt."""
    documents: Iterable[Document] = ()
    """Gone through once; what makes them as they are asked for holds no 10,000 texts in memory."""
    removed: Iterable[str] = ()
    """Subjects: all that the index holds of them goes, and `documents` takes its place. "plan:*" is every plan."""
    everything: bool = False
    """The documents are all there are; what else the index holds goes."""
    new_head: Head | None = None
    written: int = field(default=0, init=False)
    """How many documents were put in."""


@dataclass(frozen=True)
class _Now:
    """What a process opened, and by which it tells that nobody wrote since."""

    stamp: tuple[int, int]
    parts: str
    opened: Opened
    compounds: Compounds


class SearchIndex:
    """The one way to the search engine; no type of the engine leaves it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._keeping = Keeping(folder)
        self._lock = threading.RLock()
        self._opened: _Now | None = None

    def head(self) -> Head | None:
        """Return up to where the index is; None when there is none that can be used."""
        state = self._keeping.read()
        return state.head if state and is_there(self.folder) else None

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
        """Put these documents in, in place of those of the same subject, and take `removed` out."""
        with self.writing() as batch:
            batch.documents, batch.removed = list(documents), removed
            batch.everything = batch.head is None
            batch.new_head = head or batch.head or Head(0)

    def rebuild(self, documents: Iterable[Document], head: Head) -> None:
        """Make the index anew from these documents; readers see the old one until it is done."""
        with self.writing() as batch:
            batch.documents, batch.everything, batch.new_head = documents, True, head

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
        groups = tuple(tuple(group) for group in synonyms)

        def answer(now: Opened, compounds: Compounds) -> Found:
            question = read_question(typed, Circumstances(language, compounds, groups))
            if not question.clauses:
                return Found(cut=question.cut, empty=True, only_without=bool(question.without))
            return find(now, question, asked, page, language)

        return self._reading(answer)

    def forget(self) -> None:
        """Say that the index cannot be used, so that the next writer makes it anew; where nobody may write, log it."""
        try:
            self._keeping.forget()
        except OSError as error:
            log.error("the search index cannot be forgotten", exc_info=error)
        self.close()

    def close(self) -> None:
        """Let go of the files; the next question opens them again."""
        with self._lock:
            self._opened = None

    def _reading(self, work: Callable[[Opened, Compounds], T]) -> T:
        # One thread at a time: the engine's files keep the place where they are read.
        with self._lock:
            for attempt in range(_TRIES):
                try:
                    return work(*self._open())
                except FileNotFoundError:
                    # A commit of another process took a file away between the list and the opening.
                    time.sleep(0.02 * attempt)
                except IndexUnusable:
                    raise
                except Exception as error:  # a damaged file can raise anything, and must not break a page
                    log.error("the search index cannot be read", exc_info=error)
                    raise IndexUnusable from error
            raise IndexUnusable

    def _open(self) -> tuple[Opened, Compounds]:
        """Return the index as it is now: what was opened before, for as long as nobody wrote."""
        stamp = self._keeping.stamp()
        before = self._opened
        if before and before.stamp == stamp:
            return before.opened, before.compounds
        state = self._keeping.read()
        if stamp is None or state is None:
            raise IndexUnusable
        # The number of parts tells nothing: after a change of content there may be as many others.
        same = before is not None and before.parts == state.parts
        compounds = before.compounds if before and same else Compounds(self._keeping.parts(state.parts))
        now = Opened(self.folder, before.opened if before else None)
        self._opened = _Now(stamp, state.parts, now, compounds)
        return now, compounds

    def _write(self, batch: Batch) -> None:
        assert batch.new_head is not None
        state = self._keeping.read()
        parts = state.parts if state else ""
        if batch.everything:
            parts = self._write_everything(batch)
        else:
            self._write_changes(batch, parts)
        self._keeping.write(State(batch.new_head, parts))
        self._keeping.clear_parts(besides=parts)

    def _write_changes(self, batch: Batch, parts: str) -> None:
        documents = list(batch.documents)
        gone = {*batch.removed, *(document.subject or document.key for document in documents)}
        if not gone:
            return
        with self._forgetting_what_is_damaged():
            compounds = Compounds(self._keeping.parts(parts))
            batch.written = put_in(opened(self.folder), documents, gone, compounds)

    @contextmanager
    def _forgetting_what_is_damaged(self) -> Iterator[None]:
        """Let the next writer start anew where this one found files that are gone or cannot be read.

        A disk that is full damages nothing: what the index held before can still be read.
        """
        try:
            yield
        except Exception as error:
            if isinstance(error, FileNotFoundError) or not isinstance(error, OSError):
                self.forget()
            raise

    def _write_everything(self, batch: Batch) -> str:
        """Go through the documents twice: once for the words of which compounds are made, once to take them in."""
        with tempfile.TemporaryFile(dir=self.folder) as waiting:
            own = set[str]()
            for document in batch.documents:
                pickle.dump(document, waiting)
                own |= _own_words(document)
            waiting.seek(0)
            with self._forgetting_what_is_damaged():
                index = self._whole() if batch.head else self._new()
                batch.written = make_anew(index, _unpacked(waiting), Compounds(own))
        return self._keeping.write_parts(own)

    def _whole(self) -> Any:
        """Return the engine's index, or a new one where it cannot be read: this is how that is mended."""
        try:
            return opened(self.folder)
        except Exception as error:
            if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
                raise
            return self._new()

    def _new(self) -> Any:
        # First of all it must be said that there is no index: an empty one must never be taken for the site.
        self._keeping.forget()
        self.close()
        for file in self.folder.iterdir():
            if file.is_file() and file.name != "writing.lock":
                file.unlink(missing_ok=True)
        return created(self.folder)


def _own_words(document: Document) -> set[str]:
    """Return the words of a Dutch text; names of places are no parts of words."""
    if document.language != "nl":
        return set()
    sections = (f"{section.title} {section.text}" for section in document.sections)
    return parts_in((document.title, document.summary, *sections))


def _unpacked(waiting: Any) -> Iterator[Document]:
    while True:
        try:
            yield pickle.load(waiting)  # noqa: S301 # what this process packed a moment ago, in a file without a name
        except EOFError:
            return
