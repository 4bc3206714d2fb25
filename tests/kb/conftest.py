"""Fixtures of the tests of the knowledge base."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.sites import sign_in

Accounts = dict[str, dict[str, str]]


@pytest.fixture
def editor(app: Flask, accounts: Accounts) -> FlaskClient:
    """A redacteur's browser."""
    return sign_in(app, accounts["redacteur"])


@pytest.fixture
def colleague(app: Flask, accounts: Accounts) -> FlaskClient:
    """A beheerder's browser."""
    return sign_in(app, accounts["beheerder"])
