"""Whoever sends a form is led back to this site, whatever the form says."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.models import User
from common.unsaved import UnsavedInput
from tests.sites import sign_in

ELSEWHERE = ("//elders.example", "/\\elders.example", "/\t/elders.example", "/\n/elders.example", "/ /elders.example")


def signed_author(client: FlaskClient) -> str:
    """Return the hidden field by which a form says who opened it."""
    return signed_page(client)[1]


def signed_page(client: FlaskClient) -> tuple[str, str]:
    """Return the page that a form says it stands on, and the field by which it says who opened it."""
    shown = client.get("/redactie/gidsen/nieuw").text
    found = re.search(r'name="_pagina" value="([^"]+)"><input type="hidden" name="_opsteller" value="([^"]+)"', shown)
    assert found
    return found.group(1), found.group(2)


@pytest.mark.parametrize("page", ELSEWHERE)
def test_a_form_cannot_name_another_site_as_its_page(
    app: Flask, accounts: dict[str, dict[str, str]], page: str
) -> None:
    client = sign_in(app, accounts["redacteur"])
    form = {"_pagina": page, "_opsteller": signed_author(client), "csrf_token": "verlopen"}
    assert client.post("/redactie/gidsen/nieuw", data=form).status_code == 400


@pytest.mark.parametrize("page", ELSEWHERE)
def test_signing_in_leads_to_the_form_and_not_elsewhere(app: Flask, page: str) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    answer = app.test_client().post("/redactie/gidsen/nieuw", data={"_pagina": page})
    assert answer.headers["Location"] == "/inloggen?next=/redactie/gidsen/nieuw"


def test_nothing_is_kept_for_a_page_that_was_not_opened(
    app: Flask, session: Session, accounts: dict[str, dict[str, str]]
) -> None:
    own, author = signed_page(sign_in(app, accounts["redacteur"]))
    for page, kept in (("/redactie/gidsen/actieplan-schrijven", 0), (own, 1)):
        form = {"_pagina": page, "_opsteller": author, "titel": "Getypt", "csrf_token": "verlopen"}
        app.test_client().post("/redactie/gidsen/nieuw", data=form)
        assert len(session.scalars(select(UnsavedInput)).all()) == kept
        session.rollback()


def _kept_later(app: Flask, session: Session, opened: tuple[str, str]) -> int:
    form = {"_pagina": opened[0], "_opsteller": opened[1], "titel": "Getypt", "csrf_token": "verlopen"}
    app.test_client().post("/redactie/gidsen/nieuw", data=form)
    kept = len(session.scalars(select(UnsavedInput)).all())
    session.rollback()
    return kept


def test_nothing_is_kept_by_a_form_that_was_opened_more_than_a_day_ago(
    app: Flask, session: Session, accounts: dict[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = signed_page(sign_in(app, accounts["redacteur"]))
    monkeypatch.setattr("common.web.unsaved.SECONDS_OPEN", -1)
    assert _kept_later(app, session, opened) == 0
    monkeypatch.undo()
    assert _kept_later(app, session, opened) == 1


def test_nothing_is_kept_for_who_was_erased_or_may_not_come_in(
    app: Flask, session: Session, accounts: dict[str, dict[str, str]]
) -> None:
    opened = signed_page(sign_in(app, accounts["redacteur"]))
    session.execute(update(User).where(User.email == accounts["redacteur"]["email"]).values(active=False))
    session.commit()
    assert _kept_later(app, session, opened) == 0


def test_the_link_to_the_other_language_stays_on_the_site(client: FlaskClient) -> None:
    page = client.get("/en//elders.example/x").text
    assert 'href="//' not in page
    assert 'href="/elders.example/x"' in page
