"""Browser sessions: a person is signed in as long as the row in the database says so, and not a cookie longer."""

import sqlite3
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts import sessions
from accounts.models import User
from accounts.sign_in_models import BrowserSession, SecurityEvent
from common.clock import frozen_at, now
from tests.accounts.second_steps import is_in
from tests.html_forms import form_on
from tests.sites import csrf_token, sign_in

Accounts = dict[str, dict[str, str]]
PAGE = "/mijn/instellingen/sessies"
COOKIE = "manifestkompas"


def newest(session: Session) -> BrowserSession:
    session.rollback()
    row = session.scalars(select(BrowserSession).order_by(BrowserSession.id.desc())).first()
    assert row is not None
    session.rollback()
    return session.get_one(BrowserSession, row.id)


def seen_at(session: Session) -> datetime:
    moment = newest(session).seen_at
    session.rollback()
    return moment


def test_a_row_tells_the_browser_in_plain_words_and_no_more(app: Flask, accounts: Accounts, session: Session) -> None:
    client = app.test_client()
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    form = {**accounts["invuller"], "csrf_token": csrf_token(client, "/inloggen")}
    client.post("/inloggen", data=form, headers={"User-Agent": agent})
    row = newest(session)
    assert (row.device, row.means, len(row.key_hash)) == ("Firefox, Linux", "password", 64)
    session.rollback()
    page = client.get(PAGE).text
    assert "Firefox, Linux" in page
    assert "Deze browser" in page
    assert "140.0" not in page
    assert "127.0.0.1" not in page


def test_the_key_itself_is_not_in_the_database(app: Flask, accounts: Accounts, data_folder: Path) -> None:
    client = sign_in(app, accounts["invuller"])
    with client.session_transaction() as cookie:
        key = cookie["browser"]
    assert key.encode() not in (data_folder / "manifestkompas.sqlite").read_bytes()
    assert key.encode() not in (data_folder / "manifestkompas.sqlite-wal").read_bytes()


def test_one_ends_another_browser_of_ones_own(app: Flask, accounts: Accounts, session: Session) -> None:
    here, there = sign_in(app, accounts["invuller"]), sign_in(app, accounts["invuller"])
    path = f"{PAGE}/{newest(session).id}/beeindigen"
    session.rollback()
    assert here.post(path, data=form_on(here.get(PAGE).text, path)).status_code == 303
    assert is_in(here)
    assert not is_in(there)
    assert "Uw sessie in deze browser is beëindigd." in there.get("/inloggen").text
    assert session.scalars(select(SecurityEvent).where(SecurityEvent.kind == "session.ended")).one()


def test_anothers_session_does_not_exist(app: Flask, accounts: Accounts, session: Session) -> None:
    here, other = sign_in(app, accounts["invuller"]), sign_in(app, accounts["coordinator"])
    path = f"{PAGE}/{newest(session).id}/beeindigen"
    session.rollback()
    form = form_on(here.get(PAGE).text, "/uitloggen")
    assert here.post(path, data=form).status_code == 404
    assert here.post(f"{PAGE}/999999/beeindigen", data=form).status_code == 404
    assert is_in(other)


def test_one_ends_all_others_at_once(app: Flask, accounts: Accounts) -> None:
    browsers = [sign_in(app, accounts["invuller"]) for _ in range(3)]
    path = f"{PAGE}/andere-beeindigen"
    browsers[0].post(path, data=form_on(browsers[0].get(PAGE).text, path))
    assert [is_in(browser) for browser in browsers] == [True, False, False]
    assert "U bent nergens anders ingelogd." in browsers[0].get(PAGE).text


def sign_out(client: FlaskClient) -> None:
    client.post("/uitloggen", data=form_on(client.get(PAGE).text, "/uitloggen"))


@pytest.mark.parametrize("guarded", [True, False])
def test_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(
    app: Flask, accounts: Accounts, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    client, thief = sign_in(app, accounts["invuller"]), app.test_client()
    copied = client.get_cookie(COOKIE)
    assert copied is not None
    thief.set_cookie(COOKIE, copied.value)
    assert is_in(thief)
    sign_out(client)
    assert not is_in(client)
    if not guarded:
        monkeypatch.setattr(sessions, "holds", lambda _row, _moment: True)
    assert is_in(thief) is not guarded


@pytest.mark.parametrize(("later", "words"), [
    (timedelta(minutes=61), "U deed een uur niets op deze site."),
    (timedelta(hours=8, minutes=1), "U was 8 uur ingelogd."),
])  # fmt: skip
def test_a_silent_or_old_session_ends_and_the_site_says_why(
    app: Flask, accounts: Accounts, later: timedelta, words: str
) -> None:
    client = sign_in(app, accounts["invuller"])
    with frozen_at(now() + later):
        assert client.get(PAGE).headers["Location"].startswith("/inloggen?next=")
        assert words in client.get("/inloggen").text
        assert "U was 8 uur" not in app.test_client().get("/inloggen").text


def test_somebody_busy_stays_in_for_eight_hours_and_no_longer(app: Flask, accounts: Accounts) -> None:
    client, start = sign_in(app, accounts["invuller"]), now()
    for half_hours in range(1, 16):
        with frozen_at(start + timedelta(minutes=30) * half_hours):
            assert client.get(PAGE, buffered=True).status_code == 200
    with frozen_at(start + timedelta(hours=8, minutes=1)):
        assert client.get(PAGE).status_code == 303


def test_being_seen_is_written_once_a_minute(app: Flask, accounts: Accounts, session: Session) -> None:
    client, start = sign_in(app, accounts["invuller"]), seen_at(session)
    for seconds, written in ((30, 0), (61, 61), (100, 61), (130, 130)):
        with frozen_at(start + timedelta(seconds=seconds)):
            client.get(PAGE, buffered=True)
        assert seen_at(session) == start + timedelta(seconds=written)


def test_a_reader_does_not_wait_for_a_writer(
    app: Flask, accounts: Accounts, session: Session, data_folder: Path
) -> None:
    client, start = sign_in(app, accounts["invuller"]), seen_at(session)
    writer = sqlite3.connect(data_folder / "manifestkompas.sqlite", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with frozen_at(start + timedelta(minutes=5)):
        began = time.perf_counter()
        assert client.get(PAGE, buffered=True).status_code == 200
        assert time.perf_counter() - began < 2
    writer.execute("ROLLBACK")
    writer.close()
    assert seen_at(session) == start


def test_ending_all_spares_the_browser_that_asks(app: Flask, accounts: Accounts, session: Session) -> None:
    here, there = sign_in(app, accounts["invuller"]), sign_in(app, accounts["invuller"])
    with here.session_transaction() as cookie:
        key = cookie["browser"]
    person = session.scalars(select(User).where(User.email == accounts["invuller"]["email"])).one()
    assert sessions.end_sessions(session, person.id, except_key=key) == 1
    session.commit()
    assert (is_in(here), is_in(there)) == (True, False)


def test_an_account_that_is_closed_is_out_at_the_next_click(app: Flask, accounts: Accounts, session: Session) -> None:
    client = sign_in(app, accounts["invuller"])
    session.execute(update(User).where(User.email == accounts["invuller"]["email"]).values(active=False))
    session.commit()
    assert not is_in(client)
