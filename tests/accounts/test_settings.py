"""/mijn/instellingen: one's own name and language, how the account stands, and what happened to it."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.event_words import WORDS
from accounts.models import User
from common.ledger import LedgerEntry
from tests.html_forms import form_on
from tests.sites import sign_in
from website.example.accounts import make_account

Accounts = dict[str, dict[str, str]]
PAGE = "/mijn/instellingen"
ROOT = Path(__file__).resolve().parents[2]


def test_everybody_with_an_account_has_the_page_and_a_link_to_it(
    app: Flask, accounts: Accounts, session: Session
) -> None:
    alone = {"email": "alleen@elders.voorbeeld.example", "password": "een lang wachtwoord 42"}
    with app.app_context():
        make_account(session, alone["email"], "Voorbeeld Alleen", password=alone["password"])
    session.commit()
    for account in (*accounts.values(), alone):
        client = sign_in(app, account)
        page = client.get(PAGE)
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "no-store"
        assert f'href="{PAGE}"' in client.get("/").text


def test_every_page_that_it_links_to_is_there(app: Flask, accounts: Accounts) -> None:
    client = sign_in(app, accounts["coordinator"])
    links = set(re.findall(rf'href="({PAGE}/[^"]+)"', client.get(PAGE).text))
    assert len(links) >= 7
    assert {path: client.get(path).status_code for path in links} == dict.fromkeys(links, 200)


def test_name_and_language_are_changed_and_nothing_else(app: Flask, accounts: Accounts, session: Session) -> None:
    client, address = sign_in(app, accounts["invuller"]), accounts["invuller"]["email"]
    form = {**form_on(client.get(PAGE).text, PAGE), "naam": "  Nieuwe   Naam ", "taal": "en"}
    answer = client.post(PAGE, data={**form, "email": "anders@x.example", "active": "0", "roles": "beheerder"})
    assert answer.status_code == 303
    person = session.scalars(select(User).where(User.email == address)).one()
    assert (person.name, person.language, person.active, person.roles) == ("Nieuwe Naam", "en", True, [])
    entry = session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq.desc())).first()
    assert entry is not None
    assert entry.event == "account.changed"
    assert "Nieuwe" not in entry.payload


@pytest.mark.parametrize(("naam", "taal"), [("", "nl"), ("   ", "nl"), ("x" * 201, "nl"), ("Naam", "de"), ("Naam", "")])
def test_what_cannot_be_is_refused_and_stays_on_the_page(app: Flask, accounts: Accounts, naam: str, taal: str) -> None:
    client = sign_in(app, accounts["invuller"])
    answer = client.post(PAGE, data={**form_on(client.get(PAGE).text, PAGE), "naam": naam, "taal": taal})
    assert answer.status_code == 422
    assert "<title>Fout:" in answer.text
    assert naam.strip() in answer.text


def test_what_happened_stands_there_in_plain_words(app: Flask, accounts: Accounts) -> None:
    client = sign_in(app, accounts["invuller"])
    page = client.get(PAGE).text
    assert "Er is ingelogd." in page
    assert "session." not in page
    assert "Somebody signed in." in client.get(f"/en{PAGE}").text


def test_every_event_that_the_code_notes_has_its_words(app: Flask) -> None:
    pattern = re.compile(r'"((?:account|session|membership|staff)\.[a-z-]+)"')
    noted = {
        kind
        for folder in ("accounts", "website", "registry", "kb")
        for path in (ROOT / folder).rglob("*.py")
        for kind in pattern.findall(path.read_text())
    }
    assert noted - set(WORDS) - set(app.view_functions) == set()
