"""Every answer carries the headers, whoever makes it: a view, an error, a file, a refusal before Flask."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from common.web.security import CSP, HEADERS, KnownHosts, SafeHeaders, add_form_target
from tests.hostile.addresses import fill, rules
from tests.sites import make_site, sign_in

EXPECTED = {name.lower() for name in HEADERS} | {"x-request-id"}
ODD = [
    ("GET", "/bestaat-niet", {}, 404),
    ("GET", "/en/bestaat-niet", {}, 404),
    ("GET", "/static/bestaat-niet.css", {}, 404),
    ("POST", "/static/bestaat-niet.css", {}, 405),
    ("DELETE", "/", {}, 405),
    ("TRACE", "/", {}, 405),
    ("OPTIONS", "/", {}, 200),
    ("BREW", "/", {}, 405),
    ("POST", "/inloggen", {}, 400),
    ("POST", "/inloggen", {"Content-Type": "application/json"}, 400),
    ("GET", "/", {"Host": "kwaad.example"}, 400),
    ("GET", "/", {"Host": "a b"}, 400),
    ("GET", "/static/x", {"Host": "kwaad.example"}, 400),
    ("GET", "/mijn", {}, 303),
    ("GET", "/mijn", {"HX-Request": "true"}, 401),
    ("GET", "/favicon.ico", {}, 301),
]


def missing(answer_headers: object, wanted: set[str] = EXPECTED) -> set[str]:
    return wanted - {str(name).lower() for name, _value in answer_headers}  # type: ignore[attr-defined]


def test_every_page_for_everybody_has_every_header(app: Flask, accounts: dict[str, dict[str, str]]) -> None:
    wrong, visited = [], 0
    stranger = app.test_client()
    for client in (stranger, *(sign_in(app, one) for one in accounts.values())):
        for rule in rules(app, "GET"):
            for path in (fill(rule), f"/en{fill(rule)}")[: 2 if client is stranger else 1]:
                answer = client.get(path)
                visited += 1
                if missing(answer.headers) or answer.headers.getlist("Content-Security-Policy") == []:
                    wrong.append(f"{path}: {missing(answer.headers)}")
    assert wrong == []
    assert visited > 400


@pytest.mark.parametrize(("method", "path", "headers", "status"), ODD)
def test_every_odd_answer_has_every_header(
    client: FlaskClient, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    answer = client.open(path, method=method, headers=headers)
    assert (answer.status_code, missing(answer.headers)) == (status, set())
    assert answer.headers["Content-Security-Policy"] == CSP


def test_files_have_the_headers_also_when_they_did_not_change_or_are_refused(app: Flask, client: FlaskClient) -> None:
    found = re.search(r'href="(/static/app[^"]+)"', client.get("/").text)
    assert found, "no static files were built"
    first = client.get(found.group(1), buffered=True)
    again = client.get(found.group(1), headers={"If-None-Match": first.headers["ETag"]})
    refused = client.post(found.group(1))
    assert [first.status_code, again.status_code, refused.status_code] == [200, 304, 405]
    assert [missing(answer.headers) for answer in (first, again, refused)] == [set(), set(), set()]


def test_an_error_in_a_view_has_every_header_and_so_has_one_outside_of_flask(app: Flask, client: FlaskClient) -> None:
    def broken(*_anything: object) -> None:
        raise RuntimeError("stuk")

    app.view_functions["website.home"] = broken
    inside = client.get("/", headers={"Cookie": "x"})
    layer: SafeHeaders = app.wsgi_app  # type: ignore[assignment]
    layer._app._app._app = broken  # type: ignore[attr-defined]
    outside = client.get("/over")
    for answer in (inside, outside):
        assert (answer.status_code, missing(answer.headers)) == (500, set())
        assert answer.headers["X-Request-Id"] in answer.text


def test_the_policy_allows_nothing_unsafe_and_names_what_default_does_not_cover() -> None:
    assert "unsafe" not in CSP
    assert "data:" not in CSP
    assert "*" not in CSP
    for part in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"):
        assert part in CSP


def test_strict_transport_and_strict_cookies_on_https_only(
    app: Flask, client: FlaskClient, session: Session, accounts: dict[str, dict[str, str]]
) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers
    settings = {"site_url": "https://localhost"}
    secure = make_site(app.extensions["settings"].data, settings=settings)
    assert "max-age=31536000" in secure.test_client().get("/").headers["Strict-Transport-Security"]
    walked = [cookie for path in ("/inloggen", "/over", "/") for cookie in cookies_of(secure, path)]
    assert len(walked) > 0
    for cookie in walked:
        name, *attributes = [part.strip() for part in cookie.split(";")]
        assert name.startswith("__Host-"), cookie
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes), cookie
        assert not any(part.startswith("Domain") for part in attributes), cookie


def cookies_of(site: Flask, path: str) -> list[str]:
    return site.test_client().get(path, base_url="https://localhost").headers.getlist("Set-Cookie")


def test_a_page_may_lead_its_forms_to_a_named_site_and_to_nothing_that_is_no_site(app: Flask) -> None:
    answer = add_form_target(app.make_response(""), "https://inloggen.example", "https://inloggen.example")
    policy = answer.headers["Content-Security-Policy"]
    assert "form-action 'self' https://inloggen.example;" in policy
    for wrong in ("*", "https:", "https://a.example; script-src *", "https://a.example/pad", "javascript:x"):
        with pytest.raises(ValueError, match="origin"):
            add_form_target(app.make_response(""), wrong)


def test_without_the_layer_of_headers_a_file_and_an_early_refusal_have_none(app: Flask, client: FlaskClient) -> None:
    layer: SafeHeaders = app.wsgi_app  # type: ignore[assignment]
    app.wsgi_app = layer._app  # type: ignore[method-assign]
    answer = client.get("/", headers={"Host": "kwaad.example"})
    assert answer.status_code == 400
    assert "Content-Security-Policy" not in answer.headers


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("kompas.example", True), ("KOMPAS.example:8443", True), ("www.kompas.example", True), ("", False),
        ("kompas.example.kwaad.example", False), ("kwaad.example", False), ("kompas.example@kwaad.example", False),
        ("kompas.example:80@kwaad.example", False), ("kompas.example/", False), ("kompas.example\t", False),
        ("kompas.example.", False), ("localhost", False), ("127.0.0.1", False), ("[::1]", False),
    ],
)  # fmt: skip
def test_on_the_internet_only_the_names_of_the_site_are_answered(app: Flask, host: str, known: bool) -> None:
    settings = {"site_url": "https://kompas.example", "trusted_hosts": ("www.kompas.example",), "production": True}
    site = make_site(app.extensions["settings"].data, settings=settings)
    answer = site.test_client().get("/healthz", headers={"Host": host})
    assert answer.status_code == (200 if known else 400)


def test_a_guard_of_names_that_lets_all_in_would_answer_a_strange_host(app: Flask, client: FlaskClient) -> None:
    layer: SafeHeaders = app.wsgi_app  # type: ignore[assignment]
    guard: KnownHosts = layer._app._app  # type: ignore[attr-defined]
    assert isinstance(guard, KnownHosts)
    guard._hosts.add("kwaad.example")
    assert client.get("/healthz", headers={"Host": "kwaad.example"}).status_code == 200
