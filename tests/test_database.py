"""What the ground floor promises: migrations, the ledger, reading that never writes."""

import multiprocessing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

import website.tables  # noqa: F401  # all tables
from common.database import Base, WriteInReadOnlyRequest, open_database, reading_only
from common.ledger import SYSTEM, LedgerEntry, first_broken, head_number, record
from website.migrating import migrate


def test_the_migrations_make_the_tables_that_the_code_describes(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'new.sqlite'}")
    migrate(database.engine)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_ledger_of_a_site_that_was_set_up_is_whole(session: Session) -> None:
    assert head_number(session) > 100
    assert first_broken(session) is None


@pytest.mark.parametrize("statement", ["UPDATE ledger_entry SET event = 'x' WHERE seq = 3", "DELETE FROM ledger_entry"])
def test_the_database_refuses_to_change_the_ledger(session: Session, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text(statement))


def test_a_changed_entry_is_found(session: Session) -> None:
    session.execute(text("DROP TRIGGER ledger_entry_no_update"))
    session.execute(text("UPDATE ledger_entry SET payload = '{}' WHERE seq = 7"))
    assert first_broken(session) == 7


def test_personal_fields_stand_in_the_ledger_as_hashes_only(session: Session) -> None:
    entry = record(session, "test.happened", "test:1", {"n": 1}, actor=SYSTEM, personal={"name": "J. Voorbeeld"})
    assert "Voorbeeld" not in entry.payload
    assert '"name":"' in entry.payload


def test_a_reading_request_cannot_write(app: Flask) -> None:
    database = app.extensions["database"]
    with reading_only():
        session = database.session()
        session.add(LedgerEntry(seq=1, event="x", subject="x", actor_role="x", payload="{}", is_public=True))
        with pytest.raises(WriteInReadOnlyRequest):
            session.flush()
        session.rollback()


def append(url: str, times: int) -> None:
    database = open_database(url)
    for number in range(times):
        with database.session() as session:
            record(session, "test.happened", f"test:{number}", actor=SYSTEM)
            session.commit()


def test_writers_at_the_same_time_keep_the_chain_whole(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'busy.sqlite'}"
    migrate(open_database(url).engine)
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=append, args=(url, 25)) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    session = open_database(url).session()
    assert head_number(session) == 100
    assert first_broken(session) is None
