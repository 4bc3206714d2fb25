"""The two times that a reader asks for: ?geldigOp=2025-01-31 (that day) and ?beschikbaarOp= (as the site said then)."""

from datetime import UTC, date, datetime

from flask import g, request

from common import clock
from common.versions import AsOf


def asked_as_of() -> AsOf:
    """Return for which day and moment the reader wants the register; today and now when he does not say.

    The names are those of the temporal module of the Dutch API strategy. What is no day or moment is ignored
    and told on the page.
    """
    day = _day(request.args.get("geldigOp", ""))
    moment = _moment(request.args.get("beschikbaarOp", ""))
    at = AsOf(day or (clock.local(moment).date() if moment else clock.today()), moment)
    g.as_of = at
    return at


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None


def _moment(written: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(written) if written else None
    except ValueError:
        return None
    return found.astimezone(UTC) if found and found.tzinfo else None
