"""Signs in by a provider over HTTP, as a browser without JavaScript does. Plain functions."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import requests
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.html_forms import form_on
from tests.sites import csrf_token


def begin(client: FlaskClient, name: str = "stad", **fields: str) -> str:
    """Press the button; return the address to which the page goes on."""
    return _pressed(client, f"/inloggen/via/{name}", {"csrf_token": csrf_token(client, "/inloggen"), **fields})


def begin_anew(client: FlaskClient) -> str:
    """Press the button of the page that asks once more who one is; return as `begin`."""
    data = {"csrf_token": csrf_token(client, "/mijn/instellingen"), "opnieuw": "1"}
    return _pressed(client, "/inloggen/via/stad", data)


def _pressed(client: FlaskClient, path: str, data: dict[str, str]) -> str:
    page = client.post(path, data=data)
    assert page.status_code == 200, page.text
    found = re.search(r'<meta http-equiv="refresh" content="0; url=([^"]+)"', page.text)
    assert found, page.text
    return unescape(found.group(1))


def at_provider(address: str, person: str, browser: requests.Session | None = None) -> str:
    """Sign in on the provider's own pages as `person`; return the path with which it sends the browser back."""
    browser = browser or requests.Session()
    answer = browser.get(address, allow_redirects=False, timeout=5)
    for _ in range(12):
        if answer.is_redirect:
            onward = urljoin(answer.url, answer.headers["Location"])
            parts = urlsplit(onward)
            if parts.path.endswith("/terug"):
                assert f"{parts.scheme}://{parts.netloc}" == "http://localhost"
                return f"{parts.path}?{parts.query}"
            answer = browser.get(onward, allow_redirects=False, timeout=5)
        else:
            assert answer.status_code == 200, answer.text
            fields = {**dict(form_on(answer.text, "")), "login": person, "password": "any"}
            to = unescape(re.findall(r'action="([^"]+)"', answer.text)[0])
            answer = browser.post(urljoin(answer.url, to), fields, allow_redirects=False, timeout=5)
    raise AssertionError("the provider never sent the browser back")


def sign_in_by(client: FlaskClient, person: str, **fields: str) -> TestResponse:
    """Do all of it; return the answer to the way back."""
    return client.get(at_provider(begin(client, **fields), person))


def is_in(client: FlaskClient) -> bool:
    """Say whether somebody is signed in in this browser."""
    return "/inloggen" not in client.get("/welkom").headers.get("Location", "/inloggen")


def reason(answer: TestResponse) -> str:
    """Return the reason for which a sign-in ended, out of the address to which the answer leads."""
    assert answer.status_code == 303
    found = re.search(r"reden=([a-z-]+)", answer.headers["Location"])
    assert found, answer.headers["Location"]
    return found.group(1)
