"""Brings the database up to date with the tables in the code."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine

from website.config import ROOT


class LooseRows(RuntimeError):
    """After the migrations, rows point at rows that are not there; nothing of them was kept."""


def migrate(engine: Engine, revision: str = "head") -> None:
    """Run every migration up to `revision` that was not run yet, in one transaction: all of them, or none.

    Raises LooseRows where a row would point at nothing afterwards.
    """
    with engine.connect() as connection, _tables_made_anew(connection), connection.begin():
        command.upgrade(alembic_config(connection), revision)
        _refuse_loose_rows(connection)


@contextmanager
def _tables_made_anew(connection: Connection) -> Iterator[None]:
    """Let SQLite drop a table that others point at: its migrations make a table anew to change it.

    The setting works outside a transaction only, so it is made on the connection itself before the first one begins.
    https://www.sqlite.org/lang_altertable.html#otheralter
    """
    raw = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite" or raw is None:
        yield
        return
    raw.cursor().execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.cursor().execute("PRAGMA foreign_keys=ON")


def _refuse_loose_rows(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    found = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if found:
        tables = sorted({f"{row.table} -> {row.parent}" for row in found})
        raise LooseRows(f"{len(found)} rows point at rows that are not there: {', '.join(tables)}")


def alembic_config(connection: object) -> Config:
    """Return Alembic's settings for the migrations folder of this project."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config
