"""A name stands in mails to others: nobody types anything but a name for one, wherever he types it."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.accounts.at_the_door import person, send_form
from tests.factories_people import DEMO, PASSWORD, invite
from tests.html_forms import form_on
from tests.sites import sign_in

Accounts = dict[str, dict[str, str]]
SETTINGS = "/mijn/instellingen"
NO_NAMES = [
    "", "   ", "x" * 101,
    "Win geld op https://kwaad.example", "Naar www.kwaad", "Log in op kwaad.example", "jan@kwaad.example", "<b>x</b>",
    "Jan\n\nUw account is gesloten", "Jan\r\nBcc: ander", "Jan\x01Jansen", "Jan\x85Jansen", "Jan\u2028Jansen",
    "Jan \N{RIGHT-TO-LEFT OVERRIDE}nesnaJ", "Jan \N{RIGHT-TO-LEFT ISOLATE}x", "Jan\N{ZERO WIDTH SPACE}sen",
    "Log in op kwaad\N{FULLWIDTH FULL STOP}example", "jan\N{FULLWIDTH COMMERCIAL AT}kwaad",
]  # fmt: skip
NAMES = ["  Jan   Jansen ", "J.P. van der Steen", "A.-M. d'Huyvetter", "Zoë Çelik-Şahin (HR)", "محمد علی", "x" * 100]
no_names = pytest.mark.parametrize("name", NO_NAMES)


@no_names
def test_ones_own_name_can_be_nothing_but_a_name(app: Flask, accounts: Accounts, session: Session, name: str) -> None:
    client = sign_in(app, accounts["invuller"])
    form = {**form_on(client.get(SETTINGS).text, SETTINGS), "naam": name, "taal": "nl"}
    answer = client.post(SETTINGS, data=form)
    assert answer.status_code == 422
    assert '<a href="#naam">' in answer.text


@no_names
def test_who_joins_can_call_himself_nothing_but_a_name(app: Flask, session: Session, name: str) -> None:
    path = f"/uitnodiging/{invite(session).token}"
    session.commit()
    fields = {"naam": name, "taal": "nl", "new_password": PASSWORD, "new_password_again": PASSWORD}
    assert send_form(app.test_client(), path, fields).status_code == 422


@no_names
def test_who_invites_can_call_somebody_nothing_but_a_name(app: Flask, accounts: Accounts, name: str) -> None:
    wish = {"naam": name, "e-mailadres": "nieuw@elders.example", "taal": "nl", "rol": "invuller"}
    client = sign_in(app, accounts["beheerder"])
    assert send_form(client, f"/redactie/mensen/{DEMO}", wish).status_code == 422


@pytest.mark.parametrize("name", NAMES)
def test_what_people_are_called_is_a_name(app: Flask, accounts: Accounts, session: Session, name: str) -> None:
    client = sign_in(app, accounts["invuller"])
    form = {**form_on(client.get(SETTINGS).text, SETTINGS), "naam": name, "taal": "nl"}
    assert client.post(SETTINGS, data=form).status_code == 303
    assert person(session, accounts["invuller"]["email"]).name == " ".join(name.split())


@pytest.mark.parametrize("name", ["Mijn telefoon\x01", "kwaad.example", "Jan \N{RIGHT-TO-LEFT OVERRIDE}nesnaJ"])
def test_the_name_of_a_passkey_is_a_name_too(app: Flask, accounts: Accounts, name: str) -> None:
    client = sign_in(app, accounts["invuller"])
    answer = send_form(client, f"{SETTINGS}/passkeys", {"naam": name, "credential": "{}"})
    assert answer.status_code == 422
    assert "Vul alleen een naam in" in answer.text


def test_the_command_that_invites_staff_takes_nothing_but_a_name(app: Flask) -> None:
    command = ["accounts", "invite-staff", "eerste@elders.example", "--role", "beheerder", "--name"]
    outcome = app.test_cli_runner().invoke(args=[*command, "Log in op kwaad.example"])
    assert outcome.exit_code == 1
    assert "alleen een naam" in outcome.output
