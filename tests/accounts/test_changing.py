"""Changing one's password and address while signed in."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from common.clock import frozen_at, now
from tests.accounts.at_the_door import NEW, events, knock, link_in, mails, person, send_form, twice
from tests.sites import csrf_token, sign_in

Accounts = dict[str, dict[str, str]]
PASSWORD = "/mijn/instellingen/wachtwoord"
ADDRESS = "/mijn/instellingen/e-mailadres"
CONFIRM = f"{ADDRESS}/bevestigen"
NEW_ADDRESS = "nieuw@elders.example"


@pytest.fixture
def inside(app: Flask, accounts: Accounts) -> FlaskClient:
    """A browser in which the invuller is signed in."""
    return sign_in(app, accounts["invuller"])


def question(inside: FlaskClient, session: Session, address: str = NEW_ADDRESS) -> str:
    """Ask for another address and return the link in the mail to it."""
    assert send_form(inside, ADDRESS, {"email": address}).status_code == 303
    return link_in([mail for mail in mails(session, "account_email_change") if mail.to_address == address][-1])


def signed_in_at(client: FlaskClient, moment: float) -> None:
    """Let this browser have signed in at another moment: Flask-Security notes it by a clock of its own."""
    with client.session_transaction() as cookie:
        cookie["fs_paa"] = moment


def test_a_changed_password_keeps_this_browser_in_and_the_others_out(
    app: Flask, inside: FlaskClient, accounts: Accounts, session: Session
) -> None:
    other = sign_in(app, accounts["invuller"])
    assert send_form(inside, PASSWORD, twice(NEW)).status_code == 303
    assert "In andere browsers bent u uitgelogd" in inside.get(PASSWORD).text
    assert inside.get("/mijn").status_code == 200
    assert other.get("/mijn").status_code == 303
    email = accounts["invuller"]["email"]
    assert knock(app.test_client(), email, accounts["invuller"]["password"]).status_code == 422
    assert knock(app.test_client(), email, NEW).status_code == 303
    assert [mail.to_address for mail in mails(session, "account_password_changed")] == [email]
    assert len(events(session, "account.password-changed")) == 1


@pytest.mark.parametrize("bad", ["kort", "wachtwoord123", "Manifestkompas2026"])
def test_a_bad_password_changes_nothing(app: Flask, inside: FlaskClient, accounts: Accounts, bad: str) -> None:
    answer = send_form(inside, PASSWORD, twice(bad))
    assert answer.status_code == 422
    assert bad not in answer.text
    assert knock(app.test_client(), **accounts["invuller"]).status_code == 303


def test_an_old_sign_in_changes_nothing(app: Flask, inside: FlaskClient, accounts: Accounts) -> None:
    with frozen_at(now() + timedelta(minutes=11)):
        for path in (PASSWORD, ADDRESS):
            assert inside.get(path).location == f"/inloggen/opnieuw?next={path}"
        token = inside.get("/mijn").text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        answer = inside.post(PASSWORD, data={**twice(NEW), "csrf_token": token})
        assert answer.location == f"/inloggen/opnieuw?next={PASSWORD}"
    assert knock(app.test_client(), **accounts["invuller"]).status_code == 303


def test_an_address_changes_only_when_the_new_one_confirms(
    app: Flask, inside: FlaskClient, accounts: Accounts, session: Session
) -> None:
    old = accounts["invuller"]["email"]
    link = question(inside, session)
    assert [mail.to_address for mail in mails(session, "account_email_change")] == [old, NEW_ADDRESS]
    assert knock(app.test_client(), NEW_ADDRESS, accounts["invuller"]["password"]).status_code == 422
    page = inside.get(link, follow_redirects=True)
    assert page.request.path == CONFIRM
    assert NEW_ADDRESS in page.text
    assert person(session, old).email == old  # reading the page changed nothing
    assert send_form(inside, CONFIRM).status_code == 303
    assert knock(app.test_client(), NEW_ADDRESS, accounts["invuller"]["password"]).status_code == 303
    assert [mail.to_address for mail in mails(session, "account_email_changed")] == [old, NEW_ADDRESS]
    assert len(events(session, "account.email-changed")) == 1
    assert inside.get("/mijn").status_code == 200


def test_the_notice_to_the_old_address_carries_no_link_that_confirms(inside: FlaskClient, session: Session) -> None:
    question(inside, session)
    notice = mails(session, "account_email_change")[0]
    assert NEW_ADDRESS in notice.body_text
    assert "/inloggen/adres/" not in notice.body_text + notice.body_html


def test_an_address_in_use_gets_the_same_answer_and_no_mail(
    app: Flask, inside: FlaskClient, accounts: Accounts, session: Session
) -> None:
    pages = []
    for address in (NEW_ADDRESS, accounts["coordinator"]["email"].upper()):
        answer = send_form(inside, ADDRESS, {"email": address})
        page = inside.get(ADDRESS).text.replace(address, "ADRES").replace(address.split("@")[0], "ADRES")
        pages.append((answer.status_code, answer.location, page.split("<main")[1].count("ADRES")))
    assert pages[0][:2] == pages[1][:2]
    assert [mail.to_address for mail in mails(session, "account_email_change")] == [
        accounts["invuller"]["email"], NEW_ADDRESS, accounts["invuller"]["email"],
    ]  # fmt: skip


def test_an_address_that_was_taken_in_the_meantime_is_not_given_twice(
    app: Flask, inside: FlaskClient, accounts: Accounts, session: Session
) -> None:
    mine = question(inside, session)
    other = sign_in(app, accounts["coordinator"])
    assert send_form(other, ADDRESS, {"email": NEW_ADDRESS}).status_code == 303
    other.get(link_in(mails(session, "account_email_change")[-1]))
    inside.get(mine)
    assert inside.get(CONFIRM).status_code == 200
    assert send_form(other, CONFIRM).status_code == 303
    assert send_form(inside, CONFIRM).status_code == 404
    assert person(session, accounts["invuller"]["email"]).email == accounts["invuller"]["email"]


@pytest.mark.parametrize("typed", ["", "geen adres", "a@b.example\r\nBcc: kwaad@kwaad.example"])
def test_what_is_no_address_is_refused(inside: FlaskClient, session: Session, typed: str) -> None:
    assert send_form(inside, ADDRESS, {"email": typed}).status_code == 422
    assert not mails(session, "account_email_change")


def test_ones_present_address_is_no_new_one(inside: FlaskClient, accounts: Accounts) -> None:
    answer = send_form(inside, ADDRESS, {"email": accounts["invuller"]["email"].upper()})
    assert answer.status_code == 422
    assert "Dit is het adres dat u al hebt." in answer.text


@pytest.mark.parametrize(("minutes", "status"), [(119, 200), (121, 404)])
def test_the_link_works_two_hours(
    app: Flask, inside: FlaskClient, accounts: Accounts, session: Session, minutes: int, status: int
) -> None:
    link = question(inside, session)
    with frozen_at(now() + timedelta(minutes=minutes)):
        client = sign_in(app, accounts["invuller"])
        signed_in_at(client, now().timestamp())
        page = client.get(link, follow_redirects=True)
        assert (page.request.path, page.status_code) == (CONFIRM, status)


def test_the_link_of_another_is_worth_nothing(
    app: Flask, inside: FlaskClient, accounts: Accounts, session: Session
) -> None:
    other = sign_in(app, accounts["coordinator"])
    assert other.get(question(inside, session), follow_redirects=True).status_code == 404


def test_a_link_opened_elsewhere_waits_until_one_signed_in(
    app: Flask, inside: FlaskClient, accounts: Accounts, session: Session
) -> None:
    client = app.test_client()
    to_sign_in = client.get(question(inside, session), follow_redirects=True)
    assert to_sign_in.request.path == "/inloggen"
    assert to_sign_in.request.args["next"] == CONFIRM
    assert knock(client, **accounts["invuller"]).status_code == 303
    assert NEW_ADDRESS in client.get(CONFIRM).text


def test_a_used_link_stays_dead_when_the_address_is_changed_back(
    inside: FlaskClient, accounts: Accounts, session: Session
) -> None:
    old = accounts["invuller"]["email"]
    there = question(inside, session)
    inside.get(there)
    assert send_form(inside, CONFIRM).status_code == 303
    inside.get(question(inside, session, old))
    assert send_form(inside, CONFIRM).status_code == 303
    assert person(session, old).email == old
    assert inside.get(there, follow_redirects=True).status_code == 404
    assert person(session, old).email == old


def test_a_changed_address_keeps_this_browser_in_and_the_others_out(
    app: Flask, inside: FlaskClient, accounts: Accounts, session: Session
) -> None:
    other = sign_in(app, accounts["invuller"])
    inside.get(question(inside, session))
    assert send_form(inside, CONFIRM).status_code == 303
    assert "In andere browsers bent u uitgelogd" in inside.get(ADDRESS).text
    assert inside.get("/mijn").status_code == 200
    assert other.get("/mijn").status_code == 303


def test_an_old_sign_in_confirms_no_address(inside: FlaskClient, accounts: Accounts, session: Session) -> None:
    inside.get(question(inside, session))
    token = csrf_token(inside, CONFIRM)
    signed_in_at(inside, 1.0)
    assert inside.get(CONFIRM).location == f"/inloggen/opnieuw?next={CONFIRM}"
    assert inside.post(CONFIRM, data={"csrf_token": token}).location == f"/inloggen/opnieuw?next={CONFIRM}"
    assert person(session, accounts["invuller"]["email"])
    form = {"password": accounts["invuller"]["password"], "csrf_token": csrf_token(inside, "/inloggen/opnieuw")}
    assert inside.post(f"/inloggen/opnieuw?next={CONFIRM}", data=form).location.endswith(CONFIRM)
    assert send_form(inside, CONFIRM).status_code == 303
    assert person(session, NEW_ADDRESS)


def test_a_changed_password_kills_the_link(inside: FlaskClient, session: Session) -> None:
    link = question(inside, session)
    assert send_form(inside, PASSWORD, twice(NEW)).status_code == 303
    assert inside.get(link, follow_redirects=True).status_code == 404


def test_nobody_mails_the_world_through_his_settings(inside: FlaskClient, session: Session) -> None:
    answers = [send_form(inside, ADDRESS, {"email": f"nieuw{n}@elders.example"}).status_code for n in range(7)]
    assert answers == [303] * 5 + [429] * 2
    assert len(mails(session, "account_email_change")) == 10


def test_the_pages_speak_english_too(inside: FlaskClient, client: FlaskClient) -> None:
    assert "Change your email address" in inside.get(f"/en{ADDRESS}").text
    assert "At least 12 characters" in inside.get(f"/en{PASSWORD}").text
    assert "Forgot your password?" in client.get("/en/inloggen").text
