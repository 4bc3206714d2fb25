"""A person with an authenticator app: sets it up, reads its codes, and signs in with them."""

import re

from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from werkzeug.test import TestResponse

from common.clock import now
from tests.html_forms import form_on
from tests.sites import csrf_token

SET_UP = "/mijn/instellingen/tweede-stap"
CODE = "/inloggen/code"
CODES = "/mijn/instellingen/herstelcodes"


class Telephone:
    """An authenticator app that got its key from the page; `later` counts half minutes."""

    def __init__(self, page: str) -> None:
        found = re.search(r"<code>([^<]+)</code>", page)
        assert found, page
        self._totp = TOTP(key=found.group(1).replace(" ", ""), format="base32")

    def code(self, later: int = 0) -> str:
        """Return the code of now, or of some half minutes later."""
        return str(self._totp.generate(int(now().timestamp()) + 30 * later).token)


def set_up_app(client: FlaskClient) -> tuple[Telephone, list[str]]:
    """Set up the second step; return the app and the recovery codes that the page showed."""
    page = client.get(SET_UP).text
    telephone = Telephone(page)
    response = client.post(SET_UP, data={**form_on(page, SET_UP), "code": telephone.code()})
    assert response.status_code == 303, response.text
    return telephone, shown_codes(client.get(CODES).text)


def shown_codes(page: str) -> list[str]:
    """Return the recovery codes on a page."""
    return re.findall(r"<code>([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})</code>", page)


def give_password(app: Flask, account: dict[str, str], wanted: str = "") -> FlaskClient:
    """Return a browser that gave the password, and nothing more yet."""
    client = app.test_client()
    form = {**account, "csrf_token": csrf_token(client, "/inloggen"), "next": wanted}
    response = client.post("/inloggen", data=form)
    assert response.headers["Location"].endswith(CODE), response.headers["Location"]
    return client


def give_code(client: FlaskClient, **fields: str) -> TestResponse:
    """Send the form of the second step."""
    path = f"{CODE}?herstelcode=1" if "herstelcode" in fields else CODE
    return client.post(CODE, data={"csrf_token": csrf_token(client, path), **fields})


def is_in(client: FlaskClient) -> bool:
    """Say whether this browser is signed in."""
    return client.get("/mijn/instellingen/sessies").status_code == 200
