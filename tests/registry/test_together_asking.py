"""Working together inside an authority: who is where, tasks for colleagues, and the thread at a question."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from common import clock
from common.ledger import LedgerEntry
from common.mentioning import mentioned
from registry.reports.together.models import Assignment, Comment, Presence
from tests.factories_form import World
from tests.factories_together import TOGETHER, mails, make_team, of_world, press, send_link
from tests.report_form import ALL_ANSWERS, PATH, fill, opened
from tests.sites import csrf_token


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    return make_team(app, session)


def number_of(world: World, who: str) -> str:
    return str(world.all(select(User.id).where(User.email == world.emails[who]))[0])


def test_a_page_tells_where_its_reader_is_and_who_else_is_at_work(world: World) -> None:
    colleague, me = world.browser("invuller"), world.browser("coordinator")
    token = csrf_token(colleague, f"{PATH}/c")
    told = colleague.post(f"{PATH}/aanwezig", data={"csrf_token": token, "deel": "c"})
    assert (told.status_code, told.headers["Cache-Control"]) == (200, "no-store")
    assert "bezig" not in told.text
    told.close()  # it is written when the answer has gone
    token = csrf_token(me, PATH)
    assert (
        "Proef invuller is bezig in deel C." in me.post(f"{PATH}/aanwezig", data={"csrf_token": token, "deel": ""}).text
    )
    assert "Proef invuller is bezig in deel C." in me.get(PATH).text
    assert me.post(f"{PATH}/aanwezig", data={"csrf_token": token, "deel": "zz"}).status_code == 404
    assert me.get(f"{PATH}/aanwezig").status_code == 303
    with clock.frozen_at(clock.now() + timedelta(seconds=61)):
        assert "bezig in deel" not in me.get(PATH).text
    assert [one for one in world.all(select(LedgerEntry.event)) if "presence" in one] == []


def test_presence_is_written_beside_and_gives_up_when_somebody_writes(world: World) -> None:
    browser = world.browser("invuller")
    token = csrf_token(browser, PATH)
    with world.app.extensions["database"].engine.connect() as writer, writer.begin():
        writer.exec_driver_sql("UPDATE report SET version = version")
        before = clock.now()
        answer = browser.post(f"{PATH}/aanwezig", data={"csrf_token": token, "deel": "c"})
        answer.close()
        assert (clock.now() - before).total_seconds() < 2
    assert answer.status_code == 200
    assert of_world(world, Presence) == []


def test_a_signed_out_page_is_told_to_stop_asking_and_is_not_led_away(world: World) -> None:
    client = world.app.test_client()
    token = csrf_token(client, "/inloggen")
    answer = client.post(f"{PATH}/aanwezig", data={"csrf_token": token}, headers={"HX-Request": "true"})
    assert answer.status_code == 286
    assert "HX-Redirect" not in answer.headers


def test_a_task_is_mailed_shown_and_done_by_itself_when_the_question_is_answered(world: World) -> None:
    asker, colleague = world.browser("coordinator"), world.browser("invuller")
    assert press(asker, f"{TOGETHER}/c2", "taak", wie="999").status_code == 422
    wie = number_of(world, "invuller")
    assert press(asker, f"{TOGETHER}/c2", "taak", wie=wie, opdracht="Jij weet dit").status_code == 303
    mail = mails(world, "report_task")[0]
    assert mail.to_address == world.emails["invuller"]
    assert "Jij weet dit" in mail.body_text
    assert "Dit is de vraag voor u:" in mail.body_text
    assert f"{TOGETHER}/c2" in mail.body_text
    assert "Uw taak" in colleague.get(f"{PATH}/c").text
    assert "Jij weet dit" in colleague.get("/mijn").text
    assert "Taak van Proef invuller" in asker.get(f"{PATH}/c").text
    fill(colleague, "c", {"c2": "12"})
    assert "Jij weet dit" not in colleague.get("/mijn").text
    assert "Taak van" not in asker.get(f"{PATH}/c").text
    assert "Beantwoord" in asker.get(TOGETHER).text


def test_a_button_for_working_together_saves_what_was_typed_and_leads_there(world: World) -> None:
    browser = world.browser("invuller")
    assert 'value="samen:c2:taak"' in browser.get(f"{PATH}/c").text
    for text in ("77", "veel"):
        left = fill(browser, "c", {"c2": text}, button="samen:c2:taak")
        assert (left.status_code, left.location) == (303, f"{TOGETHER}/c2#taak")
        assert opened(browser, "c")["c2"] == text
    assert fill(browser, "c", {"c2": "8"}, button="samen:links:3").location == f"{TOGETHER}/links/3"
    assert fill(browser, "c", {"c2": "9"}, button="samen://kwaad.example").location == f"{PATH}/c"


def test_several_tasks_give_one_mail_and_a_section_is_done_when_it_is_complete(world: World) -> None:
    asker, colleague, wie = world.browser("invuller"), world.browser("coordinator"), number_of(world, "coordinator")
    nothing = press(asker, TOGETHER, "taken", wie=wie)
    assert nothing.status_code == 422
    assert press(asker, TOGETHER, "taken", wie=wie, sleutels=["C", "B"]).status_code == 303
    assert "Dit is voor u:" in mails(world, "report_task")[0].body_text
    assert press(asker, f"{TOGETHER}/d", "taak", wie=wie).status_code == 303
    assert ["Dit is het deel voor u:" in one.body_text for one in mails(world, "report_task")] == [False, True]
    page = colleague.get("/mijn").text
    assert "Deel B" in page
    assert "Deel C" in page
    fill(colleague, "c", ALL_ANSWERS["c"])
    page = colleague.get("/mijn").text
    assert "Deel B" in page
    assert "Deel C" not in page
    task = next(one for one in of_world(world, Assignment) if one.key == "B")
    assert press(asker, TOGETHER, "klaar", taak=str(task.id)).status_code == 303
    assert "Deel B" not in colleague.get("/mijn").text


def test_a_thread_mails_who_is_named_and_is_closed_and_opened_again(world: World) -> None:
    writer, colleague, reader = (world.browser(who) for who in ("invuller", "coordinator", "bestuurder"))
    text = "@Proef coordinator, klopt dit? En @Niemand?"
    answer = press(writer, f"{TOGETHER}/c2", "bericht", bericht=text)
    assert answer.status_code == 303
    page = writer.get(answer.location).text
    assert "Proef coordinator krijgt een mail." in page
    assert "@Niemand" in page
    mail = mails(world, "report_mention")[0]
    assert (mail.to_address, text in mail.body_text) == (world.emails["coordinator"], True)
    assert "1 gesprek is open" in colleague.get(PATH).text
    assert press(colleague, f"{TOGETHER}/c2", "afgehandeld").status_code == 303
    assert "gesprek is open" not in colleague.get(PATH).text
    assert press(colleague, f"{TOGETHER}/c2", "heropenen").status_code == 303
    assert "1 gesprek is open" in reader.get(PATH).text
    assert text in reader.get(f"{TOGETHER}/c2").text
    entry = world.all(select(LedgerEntry).where(LedgerEntry.event == "comment.posted").order_by(LedgerEntry.seq))[-1]
    assert (entry.subject, text in entry.payload, entry.is_public) == (
        f"report:{world.authority.code}/proefafspraak/2025", False, False,
    )  # fmt: skip


@pytest.mark.parametrize("long", ["", "x" * 2001])
def test_a_message_that_cannot_be_posted_stays_on_the_screen(world: World, long: str) -> None:
    answer = press(world.browser("invuller"), f"{TOGETHER}/c2", "bericht", bericht=long)
    assert answer.status_code == 422
    assert long in answer.text
    assert of_world(world, Comment) == []


def test_who_may_not_write_reads_and_who_works_elsewhere_finds_nothing(world: World) -> None:
    reader = world.browser("bestuurder")
    token = csrf_token(reader, PATH)
    assert 'name="bericht"' not in reader.get(f"{TOGETHER}/c2").text
    for path in (TOGETHER, f"{TOGETHER}/c2"):
        assert reader.post(path, data={"csrf_token": token, "actie": "bericht", "bericht": "x"}).status_code == 403
    assert world.browser("invuller").get(f"{TOGETHER}/a1").status_code == 404
    assert world.browser("invuller").get(f"{TOGETHER}/C2").status_code == 404
    assert world.app.test_client().get(TOGETHER).status_code == 303


def test_names_are_found_by_the_whole_name_or_a_first_name_that_one_has() -> None:
    anouk, anne, anne_marie, jan = (User(id=number, name=name) for number, name in enumerate(
        ("Anouk de Wit", "Anne Bos", "Anne Bosman", "Jan Vos"), start=1
    ))  # fmt: skip
    people = [anouk, anne, anne_marie, jan]
    assert mentioned("@anouk en @Jan Vos, kijk", people) == ([anouk, jan], [])
    assert mentioned("@Anne Bosman!", people) == ([anne_marie], [])
    assert mentioned("@Anne, @Piet en post@jan.nl", people) == ([], ["Anne", "Piet"])


def test_who_hands_in_reads_first_what_colleagues_and_guests_did_not_end(world: World) -> None:
    me, title = world.browser("coordinator"), "Bij deze vragen staat nog iets open"
    assert title not in me.get(f"{PATH}/controleren").text
    press(me, f"{TOGETHER}/c2", "taak", wie=number_of(world, "invuller"), opdracht="")
    press(me, f"{TOGETHER}/c3", "bericht", bericht="Klopt dit?")
    send_link(world, "c4")
    page = me.get(f"{PATH}/controleren").text
    assert title in page
    for key, words in (
        ("c2", "Taak van Proef invuller"),
        ("c3", "1 gesprek is open"),
        ("c4", "Jo Buitenman kan nog antwoorden via een link"),
    ):
        place = page.index(f"{TOGETHER}/{key}")
        assert words in page[place : place + 300], key
    assert page.index(title) < page.index('id="antwoord-a3"')
