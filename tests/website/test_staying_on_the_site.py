"""Whoever sends a form is led back to this site, whatever the form says."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.sites import sign_in

ELSEWHERE = ("//elders.example", "/\\elders.example", "/\t/elders.example", "/\n/elders.example", "/ /elders.example")


def signed_author(client: FlaskClient) -> str:
    """Return the hidden field by which a form says who opened it."""
    found = re.search(r'name="_opsteller" value="([^"]+)"', client.get("/redactie/gidsen/nieuw").text)
    assert found
    return found.group(1)


@pytest.mark.parametrize("page", ELSEWHERE)
def test_a_form_cannot_name_another_site_as_its_page(
    app: Flask, accounts: dict[str, dict[str, str]], page: str
) -> None:
    client = sign_in(app, accounts["redacteur"])
    form = {"_pagina": page, "_opsteller": signed_author(client), "csrf_token": "verlopen"}
    answer = client.post("/redactie/gidsen/nieuw", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/redactie/gidsen/nieuw")


def test_the_link_to_the_other_language_stays_on_the_site(client: FlaskClient) -> None:
    page = client.get("/en//elders.example/x").text
    assert 'href="//' not in page
    assert 'href="/elders.example/x"' in page
