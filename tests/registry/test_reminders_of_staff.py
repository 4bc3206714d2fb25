"""Staff look at reminders before they go: a word, leaving out, sending by hand; and the list of what is not in."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import StaffRole
from common.clock import frozen_at, today
from common.ledger import SYSTEM
from registry.reminders.editing import add_words
from registry.reminders.models import ReminderKind, ReminderRound, ReminderSkip
from registry.reminders.planning import RoundKey
from tests.factories_reminders import Season, at, make_season, remind, reminders
from tests.factories_review import credentials, make_account
from tests.sites import csrf_token, sign_in

LIST = "/redactie/rapportages/nog-niet-binnen"


@pytest.fixture
def season(app: Flask, session: Session) -> Season:
    return make_season(app, session)


@pytest.fixture
def staff(app: Flask, session: Session, season: Season) -> FlaskClient:
    user = make_account(session, app, "renate", StaffRole.REVIEWER)
    session.commit()
    return sign_in(app, credentials(user))


def path(season: Season, kind: str = "month_before", days: int = 0) -> str:
    return f"/redactie/herinneringen/{season.edition.id}/{kind}/{today() + timedelta(days=days)}"


def send(client: FlaskClient, page: str, to: str, **fields: object) -> tuple[int, str]:
    response = client.post(to, data={"csrf_token": csrf_token(client, page), **fields})
    return response.status_code, response.text


def test_a_word_of_staff_goes_along_as_plain_text(app: Flask, season: Season, staff: FlaskClient) -> None:
    page = path(season)
    assert send(staff, page, f"{page}/woorden", woorden="Bel <b>ons</b> gerust.")[0] == 303
    assert "Bel &lt;b&gt;ons&lt;/b&gt; gerust." in staff.get(page).text
    remind(app)
    mail = reminders(season)[0]
    assert "De redactie schrijft:\nBel <b>ons</b> gerust." in mail.body_text
    assert "Bel &lt;b&gt;ons&lt;/b&gt; gerust." in mail.body_html


def test_a_word_that_is_too_long_or_written_over_a_colleagues_is_held(season: Season, staff: FlaskClient) -> None:
    page = path(season, "week_before", 23)
    status, text = send(staff, page, f"{page}/woorden", woorden="a" * 1001)
    assert (status, "Schrijf hoogstens 1000 tekens." in text) == (422, True)
    key = RoundKey(season.edition.id, ReminderKind.WEEK_BEFORE, today() + timedelta(days=23))
    add_words(season.session, key, "Van een collega.", seen="", actor=SYSTEM)
    season.session.commit()
    status, text = send(staff, page, f"{page}/woorden", woorden="Van mij.", gezien="")
    assert (status, "Van een collega." in text, "Van mij." in text) == (409, True, True)


def test_an_authority_that_staff_leave_out_gets_nothing_until_it_is_put_back(
    app: Flask, season: Season, staff: FlaskClient
) -> None:
    page = path(season)
    assert send(staff, page, f"{page}/overslaan", organisatie="gm9001")[0] == 303
    assert len(season.all(select(ReminderSkip))) == 2  # and the one of the example world
    remind(app)
    assert reminders(season) == []
    assert send(staff, page, f"{page}/overslaan", organisatie="gm9001", terug="1")[0] == 303
    remind(app)
    assert len(reminders(season)) == 2
    assert "Wie kreeg bericht" in staff.get(page).text


def test_the_rounds_stand_there_before_they_go_with_who_cannot_be_reached(season: Season, staff: FlaskClient) -> None:
    text = staff.get("/redactie/herinneringen").text
    assert f'href="{path(season)}"' in text
    assert f'href="{path(season, "day_after", 31)}"' in text
    assert "Gemeente Tweededorp" in text.split("Niemand om aan te schrijven")[1]
    assert staff.get("/redactie/herinneringen/1/nooit/2026-01-01").status_code == 404


def test_by_hand_staff_first_see_the_mail_and_send_it_once(season: Season, staff: FlaskClient) -> None:
    page = f"/redactie/herinneringen/sturen?editie={season.edition.id}&wie=gm9001&wie=gm9002"
    text = staff.get(page).text
    assert "Stuur nu 2 berichten" in text
    assert "niemand met een account" in text
    form = {"editie": season.edition.id, "wie": ["gm9001", "gm9002"], "woorden": "Even bellen?", "gezien": ""}
    assert send(staff, page, "/redactie/herinneringen/sturen", **form)[0] == 303
    status, text = send(staff, page, "/redactie/herinneringen/sturen", **form)  # the same form once more
    assert (status, "Intussen is er al een herinnering verstuurd" in text) == (409, True)
    form["gezien"] = _hidden(text, "gezien")
    status, text = send(staff, page, "/redactie/herinneringen/sturen", **form)
    assert (status, "Vink aan dat u ook stuurt" in text, "Even bellen?" in text) == (422, True, True)
    assert len(reminders(season)) == 2
    assert send(staff, page, "/redactie/herinneringen/sturen", toch="ja", **form)[0] == 303
    assert len(reminders(season)) == 4
    assert len(season.all(select(ReminderRound).where(ReminderRound.kind == ReminderKind.EXTRA))) == 1


def _hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found
    return found[1]


def test_the_list_says_who_is_late_and_who_is_not_ready(app: Flask, season: Season, staff: FlaskClient) -> None:
    editie = f"editie={season.edition.id}"
    coming = staff.get(f"{LIST}?{editie}&stand=komt-nog").text
    assert ("Gemeente Proefdorp" in coming, "Proef coordinator" in coming, "30 dagen" in coming) == (True, True, True)
    assert "Niemand is te laat" in staff.get(f"{LIST}?{editie}&stand=te-laat").text
    with frozen_at(at(33)):
        late = sign_in(app, credentials(_colleague(app, season))).get(f"{LIST}?{editie}").text
    assert ("Gemeente Tweededorp" in late, "3 dagen" in late) == (True, True)
    fragment = staff.get(f"{LIST}?{editie}", headers={"HX-Request": "true", "HX-Target": "resultaten"}).text
    assert ("<html" in fragment, "Gemeente Proefdorp" in fragment) == (False, True)
    file = staff.get(f"{LIST}.csv?{editie}&stand=komt-nog")
    assert (file.mimetype, "Gemeente Proefdorp;Gemeente" in file.text) == ("text/csv", True)


def _colleague(app: Flask, season: Season):  # type: ignore[no-untyped-def]
    user = make_account(season.session, app, "bea", StaffRole.ADMINISTRATOR)
    season.session.commit()
    return user


def test_the_course_of_the_season_counts_days_beside_the_year_before(staff: FlaskClient) -> None:
    page = staff.get("/redactie/rapportages/seizoen?editie=4").text
    assert page.count('<svg class="chart__svg') == 6  # three charts, each drawn wide and narrow
    newest = re.search(r'<tr><th scope="row">(\d+): .*?</tr>', page)
    assert newest
    assert newest[1] == "50"  # the form of the example world opened seven weeks ago
    assert "Ingediend over" in page
