"""What somebody types survives the end of his session, however it ended."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from accounts.sign_in_models import BrowserSession
from common.clock import frozen_at, now
from tests.html_forms import form_on
from tests.sites import csrf_token, sign_in

NEW = "/redactie/gidsen/nieuw"
Accounts = dict[str, dict[str, str]]


@contextmanager
def silent_for_an_hour(_session: Session) -> Iterator[None]:
    with frozen_at(now() + timedelta(minutes=61)):
        yield


@contextmanager
def ended_elsewhere(session: Session) -> Iterator[None]:
    session.execute(update(BrowserSession).values(ended_at=now()))
    session.commit()
    with nullcontext():
        yield


@pytest.mark.parametrize("end", [silent_for_an_hour, ended_elsewhere])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_text_in_a_form_comes_back_after_signing_in_again(
    app: Flask, accounts: Accounts, session: Session, end: object, headers: dict[str, str]
) -> None:
    client = sign_in(app, accounts["redacteur"])
    form = form_on(client.get(NEW).text, NEW)
    form["titel"] = "Een titel die ik niet kwijt wil"
    with end(session):  # type: ignore[operator]
        answer = client.post(NEW, data=form, headers=headers)
        target = answer.headers.get("HX-Redirect") or answer.headers["Location"]
        assert answer.status_code == (401 if headers else 303)
        # The address names the tab, so that the text of this tab comes back and not that of another.
        assert re.fullmatch(rf"/inloggen\?next={NEW}\?tab%3D\w+", target)
        back = sign_in_again(client, accounts["redacteur"], target)
        assert "Een titel die ik niet kwijt wil" in client.get(back).text


def sign_in_again(client: FlaskClient, account: dict[str, str], where: str) -> str:
    """Sign in on the page that the site led to, and say where that leads."""
    answer = client.post(where, data={**account, "csrf_token": csrf_token(client, where)})
    assert answer.status_code == 303
    return answer.headers["Location"]
