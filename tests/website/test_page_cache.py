"""Kept pages are for strangers only, whatever way somebody says who he is."""

from flask import Flask, Response, request
from flask.testing import FlaskClient

from common.web.access import public
from tests.sites import csrf_token, make_site


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


def test_a_kept_page_has_every_header_of_its_view_and_one_with_a_cookie_is_not_kept(app: Flask) -> None:
    site = make_site(app.extensions["settings"].data)
    made: list[str] = []

    def page() -> Response:
        made.append("page")
        answer = Response("inhoud", headers={"Link": "</a>; rel=next", "X-Robots-Tag": "noindex"})
        answer.headers.add("Link", "</b>; rel=prev")
        if "koekje" in request.args:
            answer.set_cookie("van-een", "bezoeker")
        return answer

    site.add_url_rule("/proef", view_func=public(page))
    first, kept = (site.test_client().get("/proef") for _ in range(2))
    assert made == ["page"]
    assert kept.headers.getlist("Link") == first.headers.getlist("Link") == ["</a>; rel=next", "</b>; rel=prev"]
    assert kept.headers["X-Robots-Tag"] == "noindex"
    assert {name for name, _ in kept.headers} == {name for name, _ in first.headers}
    for _ in range(2):
        assert "van-een" in site.test_client().get("/proef?koekje=1").headers["Set-Cookie"]
    assert len(made) == 3
