"""Engine, session and column types, for SQLite as it is run by one person and PostgreSQL as it is run at scale."""

import enum
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Engine, Enum, MetaData, TypeDecorator, create_engine, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session, sessionmaker

BUSY_TIMEOUT_MS = 15_000
LARGEST_NUMBER = 2**31 - 1
"""The largest whole number that every database can hold in a column of numbers, and can look for there."""
LEDGER_LOCK = 20260101
"""Any constant will do, as long as every process takes the same one (PostgreSQL advisory lock)."""
_BUSY_STATES = {"40P01", "40001", "55P03"}
"""Deadlock, serialization failure, lock not available: PostgreSQL, Appendix A (errcodes)."""

_reading_only: ContextVar[bool] = ContextVar("reading_only", default=False)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC and always returned with its time zone, on every database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Base of every table; the naming convention gives each constraint a name that a migration can use."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON}


def enum_type(kind: type[enum.StrEnum], name: str) -> Enum:
    """Return a column type that stores the enum's values as text and lets the database refuse others."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


@dataclass(frozen=True)
class Database:
    """An engine with the session that belongs to the present thread or request."""

    engine: Engine
    session: scoped_session[Session]

    def close(self) -> None:
        """Give the connection of this thread back."""
        self.session.remove()


class WriteInReadOnlyRequest(RuntimeError):
    """A GET tried to change the database; reading never writes (see docs/architecture.md, One request)."""


@contextmanager
def reading_only() -> Iterator[None]:
    """Refuse writes and take no write lock inside the block."""
    token = _reading_only.set(True)
    try:
        yield
    finally:
        _reading_only.reset(token)


def set_reading_only(value: bool) -> None:
    """State for the rest of this context (a request) whether it may write."""
    _reading_only.set(value)


def open_database(url: str) -> Database:
    """Open the database at `url` with the settings this site depends on."""
    engine = create_engine(url, hide_parameters=True)  # an error in the log holds no answers
    if engine.dialect.name == "sqlite":
        event.listen(engine, "do_connect", _make_private)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _prepare_postgresql)
        event.listen(engine, "begin", _begin_postgresql)
    session = scoped_session(sessionmaker(engine, expire_on_commit=False))
    event.listen(session, "before_flush", _refuse_write_when_reading)
    return Database(engine, session)


def _make_private(_dialect: Dialect, _record: object, arguments: tuple[str, ...], _options: object) -> None:
    """Make a new database file readable for its owner only; SQLite gives the files beside it the same rights."""
    path = arguments[0]
    if path != ":memory:" and not path.startswith("file:"):
        with suppress(OSError):  # it is there already; or it cannot be made, and SQLite says so
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's "begin" event below says when a transaction starts
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "synchronous=NORMAL",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that will write takes the lock at its start: two that read first and write later
    # would otherwise both fail, and the ledger's chain would break (measured in docs/decisions).
    connection.exec_driver_sql("BEGIN" if _reading_only.get() else "BEGIN IMMEDIATE")


def _prepare_postgresql(connection: Any, _record: object) -> None:
    connection.autocommit = True  # for the setting alone: in a transaction it would go with a rollback
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {BUSY_TIMEOUT_MS}")
    connection.autocommit = False


def _begin_postgresql(connection: Connection) -> None:
    """Show one moment to who reads, and let writers queue from the start, as SQLite does (docs/architecture.md).

    At READ COMMITTED each query sees another moment, and the head of the ledger would not belong to what is read after
    it. The setting is that of one transaction, so it does not go along with the connection to the next request.
    Every change ends in the ledger, and so at its lock. Who locks a row first and the ledger after it meets who does it
    the other way round; and a moment that is written down before the lock may come out after a later one.
    """
    options = connection.get_execution_options()
    if not options.get("queues", True) or options.get("isolation_level") == "AUTOCOMMIT":
        return
    if _reading_only.get():
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LEDGER_LOCK})")


def row_number(written: str) -> int:
    """Read the number of a row in a text of somebody; 0, which no row has, where it is larger than any can be."""
    number = int(written)
    return number if number <= LARGEST_NUMBER else 0


def is_busy(error: OperationalError) -> bool:
    """Say whether it failed only because others were writing: it may work when it is tried again."""
    cause = error.orig
    return getattr(cause, "sqlstate", None) in _BUSY_STATES or "database is locked" in str(cause)


def _refuse_write_when_reading(session: Session, _context: object, _instances: object) -> None:
    if _reading_only.get() and (session.new or session.dirty or session.deleted):
        raise WriteInReadOnlyRequest
