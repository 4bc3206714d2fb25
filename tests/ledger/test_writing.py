"""Twenty writers at once, a hundred kills before the commit, and every way around the ledger that a database knows."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from common import database as databases
from common import ledger
from common.database import open_database
from common.ledger import SYSTEM, first_broken, head_number, record
from tests.test_postgresql import server  # noqa: F401  # the fixture
from tools.ledger_load import kill_between, new_database, write_at_once


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database with all tables."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    else:
        whole = request.getfixturevalue("server")
        name = f"ledger_{abs(hash(request.node.name)) % 10**8}"
        engine = create_engine(whole, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        address = whole.replace("/postgres?", f"/{name}?")
    new_database(address)
    return address


def test_twenty_writers_at_once_break_no_link(url: str) -> None:
    found = write_at_once(url, 20, 400)
    assert (found.rows, found.entries, found.broken, found.failed) == (400, 400, None, 0)


def test_without_the_lock_the_same_writers_fail(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shows that the test above can fail; even then the database lets no broken link in."""
    monkeypatch.setattr(ledger, "lock", lambda session: None)
    monkeypatch.setattr(databases, "_begin_postgresql", lambda connection: None)
    monkeypatch.setattr(databases, "_begin_sqlite", lambda connection: connection.exec_driver_sql("BEGIN"))
    found = write_at_once(url, 20, 400)
    assert found.failed
    assert found.broken is None
    assert found.rows == found.entries < 400


def test_a_kill_between_write_and_commit_leaves_nothing_a_hundred_times(url: str) -> None:
    write_at_once(url, 1, 3)
    kill_between(url, 100)
    after = write_at_once(url, 1, 1)
    assert (after.rows, after.entries, after.broken) == (4, 4, None)
    kill_between(url, 1, commit=True)  # what did commit before the kill stays: the test can tell the two apart
    assert write_at_once(url, 1, 1).entries == 6


AROUND = [
    "UPDATE ledger_entry SET event = 'x' WHERE seq = 2",
    "DELETE FROM ledger_entry WHERE seq = 3",
    "DELETE FROM ledger_fingerprint",
    "UPDATE ledger_fingerprint SET subject = 'x'",
    "DELETE FROM ledger_checkpoint",
    "UPDATE ledger_checkpoint SET size = 1",
    "INSERT INTO ledger_checkpoint SELECT 9, 1, head, signed_at, key_id, public_key, signature FROM ledger_checkpoint",
    "INSERT INTO ledger_fingerprint SELECT 1, fingerprint, subject FROM ledger_fingerprint WHERE seq = 2",
    # Entry 4 carries none, though its text looks like one.
    "INSERT INTO ledger_fingerprint SELECT 4, fingerprint, subject FROM ledger_fingerprint WHERE seq = 1",
    "INSERT INTO ledger_fingerprint SELECT 4, fingerprint, 'guide:4' FROM ledger_fingerprint WHERE seq = 1",
    "INSERT INTO ledger_fingerprint SELECT 4, '%', 'guide:4' FROM ledger_fingerprint WHERE seq = 1",
    "INSERT INTO ledger_fingerprint SELECT 9, fingerprint, subject FROM ledger_fingerprint WHERE seq = 1",
    "INSERT INTO ledger_entry {columns} SELECT 6, {rest}, hash, 'x' FROM ledger_entry WHERE seq = 3",
    "INSERT INTO ledger_entry {columns} SELECT 5, {rest}, previous_hash, 'x' FROM ledger_entry WHERE seq = 4",
    "INSERT INTO ledger_entry {columns} SELECT 5, {rest}, hash, hash FROM ledger_entry WHERE seq = 4",
]
ONLY_SQLITE = [
    "REPLACE INTO ledger_entry {columns} SELECT 2, {rest}, previous_hash, 'x' FROM ledger_entry WHERE seq = 2",
    "INSERT OR REPLACE INTO ledger_entry {columns} SELECT 5, {rest}, hash, hash FROM ledger_entry WHERE seq = 4",
    "UPDATE OR REPLACE ledger_entry SET seq = 1 WHERE seq = 3",
    "INSERT OR REPLACE INTO ledger_fingerprint VALUES (1, 'x', 'x')",
    "INSERT OR REPLACE INTO ledger_checkpoint SELECT id, 1, head, signed_at, key_id, public_key, 'x' "
    "FROM ledger_checkpoint",
]
ONLY_POSTGRESQL = [
    "TRUNCATE ledger_entry CASCADE",
    "TRUNCATE ledger_fingerprint",
    "TRUNCATE ledger_checkpoint",
    "INSERT INTO ledger_entry {columns} SELECT 3, {rest}, previous_hash, 'x' FROM ledger_entry WHERE seq = 3 "
    "ON CONFLICT (seq) DO UPDATE SET event = 'x'",
]
REST = "recorded_at, actor_role, event, subject, payload, payload_hash, is_public"


def test_the_database_knows_no_way_around_the_ledger(url: str) -> None:
    database = open_database(url)
    session = database.session()
    for number in range(3):
        record(session, "guide.published", f"guide:{number}", {"fingerprint": f"{number:064d}"}, actor=SYSTEM)
    record(session, "guide.published", "guide:4", {"says": f'"fingerprint":"{0:064d}"'}, actor=SYSTEM)
    session.execute(text(
        "INSERT INTO ledger_checkpoint (id, size, head, signed_at, key_id, public_key, signature) "
        "VALUES (1, 3, 'x', '2026-01-01 00:00:00', 'x', 'x', 'x')"
    ))  # fmt: skip
    session.commit()
    own = ONLY_SQLITE if session.get_bind().dialect.name == "sqlite" else ONLY_POSTGRESQL
    columns = f"(seq, {REST}, previous_hash, hash)"
    passed = [one for one in AROUND + own if not is_refused(session, one.format(columns=columns, rest=REST))]
    assert passed == []
    assert (head_number(session), first_broken(session)) == (4, None)
    database.close()
    database.engine.dispose()


def is_refused(session: Session, statement: str) -> bool:
    try:
        session.execute(text(statement))
    except DatabaseError as error:
        return "append-only" in str(error)
    finally:
        session.rollback()
    return False
