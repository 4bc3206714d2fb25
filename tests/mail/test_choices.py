"""Which mail one gets: chosen when signed in, ended by the link in a mail without signing in."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.mail_choices import END_PATH, choose, end_link, queue_for, wanted
from accounts.models import MailChoice, User
from common.ledger import LedgerEntry
from common.outbox import OutboxMail
from tests.sites import csrf_token, sign_in

PATH = "/mijn/instellingen/berichten"
Accounts = dict[str, dict[str, str]]


def person(session: Session, account: dict[str, str]) -> User:
    found = session.scalars(select(User).where(User.email == account["email"])).unique().one()
    session.expunge(found)  # read whole: it must not open a transaction again, which would hold the write lock
    session.rollback()
    return found


def wants(session: Session, user: User, kind: str) -> bool:
    answer = wanted(session, user, kind)
    session.rollback()
    session.expire_all()
    return answer


@pytest.fixture
def coordinator(session: Session, accounts: Accounts) -> User:
    return person(session, accounts["coordinator"])


@pytest.fixture
def link(app: Flask, coordinator: User) -> str:
    with app.app_context():
        return end_link(coordinator, "digest_authority").removeprefix("http://localhost")


def test_a_coordinator_gets_the_weekly_mail_unless_he_ends_it_and_others_only_when_they_ask(
    session: Session, accounts: Accounts
) -> None:
    got = {role: wants(session, person(session, accounts[role]), "digest_authority") for role in accounts}
    assert [role for role, answer in got.items() if answer] == ["coordinator"]
    assert not any(wants(session, person(session, accounts[role]), "digest_staff") for role in accounts)


def test_a_choice_is_kept_shown_and_in_the_ledger(app: Flask, session: Session, accounts: Accounts) -> None:
    browser = sign_in(app, accounts["beheerder"])
    sent = {
        "csrf_token": csrf_token(browser, PATH),
        "berichten": ["digest_staff", "digest_authority", "report_returned"],
    }
    response = browser.post(PATH, data=sent)
    assert (response.status_code, response.location) == (303, PATH)
    page = browser.get(PATH)
    assert 'value="digest_staff" checked' in page.text.replace("\n", " ")
    assert page.headers["Cache-Control"] == "no-store"
    kept = dict(session.execute(select(MailChoice.kind, MailChoice.wanted)).all())
    assert kept["digest_staff"]
    assert not kept["proposal_new"]  # on by itself for whoever decides on proposals, and not ticked here
    assert not kept.keys() & {"digest_authority", "report_returned"}  # what is not his to choose is passed over
    chosen = session.scalars(select(LedgerEntry.event).where(LedgerEntry.event == "mail.chosen")).all()
    assert len(chosen) == len(kept)


def test_the_link_shows_one_button_and_opening_it_changes_nothing(
    client: FlaskClient, session: Session, coordinator: User, link: str
) -> None:
    page = client.get(link)
    assert page.status_code == 200
    assert "Stop dit bericht" in page.text
    assert coordinator.email not in page.text
    assert wants(session, coordinator, "digest_authority")


def test_the_button_ends_that_kind_without_signing_in_and_the_way_back_is_to_sign_in(
    client: FlaskClient, session: Session, coordinator: User, link: str
) -> None:
    assert client.post(link, data={"keuze": "stop"}).status_code == 303
    assert not wants(session, coordinator, "digest_authority")
    assert "U krijgt dit bericht niet meer" in client.get(link).text
    client.post(link, data={"keuze": "weer"})
    assert not wants(session, coordinator, "digest_authority")
    assert client.get(PATH).status_code == 303
    assert session.scalars(select(LedgerEntry.event).where(LedgerEntry.event == "mail.chosen")).all() == ["mail.chosen"]


def test_a_mail_program_ends_it_with_one_click_and_no_redirect(
    client: FlaskClient, session: Session, coordinator: User, link: str
) -> None:
    assert client.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not wants(session, coordinator, "digest_authority")


@pytest.mark.parametrize("pattern", ["{}x", "x{}", "{0}.{0}", "onzin", "WzEsICJkaWdlc3Rfc3RhZmYiXQ.AAAA"])
def test_a_link_that_is_not_ours_is_not_found_and_changes_nothing(
    client: FlaskClient, session: Session, coordinator: User, link: str, pattern: str
) -> None:
    wrong = END_PATH + pattern.format(link.removeprefix(END_PATH))
    assert client.get(wrong).status_code == client.post(wrong).status_code == 404
    assert wants(session, coordinator, "digest_authority")


def test_a_link_for_a_kind_that_one_may_not_end_is_not_found(
    app: Flask, client: FlaskClient, coordinator: User
) -> None:
    with app.app_context():
        link = end_link(coordinator, "report_returned").removeprefix("http://localhost")
    assert client.post(link).status_code == 404


def test_only_the_link_of_a_mail_goes_without_a_token(app: Flask, accounts: Accounts) -> None:
    browser = sign_in(app, accounts["coordinator"])
    assert browser.post(PATH, data={}).status_code == 400


def test_a_mail_that_somebody_does_not_want_is_not_written(app: Flask, session: Session, coordinator: User) -> None:
    values = {"works": [], "links": {}}
    with app.app_context():
        mail = queue_for(session, coordinator, "digest_authority", **values)
        assert mail is not None
        assert mail.end_link
        assert mail.end_link in mail.body_text
        assert (mail.to_user_id, mail.to_address) == (coordinator.id, coordinator.email)
        choose(session, coordinator, "digest_authority", False)
        assert queue_for(session, coordinator, "digest_authority", **values) is None
        session.flush()
    assert len(session.scalars(select(OutboxMail)).all()) == 1
    session.rollback()


def test_somebody_without_an_open_account_gets_no_mail(session: Session, coordinator: User) -> None:
    coordinator.active = False
    assert not wanted(session, coordinator, "report_returned")
    session.rollback()
