"""What everybody reads of a report that was published in an emergency, out of the log: that nobody else looked yet."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, select

from common.clock import local
from common.ledger_tables import LedgerEntry
from common.versions import AsOf

PUBLISHED: Final = "report.published"
LOOKED: Final = "report.looked_over"
"""A colleague looked at an emergency publication afterwards."""


@dataclass(frozen=True)
class Haste:
    """One submission that somebody published alone."""

    published_on: date
    looked_on: date | None = None
    """The day on which a colleague had looked at it; None until then."""


def haste_query(subject: str, at: AsOf) -> Select[Any]:
    """Return the query for the publications of a report and the looks afterwards, for a page that asks more."""
    entry = LedgerEntry
    columns: list[Any] = [
        entry.event.label("event"), entry.recorded_at.label("recorded_at"), entry.payload.label("payload"),
    ]  # fmt: skip
    known = [entry.recorded_at <= at.moment] if at.moment else []
    return select(*columns).where(entry.subject == subject, entry.event.in_((PUBLISHED, LOOKED)), *known)


def haste_of(rows: Sequence[Any], number: int) -> Haste | None:
    """Return how the submission of that number was published alone; None where two persons looked as always."""
    days: dict[str, date] = {}
    for row in rows:
        said = json.loads(row.payload)
        if said.get("number") == number and (row.event == LOOKED or said.get("emergency")):
            days[row.event] = local(row.recorded_at).date()
    return Haste(days[PUBLISHED], days.get(LOOKED)) if PUBLISHED in days else None
