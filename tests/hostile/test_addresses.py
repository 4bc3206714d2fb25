"""Addresses that lead astray: to other sites, to files beside the site's own, to what belongs to others."""

from itertools import product
from pathlib import Path
from urllib.parse import quote, urlencode, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.web import access
from registry.reports.models import Report, Submission
from tests.hostile.addresses import fill, rules
from tests.sites import csrf_token, sign_in

ELSEWHERE = [
    "https://kwaad.example", "//kwaad.example", "///kwaad.example", "////kwaad.example", "http:kwaad.example",
    "http:/kwaad.example", "https:///kwaad.example", "/\\kwaad.example", "\\\\kwaad.example", "\\/kwaad.example",
    "/\t/kwaad.example", "/\n/kwaad.example", "/\r/kwaad.example", " //kwaad.example", "\t//kwaad.example",
    "/\x00/kwaad.example", "//kwaad.example\\@localhost", "//localhost@kwaad.example", "http://localhost@kwaad.example",
    "http://localhost.kwaad.example", "//kwaad.example:80", "//[::1]@kwaad.example", "//kwaad%2eexample",
    "//kwaad\u3002example", "/\u2215/kwaad.example", "\u2044\u2044kwaad.example", "//\uff4b\uff57aad.example",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "%2f%2fkwaad.example",
    "/%2fkwaad.example", "/%5ckwaad.example", "/%09/kwaad.example", "%252f%252fkwaad.example", "/.//kwaad.example",
    "/..//kwaad.example", "/en//kwaad.example", "//kwaad.example/%2f..", "https:kwaad.example", "//;@kwaad.example",
    "?next=//kwaad.example", "#@kwaad.example", "/\u0009/kwaad.example", "//\u00adkwaad.example", "//kwaad.example#",
    "x" * 3000,
]  # fmt: skip
UPWARDS = [
    "../", "../../", "..%2f", "..%5c", "%2e%2e/", "%2e%2e%2f", "%252e%252e%252f", "..\\", "....//", "..;/", ".%00./",
    "%c0%ae%c0%ae/", "..%c0%af", "/", "//", "%2f", "\\", "C:%5c", "file:%2f%2f%2f", "%00", "..%00/", "\u2024\u2024/",
]  # fmt: skip
TARGETS = ["wsgi.py", "instance/secrets.json", "secrets.json", "etc/passwd", "manifestkompas.sqlite"]
INSIDE = ("secret_key", "create_app", "SQLite format", "root:x:")


def leads_away(location: str) -> bool:
    """Say whether a browser on this site would end up at another one."""
    cleaned = location.replace("\t", "").replace("\n", "").replace("\r", "").strip("\x00 ").replace("\\", "/")
    found = urlsplit(urljoin("http://localhost/inloggen", cleaned))
    return found.hostname != "localhost" or found.scheme not in {"http", "https"}


def test_nobody_is_led_to_another_site_after_signing_in(app: Flask, accounts: dict[str, dict[str, str]]) -> None:
    wrong = []
    for target in ELSEWHERE:
        client = app.test_client()
        path = f"/inloggen?next={quote(target)}"
        form = {**accounts["redacteur"], "csrf_token": csrf_token(client, path), "next": target}
        for answer in (client.get(path), client.post(path, data=form), client.get(path), client.get(f"/en{path}")):
            away = leads_away(answer.headers.get("Location", "/"))
            if answer.status_code >= 500 or away or 'href="//' in answer.text or 'action="//' in answer.text:
                wrong.append(f"{target!r}: {answer.status_code} {answer.headers.get('Location')}")
    assert wrong == []


