"""Waits after failed tries: they hold guessers back, and keep nobody out."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import waiting
from accounts.sign_in_models import SignInWait
from accounts.waiting import wait_after
from common.clock import frozen_at, now
from common.web.visitors import network_of
from tests.accounts.at_the_door import NEW, events, knock, link_in, mails, send_form, twice
from tests.sites import make_site, sign_in

Accounts = dict[str, dict[str, str]]
WRONG = "een fout wachtwoord"
ELSEWHERE = {"REMOTE_ADDR": "198.51.100.7"}


@pytest.fixture
def app(data_folder: Path) -> Iterator[Flask]:
    """The site without the limits per minute, which would come first."""
    site = make_site(data_folder, settings={"rate_limits": False})
    yield site
    site.extensions["database"].close()
    site.extensions["database"].engine.dispose()


def knocks(app: Flask, email: str, number: int, address: str = "127.0.0.1") -> list[int]:
    place = {"REMOTE_ADDR": address}
    return [knock(app.test_client(), email, WRONG, environ_overrides=place).status_code for _ in range(number)]


def test_after_five_tries_one_waits_and_hears_until_when(app: Flask, accounts: Accounts, session: Session) -> None:
    email = accounts["invuller"]["email"]
    assert knocks(app, email, 7) == [422] * 5 + [429] * 2
    answer = knock(app.test_client(), email, accounts["invuller"]["password"])  # the right one: it is not looked at
    assert answer.status_code == 429
    assert 25 <= int(answer.headers["Retry-After"]) <= 30
    assert "U kunt het opnieuw proberen op" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(events(session, "session.failed")) == 5
    assert len(events(session, "account.waits")) == 1


def test_an_address_without_an_account_waits_alike(app: Flask, accounts: Accounts) -> None:
    moment = now()
    pages = []
    for email in (accounts["invuller"]["email"], "niemand@nergens.example"):
        with frozen_at(moment):
            assert knocks(app, email, 5) == [422] * 5
            answer = knock(app.test_client(), email, WRONG)
        pages.append((answer.status_code, answer.headers["Retry-After"], answer.text))
    assert pages[0] == pages[1]


def test_capitals_make_no_new_count(app: Flask) -> None:
    assert knocks(app, "niemand@nergens.example", 3) + knocks(app, "NIEMAND@Nergens.example", 3) == [422] * 5 + [429]


def test_the_wait_doubles_to_a_quarter_of_an_hour_and_ends(app: Flask, accounts: Accounts) -> None:
    assert [wait_after(failures, 5).total_seconds() for failures in (0, 4, 5, 6, 7, 8, 9, 10, 500)] == [
        0, 0, 30, 60, 120, 240, 480, 900, 900,
    ]  # fmt: skip
    email, start = accounts["invuller"]["email"], now()
    knocks(app, email, 5)
    with frozen_at(start + timedelta(seconds=32)):
        assert knocks(app, email, 2) == [422, 429]
    with frozen_at(start + timedelta(seconds=70)):
        assert knocks(app, email, 1) == [429]
    with frozen_at(start + timedelta(seconds=95)):
        assert knock(app.test_client(), **accounts["invuller"]).status_code == 303
        assert knocks(app, email, 5) == [422] * 5


def test_whoever_signed_in_in_this_browser_before_does_not_wait_for_strangers(app: Flask, accounts: Accounts) -> None:
    mine = sign_in(app, accounts["invuller"])
    mine.delete_cookie("manifestkompas")
    knocks(app, accounts["invuller"]["email"], 8)
    assert knock(app.test_client(), **accounts["invuller"]).status_code == 429  # without the cookie he would
    assert knock(mine, **accounts["invuller"]).status_code == 303


def test_the_cookie_of_a_known_browser_gives_no_endless_tries(app: Flask, accounts: Accounts) -> None:
    mine = sign_in(app, accounts["invuller"])
    mine.delete_cookie("manifestkompas")
    answers = [knock(mine, accounts["invuller"]["email"], WRONG).status_code for _ in range(7)]
    assert answers == [422] * 5 + [429] * 2
    other = accounts["coordinator"]["email"]  # of whom this browser is no friend
    assert [knock(mine, other, WRONG).status_code for _ in range(6)] == [422] * 5 + [429]


@pytest.mark.parametrize("forged", ["", "x", "WyJhIixbMSwyLDNdXQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"])
def test_a_forged_cookie_makes_no_known_browser(app: Flask, accounts: Accounts, forged: str) -> None:
    knocks(app, accounts["invuller"]["email"], 5)
    client = app.test_client()
    client.set_cookie("bekend", forged)
    assert knock(client, **accounts["invuller"]).status_code == 429


def test_who_is_kept_waiting_by_strangers_recovers_by_mail_and_is_in(
    app: Flask, accounts: Accounts, session: Session
) -> None:
    email = accounts["invuller"]["email"]
    knocks(app, email, 40)
    client = app.test_client()
    assert send_form(client, "/inloggen/vergeten", {"email": email}).status_code == 303
    client.get(link_in(mails(session, "account_recovery")[0]))
    assert send_form(client, "/inloggen/herstellen", twice(NEW)).status_code == 303
    assert knock(client, email, NEW).status_code == 303
    assert knock(app.test_client(), email, NEW).status_code == 429  # the strangers still wait


def test_one_network_gets_thirty_tries_over_all_addresses(app: Flask, accounts: Accounts) -> None:
    found = [code for number in range(31) for code in knocks(app, f"nummer{number}@nergens.example", 1)]
    assert found == [422] * 30 + [429]
    assert knock(app.test_client(), **accounts["invuller"]).status_code == 429
    assert knock(app.test_client(), **accounts["invuller"], environ_overrides=ELSEWHERE).status_code == 303


def test_ones_own_account_does_not_wash_away_the_failures_of_a_network(app: Flask, accounts: Accounts) -> None:
    for number in range(29):
        knocks(app, f"nummer{number}@nergens.example", 1)
    assert knock(app.test_client(), **accounts["invuller"]).status_code == 303
    assert knocks(app, "nog@nergens.example", 2) == [422, 429]


def fill_network(app: Flask, start: datetime, number: int = 30) -> None:
    with frozen_at(start):
        assert [code for n in range(number) for code in knocks(app, f"nummer{n}@nergens.example", 1)] == [422] * number


def right(app: Flask, account: dict[str, str], moment: datetime) -> int:
    with frozen_at(moment):
        return knock(app.test_client(), **account).status_code


def test_who_signs_in_rightly_makes_no_colleague_wait(app: Flask, accounts: Accounts) -> None:
    start = now()
    fill_network(app, start)
    later = start + timedelta(minutes=10)  # the wait of the thirtieth failure is over
    found = [right(app, accounts[who], later) for who in ("invuller", "coordinator", "bestuurder")]
    assert found == [303] * 3
    with frozen_at(later):
        assert knocks(app, "nog@nergens.example", 2) == [422, 429]
        assert right(app, accounts["invuller"], later) == 429


def test_failures_of_a_network_fade_though_people_sign_in_all_the_time(app: Flask, accounts: Accounts) -> None:
    start = now()
    fill_network(app, start)
    for minutes in range(15, 121, 15):
        assert right(app, accounts["invuller"], start + timedelta(minutes=minutes)) == 303
    fill_network(app, start + timedelta(minutes=121), 23)  # 30 became 15, and then 7
    assert right(app, accounts["invuller"], start + timedelta(minutes=121)) == 429


def test_a_typing_error_a_day_never_makes_an_office_wait(app: Flask) -> None:
    moment = now()
    for day in range(35):
        with frozen_at(moment + timedelta(hours=20 * day)):
            assert knocks(app, f"fout{day}@nergens.example", 2) == [422, 422]


def test_ipv6_counts_by_the_network_of_64_bits(app: Flask) -> None:
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9") != network_of("2001:db8:1:3::1")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1") == "192.0.2.1"
    assert network_of("") == network_of(None) == "unknown"


def test_the_table_tells_nobody_which_addresses_were_tried(app: Flask, session: Session) -> None:
    knocks(app, "niemand@nergens.example", 1)
    rows = session.scalars(select(SignInWait)).all()
    assert len(rows) == 2
    assert all(len(row.key) == 64 and set(row.key) <= set("0123456789abcdef") for row in rows)


def test_counts_of_a_day_ago_are_forgotten(app: Flask, session: Session) -> None:
    knocks(app, "niemand@nergens.example", 5)
    with frozen_at(now() + timedelta(hours=25)):
        assert knocks(app, "ander@nergens.example", 1) == [422]
        assert len(session.scalars(select(SignInWait)).all()) == 2


def at_once(app: Flask, email: str, number: int) -> list[int]:
    clients = [app.test_client() for _ in range(8)]

    def run(which: int) -> list[int]:
        return [knock(clients[which], email, WRONG).status_code for _ in range(number // 8)]

    with ThreadPoolExecutor(8) as pool:
        return [code for codes in pool.map(run, range(8)) for code in codes]


def test_of_200_wrong_passwords_at_once_five_reach_the_hash(app: Flask, accounts: Accounts, session: Session) -> None:
    codes = at_once(app, accounts["invuller"]["email"], 200)
    assert (codes.count(422), codes.count(429)) == (5, 195)
    assert len(events(session, "session.failed")) == 5


def test_without_the_wait_all_of_them_would(
    app: Flask, accounts: Accounts, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "FREE_OF_ONE", 1000)
    monkeypatch.setattr(waiting, "FREE", {})
    assert at_once(app, accounts["invuller"]["email"], 40).count(422) == 40


def test_nobody_waits_for_the_database_while_a_password_is_hashed(data_folder: Path, accounts: Accounts) -> None:
    slow = {"argon2__time_cost": 15, "argon2__memory_cost": 65536, "argon2__parallelism": 1}
    site = make_site(data_folder, SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=slow)
    client, took = site.test_client(), [0.0]
    trying = threading.Thread(target=lambda: knock(client, "niemand@nergens.example", WRONG))
    beside = sqlite3.connect(data_folder / "manifestkompas.sqlite", timeout=0, isolation_level=None)
    trying.start()
    free, busy, started = 0, 0, time.monotonic()
    while trying.is_alive():
        try:
            beside.execute("BEGIN IMMEDIATE").connection.execute("ROLLBACK")
            free += 1
        except sqlite3.OperationalError:
            busy += 1
        time.sleep(0.01)
    took[0] = time.monotonic() - started
    assert took[0] > 0.3
    assert free > 4 * busy
