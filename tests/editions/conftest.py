"""A beheerder at the desk of forms, and the draft of the example world."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories_editions import the_draft
from tests.sites import sign_in

Accounts = dict[str, dict[str, str]]


@pytest.fixture
def keeper(app: Flask, accounts: Accounts) -> FlaskClient:
    """The browser of a beheerder."""
    return sign_in(app, accounts["beheerder"])


@pytest.fixture
def number(session: Session) -> int:
    """The draft of the example world."""
    draft = the_draft(session)
    assert draft is not None
    return draft.id
