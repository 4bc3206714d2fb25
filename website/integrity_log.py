"""The ledger as anybody may have it: one line of JSON for each entry, of a sealed one the hashes only.

What a line may say is decided when an entry is written (common/ledger_opening.py, docs/decisions/0008).
"""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, Row, select
from sqlalchemy.orm import Session

from common.database import reading_only
from common.ledger_hashing import canonical_json, written_moment
from common.ledger_opening import was_opened
from common.ledger_tables import LedgerEntry

AT_A_TIME = 500
"""Entries read in one go: a reader with a slow line holds no transaction open."""
_TABLE = LedgerEntry.__table__


def hash_at(session: Session, number: int) -> str | None:
    """Return the hash of the entry with this number: what a part up to there is known by."""
    found: str | None = session.scalar(select(LedgerEntry.hash).where(LedgerEntry.seq == number))
    return found


def log_lines(engine: Engine, first: int, last: int) -> Iterator[bytes]:
    """Give the lines of the entries from `first` to `last`, some hundreds in one piece."""
    for start in range(first, last + 1, AT_A_TIME):
        until = min(start + AT_A_TIME - 1, last)
        query = select(_TABLE).where(_TABLE.c.seq.between(start, until)).order_by(_TABLE.c.seq)
        with reading_only(), engine.connect() as connection:
            rows = connection.execute(query).all()
        yield "".join(line_of(row) + "\n" for row in rows).encode()


def line_of(row: Row[Any]) -> str:
    """Return an entry as the public log has it: canonical JSON."""
    told = {
        "seq": row.seq,
        "recorded_at": written_moment(row.recorded_at),
        "content_hash": row.content_hash,
        "previous_hash": row.previous_hash,
        "hash": row.hash,
    }
    opened = was_opened(row)
    if opened or not row.content_hash:
        told |= {"actor_role": row.actor_role, "event": row.event, "subject": row.subject}
        told["payload_hash"] = row.payload_hash
    if opened:
        told["payload"] = json.loads(row.payload)
    return canonical_json(told)
