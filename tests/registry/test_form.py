"""Filling in the annual form and handing it in, as its people do."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import MemberRole
from common.ledger import LedgerEntry, first_broken
from common.outbox import OutboxMail
from registry.reports.models import Answer, Report, Submission
from tests.factories_form import World, add_person, make_authority, make_world
from tests.html_forms import form_on
from tests.report_form import ALL_ANSWERS, PATH, begin, fill, fill_everything, hand_in, opened, send, typed


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    return make_world(app, session)


def answers_of(world: World) -> dict[str, dict[str, object]]:
    return json.loads(world.all(select(Submission).order_by(Submission.id.desc()))[0].content)["answers"]


def version_of(world: World) -> str:
    return str(world.all(select(Report.version).where(Report.authority_id == world.authority.id))[0])


def counts(world: World) -> list[int]:
    return [world.all(select(func.count(column)))[0] for column in (LedgerEntry.seq, Answer.id)]


def test_all_47_questions_can_be_answered_and_handed_in(world: World) -> None:
    browser = world.browser("coordinator")
    begin(browser)
    fill_everything(browser)
    response = hand_in(browser)
    assert response.status_code == 303, response.text
    answers = answers_of(world)
    assert len(answers) == 47
    assert [key for key, answer in answers.items() if answer["state"] in {"blank", "not_asked"}] == []
    assert answers["E1"]["value"] == 1200.5
    assert answers["C4"]["value"] == {"chosen": ["tenderned", "anders"], "other": "Eigen lijst"}


def test_unknown_zero_not_applicable_blank_and_not_asked_stay_apart(world: World) -> None:
    browser = world.browser("coordinator")
    begin(browser)
    fill_everything(browser)
    fill(browser, "c", {"c2": "", "c2__leeg": "onbekend", "c2__reden": "Het register is nieuw.", "c3": ""})
    fill(browser, "b", {f"b3__{theme}": "geen" for theme in ("circulair", "keten")})
    hand_in(browser)
    answers = answers_of(world)
    assert answers["C2"] == {"state": "unknown", "reason": "Het register is nieuw."}
    assert answers["C3"] == {"state": "blank"}
    assert answers["E7"] == {"state": "not_asked"}
    assert answers["E14"] == {"state": "not_applicable"}
    assert answers["D6"]["state"] == "unknown"


def test_zero_is_an_answer(world: World) -> None:
    browser = world.browser("coordinator")
    begin(browser)
    fill_everything(browser)
    assert hand_in(browser).status_code == 303
    assert answers_of(world)["E7"] == {"state": "given", "value": 0}


def test_the_fingerprint_is_the_hash_of_the_file_on_the_receipt(world: World) -> None:
    browser = world.browser("coordinator")
    begin(browser)
    fill_everything(browser)
    receipt = browser.get(hand_in(browser).headers["Location"])
    file = browser.get(f"{PATH}/ontvangst.json")
    assert file.mimetype == "application/json"
    assert hashlib.sha256(file.data).hexdigest() in receipt.text
    assert json.loads(file.data)["receipt"] in receipt.text


def test_a_second_click_gives_the_same_receipt_and_one_submission(world: World) -> None:
    browser = world.browser("coordinator")
    begin(browser)
    fill_everything(browser)
    fields = {"csrf_token": opened(browser, "h")["csrf_token"], "h3": "ja"}
    version = version_of(world)
    first = browser.post(f"{PATH}/indienen", data={**fields, "version": version})
    second = browser.post(f"{PATH}/indienen", data={**fields, "version": version})
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    own = select(Submission).join(Report).where(Report.authority_id == world.authority.id)
    assert len(world.all(own)) == 1


def test_going_back_after_handing_in_shows_the_answers_and_the_receipt(world: World) -> None:
    browser = world.browser("coordinator")
    begin(browser)
    fill_everything(browser)
    old_form = opened(browser, "c")
    hand_in(browser)
    locked = browser.get(f"{PATH}/c")
    assert locked.status_code == 200
    assert "Deze rapportage is ingediend" in locked.text
    assert browser.get(f"{PATH}/controleren").headers["Location"].endswith("/ontvangst")
    late = send(browser, "c", typed(old_form, {"c1": "77,7"}))
    assert late.status_code == 409
    assert "77,7" in late.text


def test_the_receipt_goes_by_mail_to_who_handed_in(world: World) -> None:
    browser = world.browser("coordinator")
    begin(browser)
    fill_everything(browser)
    hand_in(browser)
    mails = world.all(select(OutboxMail).where(OutboxMail.kind == "report_submitted"))
    assert [mail.to_address for mail in mails] == [world.emails["coordinator"]]
    assert answers_of(world)
    assert "Ontvangstnummer" in mails[0].body_text


def test_a_folder_that_cannot_be_written_loses_neither_the_report_nor_its_mail(world: World) -> None:
    browser = world.browser("coordinator")
    begin(browser)
    fill_everything(browser)
    folder: Path = world.app.extensions["settings"].data / "mail"
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("geen map")
    assert hand_in(browser).status_code == 303
    assert world.all(select(OutboxMail.shown_at).where(OutboxMail.kind == "report_submitted")) == [None]


def test_an_invuller_fills_in_but_does_not_hand_in(world: World) -> None:
    browser = world.browser("invuller")
    begin(browser)
    fill_everything(browser)
    page = browser.get(f"{PATH}/controleren")
    assert "Proef coordinator" in page.text
    token = opened(browser, "h")["csrf_token"]
    assert browser.post(f"{PATH}/indienen", data={"csrf_token": token, "version": "1"}).status_code == 403


def test_a_bestuurder_reads_along_and_changes_nothing(world: World) -> None:
    coordinator, reader = world.browser("coordinator"), world.browser("bestuurder")
    begin(coordinator)
    fields = opened(coordinator, "c")
    assert "U kunt meelezen" in reader.get(f"{PATH}/c").text
    token = reader.get("/mijn").text.split('name="csrf_token" value="')[1].split('"')[0]
    assert reader.post(f"{PATH}/c", data={**fields, "csrf_token": token}).status_code == 403


def test_a_stranger_is_asked_to_sign_in(world: World) -> None:
    for path in (PATH, f"{PATH}/a", f"{PATH}/controleren", f"{PATH}/ontvangst", f"{PATH}/ontvangst.json"):
        response = world.app.test_client().get(path)
        assert response.status_code == 303, path
        assert "/inloggen" in response.headers["Location"]


def test_another_authoritys_person_sees_nothing(world: World) -> None:
    begin(world.browser("coordinator"))
    other = make_authority(world.session, "gm9002", "Gemeente Anders")
    world.emails["other"] = add_person(world.app, world.session, "other", [(other.code, MemberRole.COORDINATOR)])
    world.session.commit()
    browser = world.browser("other")
    assert browser.get(f"{PATH}?organisatie=gm9001").status_code == 404
    assert browser.get(f"{PATH}/a").status_code == 404


def test_handing_in_too_early_says_what_is_left_and_where(world: World) -> None:
    browser = world.browser("coordinator")
    begin(browser)
    fill(browser, "a", ALL_ANSWERS["a"])
    page = browser.get(f"{PATH}/controleren")
    assert f'href="{PATH}/c#vraag-c2"' in page.text
    token = opened(browser, "h")["csrf_token"]
    version = version_of(world)
    response = browser.post(f"{PATH}/indienen", data={"csrf_token": token, "version": version})
    assert response.status_code == 422


def test_a_change_after_looking_over_stops_the_submission(world: World) -> None:
    browser = world.browser("coordinator")
    begin(browser)
    fill_everything(browser)
    form = form_on(browser.get(f"{PATH}/controleren").text, f"{PATH}/indienen")
    fill(world.browser("invuller"), "c", {"c1": "40"})
    assert browser.post(f"{PATH}/indienen", data=form).status_code == 409


def test_the_ledger_tells_what_happened_without_what_was_typed(world: World) -> None:
    browser = world.browser("coordinator")
    begin(browser)
    fill_everything(browser)
    hand_in(browser)
    entries = world.all(
        select(LedgerEntry).where(LedgerEntry.subject.like("report:gm9001/%")).order_by(LedgerEntry.seq)
    )
    events = [entry.event for entry in entries]
    assert events[0] == "report.started"
    assert events[-1] == "report.submitted"
    assert "anneke" not in "".join(entry.payload for entry in entries).lower()
    assert first_broken(world.session) is None


def test_saving_without_a_change_writes_nothing(world: World) -> None:
    browser = world.browser("coordinator")
    begin(browser)
    fill(browser, "c", {"c1": "12"})
    before = counts(world)
    assert fill(browser, "c", {}).status_code == 303
    assert counts(world) == before
