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
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session, sessionmaker

BUSY_TIMEOUT_MS = 15_000

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


def _refuse_write_when_reading(session: Session, _context: object, _instances: object) -> None:
    if _reading_only.get() and (session.new or session.dirty or session.deleted):
        raise WriteInReadOnlyRequest
