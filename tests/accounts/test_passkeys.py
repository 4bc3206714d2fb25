"""Passkeys over HTTP: an answer is good once, and two browsers at once do no harm to each other."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.accounts.authenticator import Authenticator
from tests.accounts.second_steps import is_in
from tests.html_forms import form_on
from tests.sites import csrf_token, sign_in

Accounts = dict[str, dict[str, str]]
MAKE = "/mijn/instellingen/passkeys"
PROVE = "/inloggen/passkey"


def options(client: FlaskClient, path: str) -> dict[str, Any]:
    answer = client.post(f"{path}/opties", data={"csrf_token": csrf_token(client, path)})
    return dict(answer.json or {})


def send(client: FlaskClient, path: str, credential: str, name: str = "Telefoon") -> TestResponse:
    form = {**form_on(client.get(path).text, path), "naam": name, "credential": credential}
    return client.post(path, data=form)


def test_an_answer_of_a_passkey_is_good_once_also_with_the_cookie_of_before(app: Flask, accounts: Accounts) -> None:
    device = Authenticator()
    maker = sign_in(app, accounts["invuller"])
    assert send(maker, MAKE, device.make(options(maker, MAKE))).status_code == 303
    client, thief = app.test_client(), app.test_client()
    answer = device.prove(options(client, PROVE))
    cookie = client.get_cookie("manifestkompas")
    assert cookie
    thief.set_cookie("manifestkompas", cookie.value)
    assert send(client, PROVE, answer).status_code == 303
    assert is_in(client)
    assert send(thief, PROVE, answer).status_code == 422
    assert not is_in(thief)
    assert send(thief, PROVE, device.prove(options(thief, PROVE))).status_code == 303


def test_two_browsers_that_make_a_first_passkey_at_once_do_not_break_the_first(app: Flask, accounts: Accounts) -> None:
    one, two = Authenticator(), Authenticator()
    first, second = sign_in(app, accounts["invuller"]), sign_in(app, accounts["invuller"])
    asked = options(first, MAKE), options(second, MAKE)
    assert send(first, MAKE, one.make(asked[0])).status_code == 303
    assert send(second, MAKE, two.make(asked[1]), "Laptop").status_code == 422
    client = app.test_client()
    assert send(client, PROVE, one.prove(options(client, PROVE))).status_code == 303
    assert is_in(client)
    assert send(second, MAKE, two.make(options(second, MAKE)), "Laptop").status_code == 303
    other = app.test_client()
    assert send(other, PROVE, two.prove(options(other, PROVE))).status_code == 303
