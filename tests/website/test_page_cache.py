"""Kept pages are for strangers only, whatever way somebody says who he is."""

import re

from flask import Flask
from flask.testing import FlaskClient

from tests.sites import csrf_token


def token_of(client: FlaskClient, account: dict[str, str]) -> str:
    """Sign in as a program does, and return the token that Flask-Security hands out."""
    answer = client.post(
        "/inloggen?include_auth_token",
        json=account,
        headers={"X-CSRFToken": csrf_token(client, "/inloggen"), "Accept": "application/json"},
    )
    found = re.search(r'"authentication_token":\s*"([^"]+)"', answer.text)
    assert found, answer.text
    return found.group(1)


def test_a_token_opens_nothing_and_leaves_no_personal_page_for_strangers(
    app: Flask, accounts: dict[str, dict[str, str]]
) -> None:
    token = {"Authentication-Token": token_of(app.test_client(), accounts["redacteur"])}
    with_token = app.test_client()
    assert with_token.get("/redactie", headers=token).status_code == 303
    assert "/uitloggen" not in with_token.get("/kennisbank", headers=token).text
    assert "/uitloggen" not in app.test_client().get("/kennisbank").text


def test_a_page_that_was_made_for_somebody_is_never_kept(app: Flask, accounts: dict[str, dict[str, str]]) -> None:
    datastore = app.extensions["security"].datastore
    email = accounts["redacteur"]["email"]
    # As an extension could do that reads a header: signed in, and no session.
    app.extensions["security"].login_manager.request_loader(
        lambda request: datastore.find_user(email=email) if "X-Wie" in request.headers else None
    )
    assert "/uitloggen" in app.test_client().get("/kennisbank", headers={"X-Wie": "ik"}).text
    assert "/uitloggen" not in app.test_client().get("/kennisbank").text
