"""Whatever is sent to whichever address: the site answers it, and never with an error of its own."""

from itertools import product
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile.addresses import fill, rules
from tests.sites import sign_in

QUERIES = (
    "pagina=-1",
    "pagina=9999999999999999999",
    "pagina=1e9",
    "pagina=%00",
    "q=%00",
    "q=%ff%fe",
    "q=%F0%9F",
    "q=" + "a" * 5000,
    "q=%5B%28*%22",
    "soort=%00&status=x&provincie=%27&sorteer=-",
    "organisatie=%00",
    "organisatie=vb001&organisatie=vb002",
    "versie=99999999999",
    "versie=%D9%A3",
    "afspraak=../..",
    "&&&=&=",
    "a[]=1&a[b]=2",
    "%",
    "q=%u0041",
    "q=" + "%20" * 2000,
    "next=%00",
    "next=http://[",
    "terug=%0d%0aX:%20y",
    "jaar=-1",
    "token=%00",
    "q=%ED%A0%80",
    "tab=%00",
)
BODIES: tuple[dict[str, Any], ...] = (
    {"data": b"\xff\xfe\x00", "content_type": "application/x-www-form-urlencoded"},
    {"data": "[" * 5000, "content_type": "application/json"},
    {"data": "{", "content_type": "application/json"},
    {"data": "x", "content_type": "multipart/form-data"},
    {"data": "--x\r\nContent-Disposition: form-data\r\n\r\ny", "content_type": "multipart/form-data; boundary=x"},
    {"data": "<a/>", "content_type": "application/xml"},
    {"data": "a=1", "content_type": "text/plain; charset=utf-16"},
    {"data": "&".join(f"a{number}=1" for number in range(3000)), "content_type": "application/x-www-form-urlencoded"},
    {"data": "x" * 3_000_000, "content_type": "application/x-www-form-urlencoded"},
    {"data": {"versie": "\x00", "version": "-1", "email": "\x00", "code": "\ud7ff\u0660", "organisatie": "x" * 9999}},
    {"data": {"_pagina": "http://[", "_opsteller": "\x00", "titel": "\u202e" * 500, "reden": "\x00\x1b"}},
)
METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "X")
HEADERS = (
    {"Accept-Language": "x" * 3000},
    {"Cookie": "manifestkompas=%00; =;;"},
    {"If-None-Match": '"'},
    {"Range": "bytes=-1"},
    {"HX-Request": "true", "HX-Target": "%00", "HX-Current-URL": "http://["},
    {"Content-Length": "-1"},
    {"Accept": "\x7f"},
    {"If-Modified-Since": "gisteren"},
    {"Accept-Encoding": "br;q=x"},
    {"X-CSRFToken": "\u00ff"},
    {"Authorization": "Basic x"},
)


@pytest.fixture
def browsers(app: Flask, accounts: dict[str, dict[str, str]]) -> list[FlaskClient]:
    """A stranger, a coordinator and an administrator; tokens are not asked, so that every form is reached."""
    found = [app.test_client(), sign_in(app, accounts["coordinator"]), sign_in(app, accounts["beheerder"])]
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    return found


def joined(address: str, query: str) -> str:
    return address + ("&" if "?" in address else "?") + query


def test_no_query_string_is_an_error(app: Flask, browsers: list[FlaskClient]) -> None:
    """Every address with every query, by one of the three in turn; everybody meets every address and every query."""
    pairs = product(enumerate(rules(app, "GET")), enumerate(QUERIES))
    wrong = [
        f"{path} {query[:30]}: {status}"
        for (place, rule), (number, query) in pairs
        for client in [browsers[(place + number) % len(browsers)]]
        for path in [joined(fill(rule), query)]
        if (status := client.get(path).status_code) >= 500
    ]
    assert wrong == []


def test_no_body_is_an_error(app: Flask, browsers: list[FlaskClient]) -> None:
    wrong = []
    addresses = [rule for rule in rules(app, "POST") if rule != "/uitloggen"]
    for (place, rule), (number, body) in product(enumerate(addresses), enumerate(BODIES)):
        status = browsers[(place + number) % len(browsers)].post(fill(rule), **body).status_code
        if status >= 500:
            wrong.append(f"{rule} body {number}: {status}")
    assert wrong == []


def test_no_method_and_no_header_is_an_error(app: Flask, client: FlaskClient) -> None:
    wrong = []
    for rule in sorted({*rules(app, "GET"), *rules(app, "POST")}):
        for method in METHODS:
            if client.open(fill(rule), method=method).status_code >= 500:
                wrong.append(f"{method} {rule}")
        for headers in HEADERS:
            if client.get(fill(rule), headers=headers).status_code >= 500:
                wrong.append(f"{headers} {rule}")
    assert wrong == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.dictionaries(st.sampled_from(["q", "pagina", "soort", "status", "sorteer", "afspraak"]), st.text()))
def test_no_words_make_the_lists_fail(client: FlaskClient, query: dict[str, str]) -> None:
    for path in ("/zoeken", "/deelnemers", "/deelnemers.csv", "/kennisbank"):
        assert client.get(path, query_string=query).status_code < 500


def test_a_view_that_fails_over_what_was_sent_would_be_found(app: Flask, browsers: list[FlaskClient]) -> None:
    def careless(**_values: object) -> str:
        from flask import request

        return str(int(request.args.get("pagina", "1")))

    app.view_functions["guides.index"] = careless
    assert browsers[0].get("/kennisbank?pagina=1e9").status_code == 500
