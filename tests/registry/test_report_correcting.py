"""Correcting what is public and withdrawing what is not yet: what the authority, staff and the public see of it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.models import MemberRole, User
from common.clock import frozen_at
from common.clock import now as this_moment
from common.clock import today as clock_today
from common.versions import AsOf
from registry.participants.records import records_of_authority
from registry.reports.correcting import begin_correction
from registry.reports.drafting import current_answers, save_answers
from registry.reports.models import Answer, AnswerState, Report, ReportState
from registry.reports.submitting import submit
from registry.reports.values import AnswerInput
from tests.factories_form import World, make_world
from tests.factories_handing_in import (
    PATH,
    PUBLIC,
    REASON,
    actor,
    elsewhere,
    fill_in,
    hand_in,
    mails,
    now,
    publish,
    published,
    report_of,
)
from tests.html_forms import form_on
from tests.report_form import hand_in as press
from tests.report_form import typed


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    return make_world(app, session)


def do(world: World, page: str, reason: str = "", who: str = "coordinator") -> int:
    browser, path = world.browser(who), f"{PATH}/{page}"
    fields = form_on(browser.get(path).text, path)
    return browser.post(path, data=typed(fields, {"reden": reason} if reason else {})).status_code


def change(world: World, **values: object) -> None:
    report = report_of(world)
    given = {key: AnswerInput(AnswerState.GIVEN, value) for key, value in values.items()}
    save_answers(world.session, report, given, report.version, actor=actor(world))
    world.session.commit()


def met(world: World, at: AsOf) -> object:
    """Return what the register counts as handed in for the year of the form."""
    records = records_of_authority(world.session, world.authority.id, at)
    found = next(one.met for one in records if one.edition_id == world.edition.id)
    world.session.rollback()
    return found


def test_a_correction_begins_with_a_reason_and_the_public_reads_on_what_it_had(world: World) -> None:
    fill_in(world)
    browser = world.browser("coordinator")
    assert "Dit is nog niet openbaar" in browser.get(f"{PATH}/voorbeeld").text
    hand_in(world)
    publish(world)
    assert "Dit is openbaar" in browser.get(f"{PATH}/voorbeeld").text
    assert f"{PATH}/voorbeeld" not in browser.get(PATH).text
    fields = form_on(browser.get(f"{PATH}/verbeteren").text, f"{PATH}/verbeteren")
    short = browser.post(f"{PATH}/verbeteren", data=typed(fields, {"reden": "Fout"}))
    assert (short.status_code, form_on(short.text, f"{PATH}/verbeteren")["reden"]) == (422, "Fout")
    assert do(world, "verbeteren", REASON) == 303
    assert now(world).state is ReportState.CORRECTING
    overview = browser.get(PATH).text
    assert (overview.count("U verbetert"), overview.count(REASON)) == (1, 1)
    for words in ("Stop met verbeteren", f"{PATH}/voorbeeld", "blijft de oude rapportage openbaar"):
        assert words in overview
    assert "Deze versie is nog niet openbaar" in browser.get(f"{PATH}/voorbeeld").text
    change(world, C1=99.5)
    page = world.app.test_client().get(PUBLIC).text
    assert "43,5" in page
    assert "99,5" not in page


def test_leaving_a_correction_gives_back_what_is_public_and_loses_nothing(world: World) -> None:
    published(world)
    before = {key: one.value for key, one in current_answers(world.session, report_of(world)).items()}
    world.session.rollback()
    do(world, "verbeteren", REASON)
    change(world, C1=99.5, A4="Iemand anders", B4=3)
    assert do(world, "verbeteren/stoppen") == 303
    assert now(world).state is ReportState.PUBLISHED
    after = {key: one.value for key, one in current_answers(world.session, report_of(world)).items()}
    world.session.rollback()
    assert {key: value for key, value in after.items() if value is not None} == before
    kept = world.all(select(Answer.value).where(Answer.report_id == now(world).id, Answer.key == "C1"))
    assert kept == [43.5, 99.5, 43.5]


def test_a_correction_without_a_change_is_refused(world: World) -> None:
    published(world)
    do(world, "verbeteren", REASON)
    answer = press(world.browser("coordinator"))
    assert answer.status_code == 422
    assert "Er is nog niets veranderd." in answer.text


def test_a_corrected_report_shows_both_with_the_difference_and_fingerprints_that_fit(world: World) -> None:
    published(world, A6="2026-03-02")
    do(world, "verbeteren", REASON)
    change(world, C1=44.25, G4="Iets anders dat niemand leest")
    assert press(world.browser("coordinator")).status_code == 303
    newest = publish(world)
    assert (newest.number, newest.reason, now(world).state) == (2, REASON, ReportState.CORRECTED)
    visitor = world.app.test_client()
    page, old = (visitor.get(f"{PUBLIC}{which}").text for which in ("", "?indiening=1"))
    assert "Verbeterd op" in page
    assert REASON in page
    assert ("44,25" in page, "43,5" in old, "Dit is een eerdere versie" in old) == (True, True, True)
    difference = visitor.get(f"{PUBLIC}/verschil").text
    assert "1 antwoord veranderde" in difference
    assert "</span>43,5</del>" in difference
    assert "</span>44,25</ins>" in difference
    assert "Iets anders dat niemand leest" not in difference
    for which in ("", "?indiening=1"):
        mark = visitor.get(f"{PUBLIC}.json{which}").headers["ETag"].strip('"')
        found = visitor.get(f"/controleer?vingerafdruk={mark}").text
        assert "Rapportage over 2025 van Gemeente Proefdorp" in found
        assert mark in (page if not which else old)
    assert visitor.get(f"{PUBLIC}?indiening=3").status_code == 404
    assert visitor.get(f"{PUBLIC}/verschil?van=9").status_code == 404


def test_at_an_earlier_moment_the_report_stands_as_it_stood(app: Flask, session: Session) -> None:
    moment = this_moment() - timedelta(days=3)
    with frozen_at(moment):
        world = make_world(app, session)
        published(world)
        begin_correction(world.session, report_of(world), REASON, actor=actor(world))
        change(world, C1=44.25)
        hand_in(world)
    with frozen_at(moment + timedelta(days=2)):
        publish(world)
    visitor, then = world.app.test_client(), (moment + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    old, new = (visitor.get(f"{PUBLIC}{which}").text for which in (f"?beschikbaarOp={then}", ""))
    assert ("43,5" in old, "44,25" in old, "Verbeterd op" in old) == (True, False, False)
    assert ("44,25" in new, "Verbeterd op" in new) == (True, True)
    assert visitor.get(f"{PUBLIC}/verschil?beschikbaarOp={then}").status_code == 404
    assert visitor.get(f"{PUBLIC}?indiening=2&beschikbaarOp={then}").status_code == 404


@pytest.mark.parametrize("who", ["invuller", "bestuurder"])
def test_only_a_coordinator_corrects_and_takes_back(world: World, who: str) -> None:
    published(world)
    browser = world.browser(who)
    for page in ("verbeteren", "verbeteren/stoppen", "intrekken"):
        assert browser.get(f"{PATH}/{page}").status_code == 403
    elsewhere(world, MemberRole.COORDINATOR)
    assert world.browser("elders").get(f"{PATH}/verbeteren?organisatie=gm9001").status_code == 404


def test_what_was_withdrawn_before_publication_was_not_handed_in(world: World) -> None:
    fill_in(world)
    hand_in(world)
    today = AsOf(clock_today())
    assert met(world, today) is not None
    before = this_moment()
    reader = world.session.scalars(select(User).where(User.email.startswith("beoordelaar@"))).one()
    own, address = update(Report).where(Report.authority_id == world.authority.id), reader.email
    world.session.execute(own.values(state=ReportState.IN_REVIEW, reviewer_id=reader.id))
    world.session.commit()
    assert do(world, "intrekken", "Wij rekenden met de verkeerde lijst.") == 303
    assert now(world).state is ReportState.WITHDRAWN
    assert met(world, today) is None
    assert met(world, AsOf(clock_today(), before)) is not None
    (mail,) = mails(world, "report_withdrawn")
    assert (mail.to_address, "Wij rekenden met de verkeerde lijst." in mail.body_text) == (address, True)
    assert "Deze indiening is ingetrokken" in world.browser("invuller").get(f"{PATH}/ontvangst").text
    change(world, A4="Burgemeester")
    submit(world.session, report_of(world), actor=actor(world), says_true=True, reason="Nu met de goede lijst.")
    world.session.commit()
    assert met(world, today).by == 2  # type: ignore[attr-defined]


def test_a_correction_that_is_withdrawn_is_open_again_and_counts_as_handed_in_as_before(world: World) -> None:
    published(world)
    do(world, "verbeteren", REASON)
    change(world, C1=44.25)
    hand_in(world)
    assert do(world, "intrekken", "Toch nog niet goed genoeg.") == 303
    assert (now(world).state, now(world).correction_reason) == (ReportState.CORRECTING, REASON)
    assert met(world, AsOf(clock_today())).by == 1  # type: ignore[attr-defined]
    assert hand_in(world).number == 3


def test_a_published_report_cannot_be_withdrawn_nor_a_draft_corrected(world: World) -> None:
    fill_in(world)
    browser = world.browser("coordinator")
    for page in ("verbeteren", "verbeteren/stoppen", "intrekken"):
        assert browser.get(f"{PATH}/{page}").status_code == 303
    token = form_on(browser.get("/mijn/instellingen/wachtwoord").text, "/mijn")["csrf_token"]
    for page in ("verbeteren", "verbeteren/stoppen", "intrekken"):
        sent = {"csrf_token": token, "reden": "Een lange reden om te mogen."}
        assert browser.post(f"{PATH}/{page}", data=sent).status_code == 303
    assert now(world).state is ReportState.DRAFT
