"""Fixtures: a site on a real database that was set up once and is copied for each test."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.database import Database
from registry.editions.models import Edition
from tests.sites import make_site, read_accounts, set_up_site


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with all content and the example world; made once, also when tests run side by side."""
    shared = tmp_path_factory.getbasetemp().parent if _side_by_side() else tmp_path_factory.getbasetemp()
    folder = shared / "prepared"
    with FileLock(str(shared / "prepared.lock")):
        if not (folder / "ready").exists():
            set_up_site(folder)
            (folder / "ready").touch()
    return folder


def _side_by_side() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


@pytest.fixture
def data_folder(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the prepared data folder, for one test."""
    folder = tmp_path / "data"
    shutil.copytree(prepared, folder)
    return folder


@pytest.fixture
def app(data_folder: Path) -> Iterator[Flask]:
    """The site on its own copy of the data."""
    site = make_site(data_folder)
    yield site
    database: Database = site.extensions["database"]
    database.close()
    database.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A stranger's browser, without JavaScript."""
    return app.test_client()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A database session beside the requests of the test."""
    database: Database = app.extensions["database"]
    with Session(database.engine, expire_on_commit=False) as beside:
        yield beside


@pytest.fixture
def accounts(data_folder: Path) -> dict[str, dict[str, str]]:
    """The example accounts: role -> email and password."""
    return read_accounts(data_folder)


@pytest.fixture
def last_year(session: Session) -> int:
    """The newest reporting year of which the example world has published reports of everybody."""
    years = session.scalars(select(Edition.year).order_by(Edition.year.desc())).all()
    session.rollback()
    return years[1]
