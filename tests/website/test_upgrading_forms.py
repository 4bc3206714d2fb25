"""A register of issue 4 becomes one of today: no report, answer or decision is lost or reads otherwise."""

import hashlib
import json
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import select, text

import website.tables  # noqa: F401  # all tables
from common.database import Base, Database, open_database
from common.ledger import first_broken
from registry.editions.models import EditionVersion
from registry.reports.models import Publication, Submission
from tests.factories_upgrade import count_rows, make_register_of
from tests.sites import make_site
from website.migrating import migrate
from website.setup import set_up


@pytest.fixture
def upgraded(tmp_path: Path) -> Flask:
    """A site of today on a database of issue 4, after `flask setup`."""
    app = make_site(tmp_path)
    database: Database = app.extensions["database"]
    make_register_of(4, database.engine)
    with app.app_context():
        set_up(with_example=True)
    return app


def test_every_row_comes_along(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'old.sqlite'}").engine
    before = make_register_of(4, engine)
    assert min(before[name] for name in ("report", "answer", "submission", "decision", "remark", "publication")) > 0
    migrate(engine)
    after = count_rows(engine)
    assert {name: after[name] for name in before} == before
    assert after["edition_version"] == before["edition"]
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert "returned" not in set(connection.scalars(text("SELECT state FROM report")))
        assert connection.scalar(text("SELECT COUNT(*) FROM decision WHERE verdict = 'question_sent'")) > 0


def test_every_form_is_the_version_it_opened_with_since_the_day_it_opened(upgraded: Flask) -> None:
    session = upgraded.extensions["database"].session()
    versions = session.scalars(select(EditionVersion)).all()
    assert {one.number for one in versions} == {0}
    for one in versions:
        assert hashlib.sha256(one.snapshot.encode()).hexdigest() == one.sha256 == one.edition.sha256
        opened = session.scalar(
            text("SELECT MIN(recorded_at) FROM ledger_entry WHERE event = 'edition.opened' AND subject LIKE :year"),
            {"year": f"%/{one.edition.year}"},
        )
        assert str(one.recorded_at.replace(tzinfo=None)) == str(opened).removesuffix(".000000")
    assert first_broken(session) is None


def test_every_published_report_reads_as_it_did(upgraded: Flask) -> None:
    client, session = upgraded.test_client(), upgraded.extensions["database"].session()
    current = session.scalars(select(Publication).where(Publication.superseded_at.is_(None))).all()
    assert len(current) > 20
    addresses = [
        f"/deelnemers/{one.report.authority.slug}/rapportages/{one.report.edition.year}" for one in current[::5]
    ]
    known = set(session.scalars(text("SELECT fingerprint FROM ledger_fingerprint")))
    session.rollback()
    for address in addresses:
        page, file = client.get(address), client.get(f"{address}.json")
        assert (page.status_code, file.status_code) == (200, 200), address
        assert hashlib.sha256(file.data).hexdigest() in known, f"the ledger does not know {address}.json any more"
    with upgraded.app_context():
        assert set_up(with_example=True) == []


def test_every_submission_is_still_what_its_fingerprint_says(upgraded: Flask) -> None:
    session = upgraded.extensions["database"].session()
    for one in session.scalars(select(Submission)):
        assert hashlib.sha256(one.content.encode()).hexdigest() == one.fingerprint
        assert json.loads(one.content)["edition"]["sha256"] == one.report.edition.sha256
