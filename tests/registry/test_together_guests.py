"""Somebody without an account answers by a link; a coördinator takes it over beside what stands there."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from common import clock
from common.ledger import LedgerEntry, sha256
from registry.reports.models import Answer, AnswerState, Report
from registry.reports.together.models import AnswerLink, LinkAnswer
from tests.factories_form import World
from tests.factories_together import (
    GUEST,
    TOGETHER,
    guest_path,
    handed_in,
    mails,
    make_team,
    of_world,
    press,
    send_link,
)
from tests.html_forms import form_on
from tests.report_form import PATH, fill, typed
from tests.sites import csrf_token

SENT = f"{TOGETHER}/links/"


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    return make_team(app, session)


def answer_as_guest(world: World, path: str, button: str = "bewaar", **fields: str):  # type: ignore[no-untyped-def]
    """Open a guest's page, type these answers and press a button."""
    guest = world.app.test_client()
    found: MultiDict[str, str] = form_on(guest.get(path).text, path)
    return guest.post(path, data=typed(found, {**fields, "actie": button}))


def link_of(world: World) -> AnswerLink:
    found: AnswerLink = world.all(select(AnswerLink).order_by(AnswerLink.id.desc()))[0]
    return found


def on_link(world: World, who: str = "coordinator") -> MultiDict[str, str]:
    """Open what came through the newest link, and return its form."""
    where = f"{SENT}{link_of(world).id}"
    return form_on(world.browser(who).get(where).text, where)


def choose(world: World, shown: MultiDict[str, str], who: str = "coordinator", **choices: str):  # type: ignore[no-untyped-def]
    """Choose on a form of `on_link`, and press its button."""
    browser = world.browser(who)
    fields = {"csrf_token": csrf_token(browser, PATH), "actie": "overnemen", **choices}
    return browser.post(f"{SENT}{link_of(world).id}", data=typed(shown, fields))


def newest(world: World, key: str) -> Answer:
    found: Answer = world.all(select(Answer).where(Answer.key == key).order_by(Answer.id.desc()))[0]
    return found


def test_a_guest_sees_his_question_and_nothing_else_of_the_report(world: World) -> None:
    fill(world.browser("invuller"), "c", {"c1": "38,5", "c2": "41977"})
    path = send_link(world)
    page = world.app.test_client().get(path)
    assert page.status_code == 200
    for text in ("Gemeente Proefdorp", "Proef coordinator", GUEST["vraag"], 'name="c2"'):
        assert text in page.text
    for secret in ("38,5", "41977", 'name="c1"', "/mijn/rapportages"):
        assert secret not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    token = path.rpartition("/")[2]
    assert link_of(world).token_hash == sha256(token)
    assert all(token not in one.payload and GUEST["naam"] not in one.payload for one in world.all(select(LedgerEntry)))


def test_what_a_guest_wrote_waits_beside_the_answer_until_a_coordinator_takes_it_over(world: World) -> None:
    fill(world.browser("invuller"), "c", {"c1": "38,5", "c2": "77"})
    path = send_link(world, who="invuller")
    assert answer_as_guest(world, path, c2="41").status_code == 303
    assert 'value="41"' in world.app.test_client().get(path).text
    assert newest(world, "C2").value == 77
    assert answer_as_guest(world, path, "klaar", c2="42").status_code == 303
    assert [one.to_address for one in mails(world, "report_link_done")] == [world.emails["invuller"]]
    boss, helper = world.browser("coordinator"), world.browser("invuller")
    page = boss.get(f"{SENT}{link_of(world).id}").text
    assert "42" in page
    assert "77" in page
    assert "besluit" not in helper.get(f"{SENT}{link_of(world).id}").text
    assert choose(world, on_link(world), "invuller", c2__besluit="overnemen").status_code == 403
    assert choose(world, on_link(world), c2__besluit="overnemen").status_code == 303
    assert newest(world, "C2").value == 42
    assert world.app.test_client().get(path).status_code == 410


