"""Signing in and out: the same answer for everybody who may not, and a note of everybody who did."""

import re
import unicodedata
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy.orm import Session

from common.clock import frozen_at, now
from tests.accounts.at_the_door import change_person, events, knock, person, send_form
from tests.sites import csrf_token, make_site, sign_in

Accounts = dict[str, dict[str, str]]
FRESH_PAGE = "/inloggen/opnieuw?next=/mijn/instellingen/e-mailadres"


def in_words(text: str) -> str:
    return re.sub(r'name="csrf_token"[^>]*', "", text)


def test_who_signs_in_and_out_is_noted(app: Flask, accounts: Accounts, session: Session) -> None:
    client = sign_in(app, accounts["invuller"])
    client.post("/uitloggen", data={"csrf_token": csrf_token(client, "/mijn")})
    noted = events(session, "session.signed-in", "session.signed-out")
    user = person(session, accounts["invuller"]["email"])
    assert [(one.kind, one.user_id) for one in noted] == [
        ("session.signed-in", user.id),
        ("session.signed-out", user.id),
    ]
    assert user.last_sign_in_at is not None
    assert now() - user.last_sign_in_at < timedelta(minutes=1)
    assert client.get("/mijn").status_code == 303


def test_a_form_that_worked_answers_303(client: FlaskClient, accounts: Accounts) -> None:
    assert knock(client, **accounts["invuller"]).status_code == 303


def test_a_wrong_password_is_noted_and_the_address_stays_typed(
    client: FlaskClient, accounts: Accounts, session: Session
) -> None:
    answer = knock(client, accounts["invuller"]["email"], "een fout wachtwoord")
    assert answer.status_code == 422
    assert f'value="{accounts["invuller"]["email"]}"' in answer.text
    assert "een fout wachtwoord" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(events(session, "session.failed")) == 1


@pytest.mark.parametrize("state", [{"active": False}, {"erased_at": now()}, {"password": None}])
def test_an_account_that_is_closed_gets_the_answer_of_a_wrong_password(
    app: Flask, accounts: Accounts, session: Session, state: dict[str, object]
) -> None:
    wrong = in_words(knock(app.test_client(), accounts["invuller"]["email"], "een fout wachtwoord").text)
    assert knock(app.test_client(), **accounts["invuller"]).status_code == 303
    change_person(session, accounts["invuller"]["email"], **state)
    answer = knock(app.test_client(), **accounts["invuller"])
    assert answer.status_code == 422
    assert in_words(answer.text) == wrong


def test_a_capital_in_the_address_makes_no_difference(client: FlaskClient, accounts: Accounts) -> None:
    email = accounts["invuller"]["email"]
    assert knock(client, email.title(), accounts["invuller"]["password"]).status_code == 303


def test_an_accent_is_the_same_however_a_keyboard_writes_it(app: Flask, accounts: Accounts, session: Session) -> None:
    word = "café met négen stoelen"
    with app.app_context():
        hashed = hash_password(unicodedata.normalize("NFKD", word))
    change_person(session, accounts["invuller"]["email"], password=hashed)
    for form in ("NFC", "NFD"):
        typed = unicodedata.normalize(form, word)
        assert knock(app.test_client(), accounts["invuller"]["email"], typed).status_code == 303


def test_a_password_of_a_megabyte_is_wrong_and_costs_little(client: FlaskClient, accounts: Accounts) -> None:
    assert knock(client, accounts["invuller"]["email"], "x" * 1_000_000).status_code == 422


def test_nothing_of_the_session_from_before_signing_in_lives_on(client: FlaskClient, accounts: Accounts) -> None:
    planted = csrf_token(client, "/inloggen")
    with client.session_transaction() as cookie:
        cookie["geplant"] = "van een ander"
    assert client.post("/inloggen", data={**accounts["invuller"], "csrf_token": planted}).status_code == 303
    with client.session_transaction() as cookie:
        assert "geplant" not in cookie
    assert client.post("/uitloggen", data={"csrf_token": planted}).status_code == 400
    assert client.get("/mijn").status_code == 200


