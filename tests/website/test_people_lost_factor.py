"""Somebody lost his telephone and his recovery codes: a beheerder takes the second step off his account."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.sign_in_models import SecurityEvent
from common.ledger import LedgerEntry
from tests.accounts.second_steps import is_in, set_up_app
from tests.factories_people import mails
from tests.html_forms import form_on
from tests.sites import sign_in

Accounts = dict[str, dict[str, str]]
REASON = "Belde vanaf het nummer van de gemeente: telefoon gestolen."


def number_of(session: Session, address: str) -> int:
    found = session.scalars(select(User.id).where(User.email == address)).one()
    session.rollback()
    return found


def take_off(client: FlaskClient, path: str, reason: str) -> int:
    """Send the form of the page; return the status of the answer."""
    return client.post(path, data={**form_on(client.get(path).text, path), "reden": reason}).status_code


def test_who_lost_it_gets_in_with_the_password_again_and_is_told_why(
    app: Flask, accounts: Accounts, session: Session
) -> None:
    invuller = sign_in(app, accounts["invuller"])
    set_up_app(invuller)
    path = f"/redactie/mensen/{number_of(session, accounts['invuller']['email'])}/tweede-stap"
    desk = sign_in(app, accounts["beheerder"])
    assert path in desk.get("/redactie/mensen?q=lindenveen").text
    assert take_off(desk, path, REASON) == 303
    assert not is_in(invuller)
    assert is_in(sign_in(app, accounts["invuller"]))
    assert REASON in mails(session, "account_new_factor")[-1].body_text
    session.rollback()
    assert desk.get(path).status_code == 404
    assert path not in desk.get("/redactie/mensen?q=lindenveen").text


def test_it_asks_a_reason_and_keeps_what_was_typed(app: Flask, accounts: Accounts, session: Session) -> None:
    set_up_app(sign_in(app, accounts["invuller"]))
    path = f"/redactie/mensen/{number_of(session, accounts['invuller']['email'])}/tweede-stap"
    desk = sign_in(app, accounts["beheerder"])
    assert take_off(desk, path, " ") == 422
    answer = desk.post(path, data={**form_on(desk.get(path).text, path), "reden": "lang " * 1000})
    assert answer.status_code == 422
    assert "lang lang" in answer.text


def test_the_ledger_has_it_without_the_reason(app: Flask, accounts: Accounts, session: Session) -> None:
    set_up_app(sign_in(app, accounts["invuller"]))
    user_id = number_of(session, accounts["invuller"]["email"])
    take_off(sign_in(app, accounts["beheerder"]), f"/redactie/mensen/{user_id}/tweede-stap", REASON)
    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.event == "account.second-step-taken-off")).one()
    event = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == entry.event)).one()
    session.rollback()
    assert entry.actor_role == "beheerder"
    assert REASON not in entry.payload
    assert event.user_id == user_id


def test_nobody_takes_his_own_off_here(app: Flask, accounts: Accounts, session: Session) -> None:
    desk = sign_in(app, accounts["beheerder"])
    set_up_app(desk)
    own = number_of(session, accounts["beheerder"]["email"])
    assert desk.get(f"/redactie/mensen/{own}/tweede-stap").status_code == 404