def test_taking_over_shows_both_texts_when_the_answer_changed_meanwhile(world: World) -> None:
    path = send_link(world)
    answer_as_guest(world, path, "klaar", c2="42")
    shown = on_link(world)
    fill(world.browser("invuller"), "c", {"c2": "50"})
    conflict = choose(world, shown, c2__besluit="overnemen")
    assert conflict.status_code == 409
    assert "42" in conflict.text
    assert "50" in conflict.text
    assert newest(world, "C2").value == 50
    assert choose(world, form_on(conflict.text, SENT), c2__besluit="overnemen").status_code == 303
    assert newest(world, "C2").value == 42


@pytest.mark.parametrize("choice", ["overnemen", "niet"])
def test_nobody_decides_on_what_the_guest_wrote_after_the_page_was_opened(world: World, choice: str) -> None:
    path = send_link(world, key="c")
    answer_as_guest(world, path, c2="41", c3="30")
    shown = on_link(world)
    answer_as_guest(world, path, c2="999")
    unread = choose(world, shown, c2__besluit=choice, c3__besluit="overnemen")
    assert (unread.status_code, "999" in unread.text) == (409, True)
    assert [one.decided_at is None for one in of_world(world, LinkAnswer)] == [True, False]
    own = select(Answer.key).join(Report).where(Report.authority_id == world.authority.id, Answer.key.in_(("C2", "C3")))
    assert world.all(own) == ["C3"]
    assert choose(world, form_on(unread.text, SENT), c2__besluit="overnemen").status_code == 303
    assert newest(world, "C2").value == 999


def test_answers_that_nobody_read_are_deleted_by_a_coordinator_who_is_sure(world: World) -> None:
    path = send_link(world)
    answer_as_guest(world, path, "klaar", c2="42")
    helper, boss, where = world.browser("invuller"), world.browser("coordinator"), f"{SENT}{link_of(world).id}"
    assert press(helper, where, "intrekken").status_code == 303
    for button in ("verwijderen", "toch-verwijderen"):
        assert press(helper, where, button).status_code == 403
    assert "besloot nog niemand" in helper.get(f"{where}?verwijderen=1").text
    assert "toch-verwijderen" not in helper.get(f"{where}?verwijderen=1").text
    asked = press(boss, where, "verwijderen")
    assert (asked.status_code, len(of_world(world, LinkAnswer))) == (303, 1)
    page = boss.get(asked.location).text
    assert "Over 1 antwoord besloot nog niemand." in page
    assert boss.post(where, data=typed(form_on(page, where), {"actie": "toch-verwijderen"})).status_code == 303
    assert (of_world(world, LinkAnswer), of_world(world, AnswerLink)) == ([], [])


def test_what_is_left_aside_changes_nothing_and_a_new_link_lets_him_try_again(world: World) -> None:
    path = send_link(world)
    answer_as_guest(world, path, "klaar", c2="42")
    boss, where = world.browser("coordinator"), f"{SENT}{link_of(world).id}"
    assert choose(world, on_link(world), c2__besluit="niet").status_code == 303
    own = select(Answer).join(Report).where(Report.authority_id == world.authority.id)
    assert world.all(own.where(Answer.key == "C2")) == []
    assert world.app.test_client().get(path).status_code == 410
    assert press(boss, where, "opnieuw").status_code == 303
    again = guest_path(world)
    assert again != path
    assert 'value="42"' in world.app.test_client().get(again).text
    answer_as_guest(world, again, "klaar", c2="43")
    assert "1 antwoord wacht" in boss.get(TOGETHER).text
    assert world.app.test_client().get(path).status_code == 404


def closed_by_time(world: World) -> None:
    link = world.session.get(AnswerLink, link_of(world).id)
    assert link
    link.expires_at = clock.now() - timedelta(minutes=1)
    world.session.commit()


def withdrawn(world: World) -> None:
    assert press(world.browser("invuller"), f"{SENT}{link_of(world).id}", "intrekken").status_code == 303


