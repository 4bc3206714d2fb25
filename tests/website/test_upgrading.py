"""A register of issue 3 becomes one of today: nothing is lost, and nothing seems to have changed."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import Engine, select, text

import website.tables  # noqa: F401  # all tables
from common.database import Base, Database, open_database
from common.ledger import first_broken
from registry.agreements.models import AgreementVersion
from registry.obligations.models import DutyVersion
from tests.factories_upgrade import count_rows, make_register_of_issue_3
from tests.sites import make_site
from website.migrating import LooseRows, migrate
from website.setup import set_up

PAGES = (
    "/", "/deelnemers", "/deelnemers?afspraak=voorbeeldafspraak", "/deelnemers/gemeente-lindenveen", "/afspraken",
    "/afspraken/mvoi-2022-2025", "/afspraken/mvoi-2022-2025/versies", "/afspraken/voorbeeldafspraak/versies/1.json",
    "/ambities", "/buyer-groups", "/kennisbank", "/wijzigingen", "/integriteit", "/zoeken?q=lindenveen",
)  # fmt: skip


def triggers(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))


@pytest.fixture
def upgraded(tmp_path: Path) -> Flask:
    """A site of today on a database of issue 3, after `flask setup`."""
    app = make_site(tmp_path)
    database: Database = app.extensions["database"]
    make_register_of_issue_3(database.engine)
    with app.app_context():
        set_up(with_example=True)
    return app


def test_every_row_of_every_table_comes_along(tmp_path: Path) -> None:
    engine, fresh = (open_database(f"sqlite:///{tmp_path / name}").engine for name in ("old.sqlite", "new.sqlite"))
    before = make_register_of_issue_3(engine)
    assert min(before.values()) > 0
    migrate(engine)
    migrate(fresh)
    after = count_rows(engine)
    del before["signature_authority"]
    assert {name: after[name] for name in before} == before
    assert after["buyer_group_version"] == before["buyer_group"]
    assert after["signature_party"] > before["signature_version"]
    assert triggers(engine) == triggers(fresh)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_database_with_loose_rows_stays_as_it_was(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'old.sqlite'}").engine
    before = make_register_of_issue_3(engine)
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw
        raw.cursor().execute("PRAGMA foreign_keys=OFF")
        connection.execute(text("UPDATE plan SET authority_id = 99999 WHERE id = 1"))
        connection.commit()
        raw.cursor().execute("PRAGMA foreign_keys=ON")
    with pytest.raises(LooseRows, match="plan -> authority"):
        migrate(engine)
    after = count_rows(engine)
    assert {name: after[name] for name in before} == before
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_an_upgraded_site_answers_and_tells_of_no_change_that_nobody_made(upgraded: Flask) -> None:
    client, session = upgraded.test_client(), upgraded.extensions["database"].session()
    for path in PAGES:
        assert client.get(path).status_code == 200, path
    assert first_broken(session) is None
    versions = session.scalars(select(AgreementVersion).order_by(AgreementVersion.id)).all()
    assert {one.number for one in versions} == {1}
    assert all(one.fingerprint and one.body["nl"] for one in versions if not one.agreement.is_example)
    duties = session.scalars(select(DutyVersion)).all()
    assert {one.number for one in duties} == {1}
    assert any(one.ends_on for one in duties), "a signature of the example ended"
    changes = client.get("/wijzigingen?afspraak=voorbeeldafspraak").text
    assert "Niet meer gevraagd sinds" not in changes
    assert "bevestigd" in client.get("/afspraken/mvoi-2022-2025").text
    # The register held the buyer group before the upgrade.
    loaded = session.scalar(text("SELECT MIN(recorded_at) FROM ledger_entry WHERE event = 'buyer_groups.loaded'"))
    assert session.scalar(text("SELECT recorded_at FROM buyer_group_version WHERE group_id = 1")) == loaded
    session.rollback()
    with upgraded.app_context():
        assert set_up(with_example=True) == []
