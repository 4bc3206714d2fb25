"""A new password by mail: for whoever reads the mail, once, and with no word about who has an account."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from common.clock import frozen_at, now
from tests.accounts.at_the_door import NEW, change_person, events, knock, link_in, mails, send_form, twice
from tests.sites import csrf_token, make_site, sign_in

Accounts = dict[str, dict[str, str]]
ASK = "/inloggen/vergeten"
CHOOSE = "/inloggen/herstellen"


def asked(client: FlaskClient, session: Session, email: str) -> str:
    """Ask for a link as `email`, and return it as it stands in the mail."""
    assert send_form(client, ASK, {"email": email}).status_code == 303
    return link_in(mails(session, "account_recovery")[-1])


def choose(client: FlaskClient, link: str, password: str = NEW) -> int:
    """Open the link and choose a password; return the status."""
    token = csrf_token(client, ASK)
    client.get(link)
    return client.post(CHOOSE, data={**twice(password), "csrf_token": token}).status_code


def test_the_mail_leads_to_a_new_password(client: FlaskClient, accounts: Accounts, session: Session) -> None:
    email = accounts["invuller"]["email"]
    link = asked(client, session, email)
    opened = client.get(link, follow_redirects=True)
    assert opened.request.path == CHOOSE
    saved = send_form(client, CHOOSE, twice(NEW))
    assert (saved.status_code, saved.location) == (303, "/inloggen")
    assert "Uw wachtwoord is veranderd" in client.get("/inloggen").text
    assert knock(client, email, accounts["invuller"]["password"]).status_code == 422
    assert knock(client, email, NEW).status_code == 303
    assert mails(session, "account_password_changed")[0].to_address == email
    assert len(events(session, "account.recovery-asked", "account.password-changed")) == 2


def test_all_browsers_are_signed_out_by_it(app: Flask, accounts: Accounts, session: Session) -> None:
    inside = sign_in(app, accounts["invuller"])
    client = app.test_client()
    link = asked(client, session, accounts["invuller"]["email"])
    assert inside.get("/mijn").status_code == 200
    assert choose(client, link) == 303
    assert inside.get("/mijn").status_code == 303


def test_an_address_without_an_account_gets_the_same_answer_and_no_mail(
    app: Flask, accounts: Accounts, session: Session
) -> None:
    change_person(session, accounts["coordinator"]["email"], active=False)
    pages = []
    for email in (accounts["invuller"]["email"], "niemand@nergens.example", accounts["coordinator"]["email"]):
        client = app.test_client()
        sent = send_form(client, ASK, {"email": email})
        page = client.get(sent.location)
        pages.append((sent.status_code, sent.location, page.status_code, page.text))
    assert pages[0] == pages[1] == pages[2]
    assert [mail.to_address for mail in mails(session, "account_recovery")] == [accounts["invuller"]["email"]]
    assert len(events(session, "account.recovery-asked")) == 3


@pytest.mark.parametrize("typed", ["", "geen adres", "a@b", "twee@adressen.example\nBcc: kwaad@kwaad.example"])
def test_what_is_no_address_is_refused_and_stays_typed(client: FlaskClient, typed: str) -> None:
    answer = send_form(client, ASK, {"email": typed})
    assert answer.status_code == 422
    assert "Vul een e-mailadres in" in answer.text
    assert f'value="{typed}"' in answer.text or not typed


def test_a_link_works_once(app: Flask, accounts: Accounts, session: Session) -> None:
    link = asked(app.test_client(), session, accounts["invuller"]["email"])
    assert choose(app.test_client(), link) == 303
    again = app.test_client()
    assert choose(again, link, "nog een ander lang wachtwoord") == 404
    assert knock(again, accounts["invuller"]["email"], NEW).status_code == 303


def test_of_two_at_once_one_changes_the_password(app: Flask, accounts: Accounts, session: Session) -> None:
    link = asked(app.test_client(), session, accounts["invuller"]["email"])
    words = [f"{word} woorden op een rij" for word in ("vier", "vijf", "zes", "zeven")]
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda word: choose(app.test_client(), link, word), words))
    assert sorted(statuses) == [303, 404, 404, 404]
    assert len(events(session, "account.password-changed")) == 1


def test_of_two_links_one_works(app: Flask, accounts: Accounts, session: Session) -> None:
    first = asked(app.test_client(), session, accounts["invuller"]["email"])
    second = asked(app.test_client(), session, accounts["invuller"]["email"])
    assert choose(app.test_client(), first) == 303
    assert choose(app.test_client(), second) == 404


@pytest.mark.parametrize(("minutes", "status"), [(59, 303), (61, 404)])
def test_a_link_works_an_hour(app: Flask, accounts: Accounts, session: Session, minutes: int, status: int) -> None:
    link = asked(app.test_client(), session, accounts["invuller"]["email"])
    with frozen_at(now() + timedelta(minutes=minutes)):
        assert choose(app.test_client(), link) == status


def test_a_link_dies_with_the_address_and_with_the_account(app: Flask, accounts: Accounts, session: Session) -> None:
    link = asked(app.test_client(), session, accounts["invuller"]["email"])
    change_person(session, accounts["invuller"]["email"], active=False)
    assert choose(app.test_client(), link) == 404
    change_person(session, accounts["invuller"]["email"], active=True, email="anders@elders.example")
    assert choose(app.test_client(), link) == 404


def test_a_changed_link_is_none(app: Flask, accounts: Accounts, session: Session) -> None:
    link = asked(app.test_client(), session, accounts["invuller"]["email"])
    path, _slash, token = link.rpartition("/")
    for changed in (token[:-2] + "xx", token[5:], "x", "x" * 5000, token + "."):
        assert choose(app.test_client(), f"{path}/{changed}") == 404
    assert choose(app.test_client(), link) == 303


def test_the_new_password_goes_by_the_rules(client: FlaskClient, accounts: Accounts, session: Session) -> None:
    client.get(asked(client, session, accounts["invuller"]["email"]))
    for bad, message in (
        ({"new_password": "kort"}, "ten minste 12 tekens"),
        (twice("wachtwoord123"), "te makkelijk te raden"),
        (twice(accounts["invuller"]["email"]), "lijkt te veel op uw naam"),
        ({**twice(NEW), "new_password_again": NEW + "x"}, "niet gelijk"),
    ):
        answer = send_form(client, CHOOSE, bad)
        assert answer.status_code == 422
        assert message in answer.text
        assert bad["new_password"] not in answer.text.replace(accounts["invuller"]["email"], "")
    assert not events(session, "account.password-changed")
    assert send_form(client, CHOOSE, twice(NEW)).status_code == 303


def test_the_secret_of_a_link_is_in_no_page_log_or_referrer(
    client: FlaskClient, accounts: Accounts, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    link = asked(client, session, accounts["invuller"]["email"])
    token = link.rpartition("/")[2]
    moved = client.get(link)
    assert (moved.status_code, moved.location) == (303, CHOOSE)
    assert moved.headers["Referrer-Policy"] == "no-referrer"
    assert moved.headers["Cache-Control"] == "no-store"
    assert token not in moved.text + client.get(CHOOSE).text
    send_form(client, CHOOSE, twice(NEW))
    assert token not in "\n".join(str(vars(record)) for record in caplog.records)


def test_nobody_is_flooded_with_mail(app: Flask, accounts: Accounts, session: Session) -> None:
    site = make_site(app.extensions["settings"].data, settings={"rate_limits": False})
    for _ in range(8):
        answer = send_form(site.test_client(), ASK, {"email": accounts["invuller"]["email"]})
        assert (answer.status_code, answer.location) == (303, f"{ASK}?verstuurd=1")
    written = mails(session, "account_recovery")
    assert len(written) == 5
    assert choose(app.test_client(), link_in(written[0])) == 303


def test_the_host_of_the_link_is_that_of_the_settings(
    client: FlaskClient, accounts: Accounts, session: Session
) -> None:
    token = csrf_token(client, ASK)
    data = {"email": accounts["invuller"]["email"], "csrf_token": token}
    client.post(ASK, data=data, headers={"X-Forwarded-Host": "kwaad.example"})
    assert "kwaad" not in mails(session, "account_recovery")[0].body_text


def test_it_all_works_on_https_where_a_form_must_say_from_which_page_it_comes(
    app: Flask, accounts: Accounts, session: Session
) -> None:
    site = make_site(app.extensions["settings"].data, settings={"site_url": "https://localhost"})
    client, secure = site.test_client(), "https://localhost"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(ASK, base_url=secure).text)
    assert token
    data = {"csrf_token": token.group(1), "email": accounts["invuller"]["email"]}
    client.post(ASK, data=data, base_url=secure, headers={"Referer": secure + ASK, "Origin": secure})
    link = mails(session, "account_recovery")[0].body_text.split("https://localhost")[1].split()[0]
    client.get(link, base_url=secure)
    headers = {"Referer": secure + CHOOSE, "Origin": secure}
    answer = client.post(CHOOSE, data={**data, **twice(NEW)}, base_url=secure, headers=headers)
    assert answer.status_code == 303
