"""Files at a question of the form: added and taken away beside what is typed, and read by whom the report is for."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from accounts.models import MemberRole
from common.ledger import Actor
from registry.reports.answer_files import MOST
from registry.reports.models import Answer, AnswerState, Report
from registry.reports.submitting import submit
from registry.reviews.deciding import publish_at_once
from registry.reviews.publishing import unpublish
from tests.factories_form import World, add_person, make_authority, make_world
from tests.factories_questions import SMALL
from tests.files.making import pdf
from tests.html_forms import form_on
from tests.report_form import PATH, begin, fill, opened
from tests.report_form import typed as filled_in
from tests.sites import sign_in

ADDRESS = f"{PATH}/bestanden/a3"


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    made = make_world(app, session, SMALL)
    begin(made.browser("invuller"))
    return made


def send(browser: FlaskClient, content: bytes = pdf(), name: str = "bewijs.pdf", **typed: Any) -> Any:
    """Press the button at the question, with what stands in the section."""
    fields: MultiDict[str, Any] = filled_in(opened(browser, "a"), typed)
    fields["a3__bestand"] = FileStorage(io.BytesIO(content), name)
    boundary, body = encode_multipart(fields)
    return browser.post(f"{ADDRESS}?deel=a", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def newest(world: World, key: str) -> Answer:
    report = Report.authority_id == world.authority.id
    return world.all(select(Answer).join(Report).where(report, Answer.key == key).order_by(Answer.version.desc()))[0]


def link(world: World) -> str:
    found = newest(world, "A3").value["files"][0]
    return f"/bestanden/{found['id']}/{found['name']}"


def test_a_file_is_added_with_what_was_typed_around_it(world: World) -> None:
    browser = world.browser("invuller")
    answer = send(browser, a1="12,5", a2__from="2025-01-01", a2__to="2025-02-01")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/mijn/rapportages/2025/a#vraag-a3")
    assert (newest(world, "A1").value, newest(world, "A2").value) == (12.5, {"from": "2025-01-01", "to": "2025-02-01"})
    assert [one["name"] for one in newest(world, "A3").value["files"]] == ["bewijs.pdf"]
    page = browser.get(f"{PATH}/a").text
    assert link(world) in page
    assert 'Vraag A2 <span class="field__optional">(aanbevolen)</span>' in page
    assert 'name="a7"' not in page, "the declaration is given with the button to hand in"
    assert "Alles klopt." in page
    assert 'name="a6"' not in page, "asked of provinces only"
    assert browser.get(link(world)).data == pdf()
    fill(browser, "a", {"a1": "13"})
    assert newest(world, "A3").value["files"], "saving the section leaves the files alone"
    assert "bewijs.pdf" in browser.get(f"{PATH}/controleren").text


def test_what_is_wrong_with_a_file_is_said_and_what_was_typed_is_saved(world: World) -> None:
    browser = world.browser("invuller")
    answer = send(browser, b"MZ\x90 een programma", "hulp.exe", a1="7")
    assert answer.status_code == 422
    assert 'href="#a3__bestand"' in answer.text
    assert newest(world, "A1").value == 7
    assert browser.get(ADDRESS).status_code == 200
    token = form_on(browser.get(ADDRESS).text, ADDRESS)["csrf_token"]
    for _number in range(MOST):
        boundary, body = encode_multipart({"csrf_token": token, "a3__bestand": FileStorage(io.BytesIO(pdf()), "x.pdf")})
        sent = browser.post(ADDRESS, data=body, content_type=f"multipart/form-data; boundary={boundary}")
        assert sent.status_code == 303
    assert "Voeg hooguit 5 bestanden toe." in send(browser).text
    assert len(newest(world, "A3").value["files"]) == MOST


def test_a_file_is_taken_away_and_nobody_reads_it_any_more(world: World) -> None:
    browser = world.browser("invuller")
    send(browser)
    path = link(world)
    fields = filled_in(opened(browser, "a"), {"bestand": path.split("/")[2], "a1": "9"})
    assert browser.post(f"{ADDRESS}/verwijderen", data=fields).status_code == 303
    assert (newest(world, "A3").state, newest(world, "A1").value) == (AnswerState.BLANK, 9)
    assert browser.get(path).status_code == 404
    assert browser.get(f"{ADDRESS}/verwijderen").headers["Location"].endswith("a#vraag-a3")


def test_a_file_of_a_draft_is_for_the_authority_only_until_it_is_handed_in(
    world: World, app: Flask, session: Session, accounts: dict[str, dict[str, str]]
) -> None:
    send(world.browser("invuller"))
    path = link(world)
    make_authority(session, "gm9002", "Gemeente Ernaast")
    world.emails["other"] = add_person(app, session, "other", [("gm9002", MemberRole.COORDINATOR)])
    session.commit()
    assert app.test_client().get(path).status_code in {303, 404}
    assert world.browser("other").get(path).status_code == 404
    assert world.browser("other").get(ADDRESS).status_code == 404
    assert world.browser("bestuurder").get(path).status_code == 200
    token = form_on(world.browser("invuller").get(ADDRESS).text, ADDRESS)
    assert world.browser("bestuurder").post(ADDRESS, data=token).status_code in {400, 403}
    assert sign_in(app, accounts["beoordelaar"]).get(path).status_code == 404
    assert world.browser("invuller").get(f"{PATH}/bestanden/z9").status_code == 404
    assert world.browser("invuller").get(f"{PATH}/bestanden/a1").status_code == 303, "no question for files"


def test_a_published_file_is_public_until_the_report_is_withdrawn(
    world: World, app: Flask, session: Session, accounts: dict[str, dict[str, str]]
) -> None:
    browser = world.browser("invuller")
    send(browser, a1="12")
    path, by = link(world), Actor("coordinator", user_id=1)
    report = session.scalars(select(Report).where(Report.authority_id == world.authority.id)).one()
    made = submit(session, report, actor=by, says_true=True)
    session.commit()
    assert app.test_client().get(path).status_code != 200
    assert sign_in(app, accounts["beoordelaar"]).get(path).status_code == 200
    publish_at_once(session, made, actor=Actor("beoordelaar", user_id=2))
    session.commit()
    assert app.test_client().get(path).data == pdf()
    assert path in app.test_client().get(f"/deelnemers/{world.authority.slug}/rapportages/2025").text
    unpublish(session, made, "Er stond een fout in.", actor=Actor("beheerder", user_id=2))
    session.commit()
    assert app.test_client().get(path).status_code != 200
