"""The beheerder sees what did not arrive, and decides; nobody else sees it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from common.ledger import LedgerEntry
from common.outbox import MailState, OutboxMail
from tests.mail.factories import put_mail
from tests.sites import csrf_token, sign_in

PATH = "/redactie/berichten"
Accounts = dict[str, dict[str, str]]


@pytest.fixture
def browser(app: Flask, accounts: Accounts) -> FlaskClient:
    return sign_in(app, accounts["beheerder"])


def put(session: Session, state: MailState, **values: int) -> int:
    found = put_mail(session, state, **values).id  # type: ignore[arg-type]
    session.commit()
    return found


def decide(browser: FlaskClient, number: int, decision: str) -> int:
    page = f"{PATH}/{number}"
    return browser.post(page, data={"csrf_token": csrf_token(browser, page), "besluit": decision}).status_code


def state_of(session: Session, number: int) -> OutboxMail:
    session.expire_all()
    mail = session.get_one(OutboxMail, number)
    session.expunge(mail)
    session.rollback()
    return mail


def test_what_did_not_arrive_is_listed_without_its_text_and_counted_on_the_desk(
    browser: FlaskClient, session: Session
) -> None:
    for state in (MailState.IN_DOUBT, MailState.GIVEN_UP, MailState.SENT):
        put(session, state)
    put(session, MailState.WAITING, hours=2)
    put(session, MailState.WAITING, hours=0)
    page = browser.get(PATH).text
    assert page.count("weg@gemeente.example") == 3
    assert "Geheim" not in page
    assert "3 berichten zijn niet bezorgd." in browser.get("/redactie").text


@pytest.mark.parametrize("role", ["redacteur", "beoordelaar", "coordinator"])
def test_others_do_not_see_it(app: Flask, session: Session, accounts: Accounts, role: str) -> None:
    number = put(session, MailState.GIVEN_UP)
    other = sign_in(app, accounts[role])
    assert other.get(PATH).status_code == other.get(f"{PATH}/{number}").status_code == 403
    assert "niet bezorgd" not in other.get("/redactie").text


@pytest.mark.parametrize("state", [MailState.IN_DOUBT, MailState.GIVEN_UP])
def test_sending_again_keeps_the_message_id_and_stands_in_the_ledger(
    browser: FlaskClient, session: Session, state: MailState
) -> None:
    number = put(session, state)
    message_id = state_of(session, number).message_id
    assert decide(browser, number, "opnieuw") == 303
    mail = state_of(session, number)
    assert (mail.attempts, mail.message_id) == (0, message_id)
    assert "mail.resent" in session.scalars(select(LedgerEntry.event)).all()


def test_leaving_it_takes_it_off_the_list_and_a_second_decision_is_refused(
    browser: FlaskClient, session: Session
) -> None:
    number = put(session, MailState.IN_DOUBT)
    token = csrf_token(browser, f"{PATH}/{number}")
    assert decide(browser, number, "laten") == 303
    assert "weg@gemeente.example" not in browser.get(PATH).text
    answer = browser.post(f"{PATH}/{number}", data={"csrf_token": token, "besluit": "opnieuw"})
    assert answer.status_code == 409
    assert state_of(session, number).state is MailState.IN_DOUBT


def test_a_mail_that_was_sent_between_page_and_button_is_not_sent_again(browser: FlaskClient, session: Session) -> None:
    number = put(session, MailState.WAITING, hours=3)
    token = csrf_token(browser, f"{PATH}/{number}")
    session.execute(update(OutboxMail).where(OutboxMail.id == number).values(state=MailState.SENT))
    session.commit()
    answer = browser.post(f"{PATH}/{number}", data={"csrf_token": token, "besluit": "opnieuw"})
    assert answer.status_code == 409
    assert "Over dit bericht is al beslist." in answer.text
    assert state_of(session, number).state is MailState.SENT


@pytest.mark.parametrize("state", [MailState.SENT, MailState.WAITING])
def test_mail_about_which_there_is_nothing_to_decide_is_not_found(
    browser: FlaskClient, session: Session, state: MailState
) -> None:
    number = put(session, state, hours=0)
    page = browser.get(f"{PATH}/{number}")
    assert page.status_code == 404
    assert "weg@gemeente.example" not in page.text
    token = csrf_token(browser, f"{PATH}/{put(session, MailState.GIVEN_UP)}")
    for decision, status in (("weggooien", 404), ("opnieuw", 409)):
        answer = browser.post(f"{PATH}/{number}", data={"csrf_token": token, "besluit": decision})
        assert answer.status_code == status


def test_a_mail_that_was_decided_about_can_still_be_looked_at(browser: FlaskClient, session: Session) -> None:
    number = put(session, MailState.GIVEN_UP)
    decide(browser, number, "laten")
    assert browser.get(f"{PATH}/{number}").status_code == 200


@pytest.mark.parametrize(
    ("kept", "dutch", "english"),
    [
        ("bad_address", "Het adres is niet bruikbaar.", "The address cannot be used."),
        ("lost_at_the_end: timed out", "alles was gezegd. timed out", "been said. timed out"),
        ("RCPT: 550 unknown", "RCPT: 550 unknown", "RCPT: 550 unknown"),
    ],
)
def test_the_reason_is_in_the_language_of_the_reader_and_the_words_of_the_server(
    browser: FlaskClient, session: Session, kept: str, dutch: str, english: str
) -> None:
    number = put(session, MailState.GIVEN_UP)
    session.execute(update(OutboxMail).where(OutboxMail.id == number).values(last_error=kept))
    session.commit()
    for path in (PATH, f"{PATH}/{number}"):
        assert dutch in browser.get(path).text
        assert english in browser.get("/en" + path).text


def test_a_mail_that_waits_can_be_stopped(browser: FlaskClient, session: Session) -> None:
    number = put(session, MailState.WAITING, hours=3)
    decide(browser, number, "laten")
    assert "mail.given-up" in session.scalars(select(LedgerEntry.event)).all()


def test_a_decision_that_is_none_is_refused_and_an_unknown_mail_not_found(
    browser: FlaskClient, session: Session
) -> None:
    assert decide(browser, put(session, MailState.GIVEN_UP), "weggooien") == 422
    assert browser.get(f"{PATH}/999999").status_code == 404
