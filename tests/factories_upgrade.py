"""A register as an earlier issue left it: invented rows in the tables of its last migration, for tests of an upgrade.

`register_of_issue_<n>.json.gz` holds the rows of a small example world, as the code of that issue wrote them; nobody
has a password.
"""

import gzip
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Boolean, Date, DateTime, Engine, LargeBinary, MetaData, func, insert, select, text
from sqlalchemy.types import TypeEngine

from website.migrating import migrate

FOLDER = Path(__file__).parent / "website"
LAST_MIGRATION = {3: "0002", 4: "0003"}
"""The newest migration of each issue."""


def make_register_of_issue_3(engine: Engine) -> dict[str, int]:
    """Fill an empty database with the tables and rows of issue 3; return how many rows each table has."""
    return make_register_of(3, engine)


def make_register_of(issue: int, engine: Engine) -> dict[str, int]:
    """Fill an empty database with the tables and rows of that issue; return how many rows each table has."""
    migrate(engine, LAST_MIGRATION[issue])
    tables = json.loads(gzip.decompress((FOLDER / f"register_of_issue_{issue}.json.gz").read_bytes()))
    known = MetaData()
    known.reflect(engine)
    with engine.begin() as connection:
        for table in known.sorted_tables:
            if rows := tables.get(table.name, []):
                types = {column.name: column.type for column in table.columns}
                plain = [{name: _read(value, types[name]) for name, value in row.items()} for row in rows]
                connection.execute(insert(table), plain)
        if engine.dialect.name == "postgresql":  # the rows came with their own numbers
            for table in known.sorted_tables:
                if "id" in table.columns and isinstance(table.columns["id"].type.python_type(), int):
                    name = f'"{table.name}"'
                    connection.execute(
                        text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT MAX(id) FROM {name}))")  # noqa: S608
                    )
    return {name: len(rows) for name, rows in tables.items()}


def count_rows(engine: Engine) -> dict[str, int]:
    """Return how many rows each table has now."""
    known = MetaData()
    known.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in known.sorted_tables
        }


def _read(value: Any, kind: TypeEngine[Any]) -> Any:
    """Return a value of the file as the database takes it; SQLite gave days, moments and JSON as text."""
    if value is None:
        return None
    if isinstance(kind, JSON):  # SQLite keeps a plain number in such a column as a number
        return json.loads(value) if isinstance(value, str) else value
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, LargeBinary):
        return bytes.fromhex(value)
    return bool(value) if isinstance(kind, Boolean) else value
