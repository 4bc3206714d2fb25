"""Keeps the index at the ledger: after every change it takes in what the ledger names since, or starts anew."""

import logging

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from common.clock import today
from common.database import reading_only
from common.ledger import LedgerEntry
from kb.search.index import Batch, Head, SearchIndex
from website.buyer_groups.search_documents import buyer_groups
from website.search_documents import agreements, all_documents, authorities, codes_signed_by, guides

log = logging.getLogger(__name__)
MANY = 400
"""So many changed pages are quicker to take in by starting anew."""


def newest(session: Session) -> Head:
    """Return the newest change of the ledger that may show on a public page, and the day."""
    row = session.execute(
        select(LedgerEntry.seq, LedgerEntry.hash).where(LedgerEntry.is_public).order_by(LedgerEntry.seq.desc()).limit(1)
    ).one_or_none()
    day = today().isoformat()
    return Head(row.seq, row.hash, day) if row else Head(0, day=day)


def bring_up_to_date(session: Session, index: SearchIndex, *, wait: float = 30.0) -> bool:
    """Take in what changed since the index was last written; return whether there was anything.

    The session may hold nothing that is not committed: what the index takes in must be what others read.
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
    return len(batch.documents)


def keep_up(engine: Engine, index: SearchIndex, *, wait: float = 10.0) -> bool:
    """Bring the index up to date beside a request; return whether it is.

    A failure is noted and mended at the next occasion.
    """
    try:
        with reading_only(), Session(engine) as session:
            bring_up_to_date(session, index, wait=wait)
    except Exception:  # an answer that is ready must not be lost over the index
        log.exception("the search index could not be brought up to date")
        return False
    return True


def _fill(session: Session, batch: Batch) -> None:
    head = newest(session)
    if batch.head == head:
        return
    subjects = _since(session, batch.head, head) if batch.head else None
    if subjects is None or len(subjects) > MANY:
        _everything(session, batch)
        return
    by_kind: dict[str, set[str]] = {}
    for subject in subjects:
        kind, _, key = subject.partition(":")
        by_kind.setdefault(kind, set()).add(key)
    codes = by_kind.get("authority", set()) | codes_signed_by(session, by_kind.get("signature", ()))
    batch.documents = [
        *(guides(session, by_kind["guide"]) if "guide" in by_kind else ()),
        *(authorities(session, codes) if codes else ()),
        *(agreements(session, by_kind["agreement"]) if "agreement" in by_kind else ()),
        *(buyer_groups(session, by_kind["buyer_group"]) if "buyer_group" in by_kind else ()),
    ]
    # What has no public page any more, or not yet, may not be found.
    found_by_subject = ("guide", "authority", "agreement", "buyer_group")
    wanted = {f"{kind}:{key}" for kind in found_by_subject for key in by_kind.get(kind, ())}
    batch.removed = sorted(wanted - {document.key for document in batch.documents})
    batch.new_head = head


def _everything(session: Session, batch: Batch) -> None:
    batch.new_head = newest(session)
    batch.documents, batch.everything = all_documents(session), True


def _since(session: Session, known: Head, head: Head) -> set[str] | None:
    """Return the subjects that changed, or None for all: another ledger, another day, or content that was loaded."""
    same = session.scalar(select(LedgerEntry.hash).where(LedgerEntry.seq == known.number))
    if known.day != head.day or known.number > head.number or same != (known.hash or None):
        return None
    changed = session.scalars(select(LedgerEntry.subject).where(LedgerEntry.seq > known.number).distinct()).all()
    return None if any(subject.startswith("content:") for subject in changed) else set(changed)