def test_without_passwords_of_our_own_there_is_no_form_for_one(app: Flask, accounts: Accounts) -> None:
    client = sign_in(app, accounts["invuller"])
    token = csrf_token(client, "/mijn")
    assert client.get("/mijn/instellingen/wachtwoord").status_code == 200
    app.config["LOCAL_PASSWORDS"] = False
    stranger = app.test_client()
    page = stranger.get("/inloggen").text
    assert 'type="password"' not in page
    assert "/inloggen/vergeten" not in page
    assert knock(stranger, **accounts["invuller"]).status_code == 404
    for path in ("/inloggen/vergeten", "/inloggen/herstellen", "/inloggen/herstellen/x"):
        assert stranger.get(path).status_code == 404
    assert client.get("/mijn/instellingen/wachtwoord").status_code == 404
    assert client.post("/mijn/instellingen/wachtwoord", data={"csrf_token": token}).status_code == 404
    assert 'type="password"' not in client.get("/inloggen/opnieuw").text


def test_flask_security_mails_nothing_by_itself(app: Flask) -> None:
    with app.app_context(), pytest.raises(RuntimeError, match="goes through"):
        app.extensions["security"].mail_util.send_mail("welcome", "Hallo", "a@b.example", "c@d.example", "", "")


def test_after_ten_minutes_one_is_asked_who_one_is_and_led_back(app: Flask, accounts: Accounts) -> None:
    client = sign_in(app, accounts["invuller"])
    wanted = "/mijn/instellingen/e-mailadres"
    assert client.get(wanted).status_code == 200
    with frozen_at(now() + timedelta(minutes=11)):
        asked = client.get(wanted)
        assert asked.location == FRESH_PAGE
        assert send_form(client, FRESH_PAGE, {"password": "een fout wachtwoord"}).status_code == 422
        assert client.get(wanted).status_code == 303
        right = {"password": accounts["invuller"]["password"]}
    back = send_form(client, FRESH_PAGE, right)
    assert (back.status_code, back.location) == (303, wanted)
    assert client.get(wanted).status_code == 200


def test_a_fresh_sign_in_leads_to_no_other_site(app: Flask, accounts: Accounts) -> None:
    client = sign_in(app, accounts["invuller"])
    for wanted in ("https://kwaad.example/", "//kwaad.example", "/\\kwaad.example", "/\t/kwaad.example"):
        fields = {"password": accounts["invuller"]["password"], "next": wanted}
        answer = send_form(client, "/inloggen/opnieuw", fields)
        target = answer.headers.get("Location", "")
        assert urlsplit(target).netloc == ""
        assert not target.startswith(("//", "/\\"))


def test_what_was_typed_waits_while_one_is_asked_who_one_is(app: Flask, accounts: Accounts) -> None:
    client = sign_in(app, accounts["invuller"])
    path = "/mijn/instellingen/e-mailadres"
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', client.get(path).text))
    typed = {**hidden, "email": "nieuw@elders.example", "new_password": "een geheim dat niemand bewaart"}
    with frozen_at(now() + timedelta(minutes=11)):
        sent = client.post(path, data=typed)
        assert sent.location == FRESH_PAGE
    page = client.get(path).text
    assert 'value="nieuw@elders.example"' in page
    assert "een geheim dat niemand bewaart" not in page


def test_the_kept_input_holds_no_password(app: Flask, accounts: Accounts, data_folder: object) -> None:
    test_what_was_typed_waits_while_one_is_asked_who_one_is(app, accounts)
    with app.extensions["database"].engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT fields FROM unsaved_input").all()
    assert "nieuw@elders.example" in str(kept)
    assert "geheim" not in str(kept)


def test_wrong_passwords_at_an_open_browser_make_it_wait_too(app: Flask, accounts: Accounts) -> None:
    client = sign_in(app, accounts["invuller"])
    answers = [send_form(client, "/inloggen/opnieuw", {"password": "fout"}).status_code for _ in range(7)]
    assert answers == [422] * 5 + [429] * 2


def test_on_https_the_cookies_are_strict(app: Flask, data_folder: object, accounts: Accounts) -> None:
    site = make_site(app.extensions["settings"].data, settings={"site_url": "https://localhost"})
    client = site.test_client()
    page = client.get("/inloggen", base_url="https://localhost")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token
    answer = client.post(
        "/inloggen", data={**accounts["invuller"], "csrf_token": token.group(1)}, base_url="https://localhost",
        headers={"Referer": "https://localhost/inloggen", "Origin": "https://localhost"},
    )  # fmt: skip
    assert answer.status_code == 303
    found = {line.split("=")[0]: line for line in answer.headers.getlist("Set-Cookie")}
    for name in ("__Host-manifestkompas", "__Host-bekend"):
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(found[name].split("; "))
        assert "Domain" not in found[name]
