"""The second step: set up once, asked at every sign-in, and each code good for one time."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.second_factor import AuthenticatorApp
from accounts.sign_in_models import SecurityEvent
from common.clock import frozen_at, now
from common.outbox import OutboxMail
from tests.accounts.second_steps import SET_UP, give_code, give_password, is_in, set_up_app
from tests.html_forms import form_on
from tests.sites import csrf_token, sign_in

Accounts = dict[str, dict[str, str]]


def kinds(session: Session, address: str) -> list[str]:
    """Return the security events of a person, oldest first."""
    found = session.scalars(
        select(SecurityEvent.kind).join(User, User.id == SecurityEvent.user_id).where(User.email == address)
    ).all()
    session.rollback()
    return list(found)


def test_with_an_app_the_password_alone_opens_nothing(app: Flask, accounts: Accounts) -> None:
    telephone, _codes = set_up_app(sign_in(app, accounts["invuller"]))
    client = give_password(app, accounts["invuller"], wanted="/mijn/instellingen/sessies")
    assert not is_in(client)
    answer = give_code(client, code=telephone.code(later=1))
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/mijn/instellingen/sessies"
    assert is_in(client)


def test_setting_up_leaves_a_mail_and_an_event_and_nothing_readable(
    app: Flask, accounts: Accounts, session: Session
) -> None:
    client = sign_in(app, accounts["invuller"])
    key = re.findall(r"<code>([^<]+)</code>", client.get(SET_UP).text)[0].replace(" ", "")
    _telephone, codes = set_up_app(client)
    address = accounts["invuller"]["email"]
    assert {"account.factor-added", "account.recovery-codes-made"} <= set(kinds(session, address))
    mail = session.scalars(select(OutboxMail).where(OutboxMail.kind == "account_new_factor")).one()
    assert mail.to_address == address
    kept = str(session.execute(text("SELECT * FROM user WHERE email = :who"), {"who": address}).one())
    session.rollback()
    assert key not in kept
    assert not [code for code in codes if code in kept]


def test_the_key_is_a_picture_in_the_page_with_letters_beside_it(app: Flask, accounts: Accounts) -> None:
    page = sign_in(app, accounts["invuller"]).get(SET_UP).text
    picture = re.search(r'<svg class="qr".*?</svg>', page, re.S)
    assert picture
    assert "<title" in picture.group(0)
    assert re.search(r'd="(M\d+ \d+h\d+v1h-\d+z){100,}"', picture.group(0))
    assert "data:" not in page
    assert " style=" not in page
    assert re.search(r"<code>([A-Z2-7]{4} ?){8}</code>", page)


def test_a_wrong_first_code_sets_nothing_up_and_keeps_the_key(app: Flask, accounts: Accounts) -> None:
    client = sign_in(app, accounts["invuller"])
    page = client.get(SET_UP).text
    answer = client.post(SET_UP, data={**form_on(page, SET_UP), "code": "000000"})
    assert answer.status_code == 422
    assert re.findall(r"<code>[^<]+</code>", answer.text) == re.findall(r"<code>[^<]+</code>", page)
    assert "<title>Fout:" in answer.text


def test_the_key_of_another_person_cannot_be_set_up(app: Flask, accounts: Accounts) -> None:
    other = form_on(sign_in(app, accounts["coordinator"]).get(SET_UP).text, SET_UP)["verzegeld"]
    client = sign_in(app, accounts["invuller"])
    form = {**form_on(client.get(SET_UP).text, SET_UP), "verzegeld": other, "code": "123456"}
    assert "Deze sleutel is verlopen" in client.post(SET_UP, data=form).text


@pytest.mark.parametrize("guarded", [True, False])
def test_a_code_that_was_used_opens_nothing_more(
    app: Flask, accounts: Accounts, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    telephone, _codes = set_up_app(sign_in(app, accounts["invuller"]))
    code = telephone.code(later=1)
    assert give_code(give_password(app, accounts["invuller"]), code=code).status_code == 303
    if not guarded:
        monkeypatch.setattr(AuthenticatorApp, "get_last_counter", lambda _self, _user: None)
    again = give_password(app, accounts["invuller"])
    give_code(again, code=code)
    assert is_in(again) is not guarded


@pytest.mark.parametrize("code", ["", "12345", "1234567", "٣٤٥٦٧٨", "abcdef", "0x1234", "-12345"])
def test_what_is_no_code_is_refused_without_an_error(app: Flask, accounts: Accounts, code: str) -> None:
    set_up_app(sign_in(app, accounts["invuller"]))
    assert give_code(give_password(app, accounts["invuller"]), code=code).status_code == 422


def test_after_wrong_codes_the_right_one_has_to_wait(app: Flask, accounts: Accounts) -> None:
    telephone, _codes = set_up_app(sign_in(app, accounts["invuller"]))
    client = give_password(app, accounts["invuller"])
    token = csrf_token(client, "/inloggen/code")
    answers = [client.post("/inloggen/code", data={"csrf_token": token, "code": "000000"}) for _ in range(8)]
    assert answers[0].status_code == 422
    assert answers[-1].status_code == 429
    right = {"csrf_token": token, "code": telephone.code(later=1)}
    assert client.post("/inloggen/code", data=right).status_code == 429
    assert not is_in(client)


def test_a_password_waits_ten_minutes_for_its_second_step(app: Flask, accounts: Accounts) -> None:
    set_up_app(sign_in(app, accounts["invuller"]))
    client = give_password(app, accounts["invuller"])
    assert client.get("/inloggen/code").status_code == 200
    with frozen_at(now() + timedelta(minutes=11)):
        assert client.get("/inloggen/code").headers["Location"].endswith("/inloggen")


def test_removing_the_app_ends_the_second_step_and_its_codes(app: Flask, accounts: Accounts, session: Session) -> None:
    client = sign_in(app, accounts["invuller"])
    set_up_app(client)
    path = f"{SET_UP}/weghalen"
    assert client.post(path, data=form_on(client.get(path).text, path)).status_code == 303
    assert is_in(sign_in(app, accounts["invuller"]))
    person = session.scalars(select(User).where(User.email == accounts["invuller"]["email"])).one()
    assert (person.tf_totp_secret, person.mf_recovery_codes) == (None, None)
    assert "account.factor-removed" in kinds(session, person.email)
