"""Writing something small beside a request, when its answer has gone, without ever letting anybody wait."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from common.database import BUSY_TIMEOUT_MS

SHORT_MS = 50


class Busy(Exception):
    """Others were writing; what was to be written is left out."""


@contextmanager
def writing_briefly(engine: Engine, timeout_ms: int = SHORT_MS) -> Iterator[Connection]:
    """Give a connection in a transaction of its own, that waits at most `timeout_ms` for others and then raises Busy.

    On SQLite one may write at a time; on PostgreSQL it does not join the queue of those who will write to the ledger,
    so the block may not record anything there.
    """
    with engine.connect().execution_options(queues=False) as connection:
        raw = connection.connection.dbapi_connection
        on_sqlite = engine.dialect.name == "sqlite" and raw is not None
        try:
            if on_sqlite:
                raw.execute(f"PRAGMA busy_timeout={timeout_ms}")  # type: ignore[union-attr]
            with connection.begin():
                if not on_sqlite:
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{timeout_ms}ms'")
                yield connection
        except OperationalError as error:
            raise Busy from error
        finally:
            if on_sqlite:
                raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")  # type: ignore[union-attr]
