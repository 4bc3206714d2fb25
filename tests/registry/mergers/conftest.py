"""One day, an estate, a beheerder and a visitor, for every test of mergers."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from common.clock import AMSTERDAM, frozen_at
from tests.factories_mergers import Estate, letting_go, make_estate
from tests.sites import sign_in


@pytest.fixture(autouse=True)
def second_of_march(prepared: Path) -> Iterator[None]:
    with frozen_at(datetime(2026, 3, 2, 9, tzinfo=AMSTERDAM)):
        yield


@pytest.fixture
def estate(session: Session) -> Estate:
    return make_estate(session)


@pytest.fixture
def staff(app: Flask, accounts: dict[str, dict[str, str]], session: Session) -> FlaskClient:
    return letting_go(sign_in(app, accounts["beheerder"]), session)


@pytest.fixture
def client(app: Flask, session: Session) -> FlaskClient:
    return letting_go(app.test_client(), session)
