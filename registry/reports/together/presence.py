"""Where in the form somebody is now: written beside everything else, so that it stops nobody who writes."""

from datetime import datetime

from sqlalchemy import Engine, delete, insert, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from common.database import BUSY_TIMEOUT_MS
from registry.reports.together.models import Presence

_TIMEOUT_MS = 50


def be_here(engine: Engine, report_id: int, user_id: int, section: str, moment: datetime) -> bool:
    """Write where somebody is, in a short transaction of its own; False when the database was busy.

    As accounts/sessions.py does for when a browser was last seen: whoever saves an answer goes first, the page tells
    again in 20 seconds, and the ledger knows nothing of it.
    """
    with engine.connect().execution_options(queues=False) as connection:
        raw = connection.connection.dbapi_connection
        on_sqlite = engine.dialect.name == "sqlite" and raw is not None
        try:
            if on_sqlite:
                raw.execute(f"PRAGMA busy_timeout={_TIMEOUT_MS}")  # type: ignore[union-attr]
            with connection.begin():
                if not on_sqlite:
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_TIMEOUT_MS}ms'")
                own = update(Presence).where(Presence.report_id == report_id, Presence.user_id == user_id)
                if not connection.execute(own.values(section=section, seen_at=moment)).rowcount:
                    row = {"report_id": report_id, "user_id": user_id, "section": section, "seen_at": moment}
                    connection.execute(insert(Presence).values(row))
        except (OperationalError, IntegrityError):  # busy, or another tab of the same person was first
            return False
        finally:
            if on_sqlite:
                raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")  # type: ignore[union-attr]
    return True


def drop_old(session: Session, before: datetime) -> int:
    """Delete where people were before that moment; return how many."""
    return int(getattr(session.execute(delete(Presence).where(Presence.seen_at < before)), "rowcount", 0))
