"""Recovery codes: ten, shown once, each used once."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.sign_in_models import SecurityEvent
from common.outbox import OutboxMail
from tests.accounts.second_steps import CODES, give_code, give_password, is_in, set_up_app, shown_codes
from tests.html_forms import form_on
from tests.sites import sign_in

Accounts = dict[str, dict[str, str]]


def test_they_are_shown_once_and_can_be_downloaded_then(app: Flask, accounts: Accounts) -> None:
    client = sign_in(app, accounts["invuller"])
    set_up_app(client)
    assert client.post(CODES, data=form_on(client.get(CODES).text, CODES)).status_code == 303
    page = client.get(CODES).text
    codes = shown_codes(page)
    assert len(set(codes)) == 10
    file = client.post(f"{CODES}/bestand", data=form_on(page, f"{CODES}/bestand"))
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["Cache-Control"] == "no-store"
    assert [line for line in file.text.split("\r\n") if line in codes] == codes
    assert shown_codes(client.get(CODES).text) == []


def test_a_sign_in_of_long_ago_does_not_keep_one_from_downloading_them(app: Flask, accounts: Accounts) -> None:
    client = sign_in(app, accounts["invuller"])
    set_up_app(client)
    client.post(CODES, data=form_on(client.get(CODES).text, CODES))
    page = client.get(CODES).text
    with client.session_transaction() as cookie:
        cookie["fs_paa"] = 0
    file = client.post(f"{CODES}/bestand", data=form_on(page, f"{CODES}/bestand"))
    assert (file.status_code, shown_codes(page)[0] in file.text) == (200, True)


def test_another_person_cannot_open_the_sealed_codes(app: Flask, accounts: Accounts) -> None:
    client = sign_in(app, accounts["invuller"])
    set_up_app(client)
    client.post(CODES, data=form_on(client.get(CODES).text, CODES))
    seal = form_on(client.get(CODES).text, f"{CODES}/bestand")["verzegeld"]
    other = sign_in(app, accounts["coordinator"])
    form = {**form_on(other.get(CODES).text, "/uitloggen"), "verzegeld": seal}
    assert other.post(f"{CODES}/bestand", data=form).status_code == 303


@pytest.mark.parametrize("typed", ["{}", " {} ", "{0}".upper()])
def test_one_opens_the_door_once(app: Flask, accounts: Accounts, session: Session, typed: str) -> None:
    _telephone, codes = set_up_app(sign_in(app, accounts["invuller"]))
    client = give_password(app, accounts["invuller"])
    assert give_code(client, herstelcode=typed.format(codes[3]).upper().replace("-", " ")).status_code == 303
    assert is_in(client)
    again = give_password(app, accounts["invuller"])
    assert give_code(again, herstelcode=codes[3]).status_code == 422
    assert not is_in(again)
    event = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == "account.recovery-code-used")).one()
    assert event.details == {"left": 9}
    mail = session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc())).first()
    assert mail is not None
    assert "met een herstelcode" in mail.body_text


def test_new_ones_end_the_old_ones(app: Flask, accounts: Accounts) -> None:
    client = sign_in(app, accounts["invuller"])
    _telephone, old = set_up_app(client)
    client.post(CODES, data=form_on(client.get(CODES).text, CODES))
    new = shown_codes(client.get(CODES).text)
    assert give_code(give_password(app, accounts["invuller"]), herstelcode=old[0]).status_code == 422
    assert give_code(give_password(app, accounts["invuller"]), herstelcode=new[0]).status_code == 303


def test_the_site_says_when_they_run_low(app: Flask, accounts: Accounts, session: Session) -> None:
    client = sign_in(app, accounts["invuller"])
    set_up_app(client)
    assert "Bijna op" not in client.get("/mijn/instellingen").text
    person = session.scalars(select(User).where(User.email == accounts["invuller"]["email"])).one()
    person.mf_recovery_codes = list(person.mf_recovery_codes or [])[:3]
    session.commit()
    assert "Bijna op" in client.get("/mijn/instellingen").text
    assert "U hebt nog 3 van de 10 herstelcodes." in client.get(CODES).text


def test_nobody_has_them_without_a_second_step(app: Flask, accounts: Accounts, session: Session) -> None:
    client = sign_in(app, accounts["invuller"])
    client.post(CODES, data=form_on(client.get(CODES).text, "/uitloggen"))
    person = session.scalars(select(User).where(User.email == accounts["invuller"]["email"])).one()
    assert person.mf_recovery_codes is None
