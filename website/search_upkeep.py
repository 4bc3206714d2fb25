"""Keeps the index at the ledger: after every change it takes in what the ledger names since, or starts anew."""

import logging
from pathlib import Path
from threading import Lock, Thread

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from common.clock import today
from common.database import reading_only
from common.ledger import LedgerEntry
from kb.search.index import Batch, Head, IndexBusy, SearchIndex
from website.search_changes import Changes, changed_pages
from website.search_documents import all_documents

log = logging.getLogger(__name__)
MANY = 400
"""So many changed pages are quicker to take in by starting anew."""
PATIENCE = 10.0
"""Seconds that a reader waits for an index that is made anew; after that it goes on beside him."""


def newest(session: Session) -> Head:
    """Return the newest change of the ledger that may show on a public page, and the day."""
    row = session.execute(
        select(LedgerEntry.seq, LedgerEntry.hash).where(LedgerEntry.is_public).order_by(LedgerEntry.seq.desc()).limit(1)
    ).one_or_none()
    day = today().isoformat()
    return Head(row.seq, row.hash, day) if row else Head(0, day=day)


def bring_up_to_date(session: Session, index: SearchIndex, *, wait: float = 30.0) -> bool:
    """Take in what changed since the index was last written; return whether there was anything.

    The session may hold nothing that is not committed: what the index takes in must be what others read. Raises
    IndexBusy when another process writes for longer than `wait` seconds.
    """
    if index.head() == newest(session):
        return False
    with index.writing(wait) as batch:
        # Another process may have written while this one waited, and the database may have moved on.
        session.rollback()
        _fill(session, batch)
    return True


def rebuild(session: Session, index: SearchIndex) -> int:
    """Make the index anew; return the number of pages in it."""
    with index.writing() as batch:
        session.rollback()
        _everything(session, batch)
    return batch.written


def keep_up(engine: Engine, index: SearchIndex, *, wait: float = PATIENCE) -> bool:
    """Bring the index up to date beside a request, in about `wait` seconds; return whether it is.

    A failure is noted and mended at the next occasion. Making it anew can take longer than anybody waits: that is done
    by a thread, and until it is ready readers get what the index held before.
    """
    try:
        with reading_only(), Session(engine) as session:
            head = newest(session)
            known = index.head()
            if known == head:
                return True
            if known and _changes(session, known, head) is not None:
                session.rollback()
                bring_up_to_date(session, index, wait=wait)
                return True
        return _anew_beside(engine, index, wait)
    except IndexBusy:
        return False  # another process is at it
    except Exception:  # an answer that is ready must not be lost over the index
        log.exception("the search index could not be brought up to date")
        return False


_threads: dict[Path, Thread] = {}
_starting = Lock()


def _anew_beside(engine: Engine, index: SearchIndex, wait: float) -> bool:
    """Let one thread of this process make the index anew, and wait for it a little; return whether it is ready."""
    with _starting:
        thread = _threads.get(index.folder)
        if thread is None or not thread.is_alive():
            # It may end with the process at any moment: an index that is half made is never taken for the whole.
            thread = Thread(target=_anew, args=(engine, index), name="search-index", daemon=True)
            _threads[index.folder] = thread
            thread.start()
    thread.join(wait)
    with _starting:
        if not thread.is_alive():
            _threads.pop(index.folder, None)
    with reading_only(), Session(engine) as session:
        return index.head() == newest(session)


def _anew(engine: Engine, index: SearchIndex) -> None:
    try:
        with reading_only(), Session(engine) as session:
            bring_up_to_date(session, index, wait=1.0)
    except IndexBusy:
        return
    except Exception:
        log.exception("the search index could not be made anew")


def _fill(session: Session, batch: Batch) -> None:
    head = newest(session)
    if batch.head == head:
        return
    changes = _changes(session, batch.head, head) if batch.head else None
    if changes is None:
        _everything(session, batch)
        return
    batch.removed, documents = changed_pages(session, changes)
    batch.documents = documents
    batch.new_head = head


def _everything(session: Session, batch: Batch) -> None:
    batch.new_head = newest(session)
    batch.documents, batch.everything = all_documents(session), True


def _changes(session: Session, known: Head, head: Head) -> Changes | None:
    """Return what changed, or None for everything: another ledger, or content that was loaded."""
    same = session.scalar(select(LedgerEntry.hash).where(LedgerEntry.seq == known.number))
    if known.number > head.number or same != (known.hash or None):
        return None
    subjects = session.scalars(select(LedgerEntry.subject).where(LedgerEntry.seq > known.number).distinct()).all()
    if len(subjects) > MANY or any(subject.startswith("content:") for subject in subjects):
        return None
    return Changes.of(subjects, new_day=known.day != head.day)