@pytest.mark.parametrize("close", [closed_by_time, withdrawn, handed_in])
def test_a_dead_link_tells_nothing_and_gives_back_what_was_typed(world: World, close: Callable[[World], None]) -> None:
    path = send_link(world, key="c3")
    guest = world.app.test_client()
    found = form_on(guest.get(path).text, path)
    close(world)
    dead = guest.get(path)
    unknown = guest.get("/bijdragen/verzonnen")
    assert (dead.status_code, unknown.status_code) == (410, 404)
    for text in ("Proefdorp", "2025", GUEST["naam"], "Proef coordinator"):
        assert text not in dead.text
    lost = guest.post(path, data=typed(found, {"c3": "een lange tekst die hij typte"}))
    assert lost.status_code == 410
    assert "een lange tekst die hij typte" in lost.text
    assert of_world(world, LinkAnswer) == []


def test_conditions_look_at_the_other_answers_and_show_them_to_nobody(world: World) -> None:
    helper = world.browser("invuller")
    path = send_link(world, key="b")
    page = world.app.test_client().get(path).text
    assert 'name="b1"' in page
    assert 'name="b2__adopted_on"' not in page
    answer_as_guest(world, path, b1="vastgesteld")
    assert 'name="b2__adopted_on"' in world.app.test_client().get(path).text
    fill(helper, "b", {"b1": "vastgesteld"})
    alone = send_link(world, key="b2", who="invuller")
    assert 'name="b2__adopted_on"' in world.app.test_client().get(alone).text
    assert "b1" not in form_on(world.app.test_client().get(alone).text, alone)


def test_the_form_of_a_guest_saves_itself_and_says_what_is_wrong(world: World) -> None:
    path = send_link(world)
    guest = world.app.test_client()
    found = form_on(guest.get(path).text, path)
    saved = guest.post(path, data=typed(found, {"c2": "41"}), headers={"HX-Request": "true"})
    assert saved.status_code == 200
    assert "Bewaard om" in saved.text
    wrong = answer_as_guest(world, path, "klaar", c2="veel")
    assert wrong.status_code == 422
    assert "Vul een heel getal in" in wrong.text
    assert mails(world, "report_link_done") == []
    answer_as_guest(world, path, c2="", c2__leeg="onbekend", c2__reden="Dat weet niemand")
    row = of_world(world, LinkAnswer)[0]
    assert (row.state, row.reason) == (AnswerState.UNKNOWN, "Dat weet niemand")
    answer_as_guest(world, path, c2="", c2__leeg="")
    assert of_world(world, LinkAnswer) == []
    assert guest.post(path, data={"c2": "1", "getoond": "C2"}).status_code == 400


@pytest.mark.parametrize(
    ("field", "value"),
    [("naam", ""), ("naam", "http://kwaad.example"), ("e-mailadres", "jo@"), ("dagen", "31"), ("dagen", "0")],
)
def test_a_link_that_cannot_be_sent_keeps_what_was_typed(world: World, field: str, value: str) -> None:
    answer = press(world.browser("invuller"), f"{TOGETHER}/c2", "link", **{**GUEST, field: value})
    assert answer.status_code == 422
    assert GUEST["vraag"] in answer.text
    assert of_world(world, AnswerLink) == []


def test_links_are_for_the_authority_alone_and_read_only_after_handing_in(world: World) -> None:
    send_link(world)
    number = link_of(world).id
    reader = world.browser("bestuurder")
    assert reader.get(f"{SENT}{number}").status_code == 200
    token = csrf_token(reader, PATH)
    assert reader.post(f"{SENT}{number}", data={"csrf_token": token, "actie": "intrekken"}).status_code == 403
    assert world.browser("coordinator").get(f"{SENT}{number + 1}").status_code == 404
    handed_in(world)
    boss = world.browser("coordinator")
    for button in ("intrekken", "opnieuw", "overnemen"):
        assert press(boss, f"{SENT}{number}", button).status_code == 403
    late = press(boss, f"{TOGETHER}/c2", "bericht", bericht="Wat ik nog wilde zeggen")
    assert (late.status_code, "Wat ik nog wilde zeggen" in late.text) == (409, True)
    assert press(boss, f"{SENT}{number}", "verwijderen").status_code == 303
    assert of_world(world, AnswerLink) == []
