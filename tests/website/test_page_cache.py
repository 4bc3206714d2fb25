"""Kept pages are for strangers only, whatever way somebody says who he is."""

from flask import Flask
from flask.testing import FlaskClient

from tests.sites import csrf_token


def token_of(app: Flask, account: dict[str, str]) -> str:
    """Return a token as Flask-Security makes one; signing in answers no program, so nobody is handed one."""
    with app.test_request_context():
        user = app.extensions["security"].datastore.find_user(email=account["email"])
        return str(user.get_auth_token())


def test_signing_in_hands_out_no_token(client: FlaskClient, accounts: dict[str, dict[str, str]]) -> None:
    headers = {"X-CSRFToken": csrf_token(client, "/inloggen"), "Accept": "application/json"}
    answer = client.post("/inloggen?include_auth_token", json=accounts["redacteur"], headers=headers)
    assert "authentication_token" not in answer.text


def test_a_token_opens_nothing_and_leaves_no_personal_page_for_strangers(
    app: Flask, accounts: dict[str, dict[str, str]]
) -> None:
    token = {"Authentication-Token": token_of(app, accounts["redacteur"])}
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