def test_no_page_and_no_form_leads_to_another_site(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    parameters, wrong = ("next", "url", "terug", "_pagina", "redirect"), []
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            for target in ELSEWHERE[:12]:
                fields = dict.fromkeys(parameters, target)
                address = fill(rule) + ("&" if "?" in fill(rule) else "?") + urlencode(fields)
                answer = client.open(address, method=method, data=fields if method == "POST" else None)
                if leads_away(answer.headers.get("Location", "/")):
                    wrong.append(f"{method} {address}: {answer.headers.get('Location')}")
    assert wrong == []


def test_without_the_rule_of_own_paths_a_form_would_lead_elsewhere(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Anything:
        @staticmethod
        def fullmatch(_page: str) -> bool:
            return True

    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    monkeypatch.setattr(access, "_OWN_PATH", Anything)
    monkeypatch.setattr(access, "href", lambda path: path)
    answer = client.post("/redactie/gidsen/nieuw", data={"_pagina": "//kwaad.example"})
    assert "next=//kwaad.example" in answer.headers["Location"]


FOLDERS = ("/static/", "/kennisbank/", "/deelnemers/", "/en/afspraken/", "/", "/bestanden/1/", "/redactie/gidsen/")


def test_no_path_leads_out_of_the_folders_of_the_site(client: FlaskClient) -> None:
    wrong = []
    for start, up, target in product(FOLDERS, UPWARDS, TARGETS):
        for times in (1, 3):
            answer = client.get(start + up * times + target)
            if answer.status_code >= 500 or any(word in answer.text for word in INSIDE):
                wrong.append(f"{start + up * times + target}: {answer.status_code}")
    assert wrong == []


def test_a_folder_served_without_care_would_give_the_secret_away(app: Flask, data_folder: Path) -> None:
    served = app.wsgi_app
    secret = (data_folder / "secrets.json").read_text()
    assert "secret_key" in secret
    app.view_functions["guides.detail"] = lambda slug: (data_folder / slug.replace("%2e", ".")).read_text()
    assert "secret_key" in app.test_client().get("/kennisbank/secrets.json").text
    assert app.wsgi_app is served


def test_reports_of_others_are_not_there_for_an_authority(
    app: Flask, session: Session, accounts: dict[str, dict[str, str]]
) -> None:
    others = session.scalars(select(Submission.id).join(Report).where(Report.authority.has(code="vb002"))).all()
    years = sorted(session.scalars(select(Report.edition_id).distinct()))
    session.rollback()
    assert years
    wrong = []
    for role in ("invuller", "coordinator", "bestuurder"):
        client = sign_in(app, accounts[role])
        for code in ("vb002", "vb003", "gm0363", "VB001", "vb001 ", "vb001,vb002", "1", "*", "' OR 1=1 --"):
            for rule in [one for one in rules(app, "GET") if one.startswith("/mijn/")]:
                path = fill(rule).replace("vb001", quote(code))
                status = client.get(path).status_code
                if status == 200 and "organisatie" in path and "/rapportages" in path:
                    wrong.append(f"{role} {path}: {status}")
        wrong += [f"{role} {one}" for one in others if client.get(f"/redactie/rapportages/{one}").status_code == 200]
    assert wrong == []


@pytest.mark.parametrize(
    "host", ["kwaad.example", "kwaad.example:80", "localhost:80@kwaad.example", "localhost#@kwaad.example"]
)
def test_a_mail_never_holds_the_host_that_asked_for_it(
    app: Flask, session: Session, accounts: dict[str, dict[str, str]], host: str
) -> None:
    client = app.test_client()
    form = {"email": accounts["redacteur"]["email"], "csrf_token": csrf_token(client, "/inloggen/vergeten")}
    refused = client.post("/inloggen/vergeten", data=form, headers={"Host": host})
    forged = {"X-Forwarded-Host": host, "Forwarded": f"host={host}", "X-Host": host, "X-Original-URL": f"//{host}/"}
    client.post("/inloggen/vergeten", data=form, headers=forged)
    sent = [path.read_bytes() for path in (app.extensions["settings"].data / "mail").glob("*.eml")]
    assert refused.status_code == 400
    assert sent
    assert not any(b"kwaad.example" in mail for mail in sent)
