"""One address is one account and one count, however it is typed; another address is neither."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from accounts import recovery_views
from common.clock import frozen_at, now
from tests.accounts.at_the_door import change_person, knock, link_in, mails, person, send_form
from tests.sites import make_site, sign_in

Accounts = dict[str, dict[str, str]]
ASK = "/inloggen/vergeten"
ADDRESS = "/mijn/instellingen/e-mailadres"
WRONG = "een fout wachtwoord"
LOOK_ALIKES = {
    "sander@elders.example": "\N{LATIN SMALL LETTER LONG S}ander@elders.example",
    "voss@elders.example": "voß@elders.example",
    "fien@elders.example": "\N{LATIN SMALL LIGATURE FI}en@elders.example",
}
pairs = pytest.mark.parametrize(("email", "like"), LOOK_ALIKES.items())


@pytest.fixture
def app(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The site without the limits per minute, and without the rest that hides how long an answer took."""
    monkeypatch.setattr(recovery_views, "_ANSWER_AFTER", 0)
    site = make_site(data_folder, settings={"rate_limits": False})
    yield site
    site.extensions["database"].close()
    site.extensions["database"].engine.dispose()


def ask(app: Flask, email: str, moment: datetime | None = None) -> None:
    with frozen_at(moment or now()):
        answer = send_form(app.test_client(), ASK, {"email": email})
    assert (answer.status_code, answer.location) == (303, f"{ASK}?verstuurd=1")


def mailed(session: Session) -> list[str]:
    return [mail.to_address for mail in mails(session, "account_recovery")]


@pairs
def test_who_asks_for_a_look_alike_takes_no_mail_from_the_owner(
    app: Flask, accounts: Accounts, session: Session, email: str, like: str
) -> None:
    change_person(session, accounts["invuller"]["email"], email=email)
    for _ in range(8):
        ask(app, like)
    assert mailed(session) == []
    ask(app, email)
    assert mailed(session) == [email]


@pairs
@pytest.mark.parametrize("known", [True, False])
def test_the_wait_of_a_look_alike_does_not_tell_who_has_an_account(
    app: Flask, accounts: Accounts, session: Session, email: str, like: str, known: bool
) -> None:
    if known:
        change_person(session, accounts["invuller"]["email"], email=email)
    assert [knock(app.test_client(), like, WRONG).status_code for _ in range(6)] == [422] * 5 + [429]
    assert knock(app.test_client(), email, WRONG).status_code == 422


def test_strangers_shut_off_no_mail_for_longer_than_a_quarter_of_an_hour(
    app: Flask, accounts: Accounts, session: Session
) -> None:
    email, moment = accounts["invuller"]["email"], now()
    for _ in range(14):  # each as soon as a wait is over: the count gets as high as it can
        ask(app, email, moment)
        moment += timedelta(minutes=15, seconds=1)
    for _ in range(8):
        ask(app, email, moment)
    before = len(mailed(session))
    ask(app, email, moment + timedelta(minutes=15, seconds=1))
    assert len(mailed(session)) == before + 1


def test_somebody_is_counted_once_however_his_address_is_typed(
    app: Flask, accounts: Accounts, session: Session
) -> None:
    change_person(session, accounts["invuller"]["email"], email="zoë@elders.example")
    for typed in ("zoë@elders.example", "ZOË@Elders.example", "zoe\N{COMBINING DIAERESIS}@elders.example") * 3:
        ask(app, typed)
    assert mailed(session) == ["zoë@elders.example"] * 5


def test_an_address_with_other_capitals_than_plain_ones_is_found(
    app: Flask, accounts: Accounts, session: Session
) -> None:
    inside = sign_in(app, accounts["invuller"])
    assert send_form(inside, ADDRESS, {"email": "Élise.Öz@Elders.example"}).status_code == 303
    inside.get(link_in(mails(session, "account_email_change")[-1]))
    assert send_form(inside, f"{ADDRESS}/bevestigen").status_code == 303
    assert person(session, "élise.öz@elders.example")
    for typed in ("élise.öz@elders.example", "ÉLISE.ÖZ@ELDERS.EXAMPLE", "Élise.Öz@Elders.example"):
        assert knock(app.test_client(), typed, accounts["invuller"]["password"]).status_code == 303
    ask(app, "ÉLISE.ÖZ@ELDERS.EXAMPLE")
    assert mailed(session) == ["élise.öz@elders.example"]


def test_an_address_is_kept_in_small_letters_whoever_writes_it(
    app: Flask, accounts: Accounts, session: Session
) -> None:
    change_person(session, accounts["invuller"]["email"], email="Übrig@Elders.example")
    assert person(session, "übrig@elders.example")
    other = sign_in(app, accounts["coordinator"])
    assert send_form(other, ADDRESS, {"email": "ÜBRIG@elders.example"}).status_code == 303
    asked = [mail.to_address for mail in mails(session, "account_email_change")]
    assert asked == [accounts["coordinator"]["email"]]  # somebody has it: no question goes there
