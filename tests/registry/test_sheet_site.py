"""A form that comes back as a spreadsheet, on the site: first every difference, then saved, and never silently."""

import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.privacy import erase
from common.clock import now
from common.ledger import canonical_json, sha256
from registry.editions.models import Edition, EditionVersion
from registry.reports.models import Answer, AnswerState, Report, ReportState
from registry.reports.sheets.models import SheetUpload
from tests.factories_form import World, add_person, make_world
from tests.factories_participants import words
from tests.factories_sheets import changed, send_sheet, take_over
from tests.report_form import PATH, begin, fill
from website.privacy import gathered


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    made = make_world(app, session)
    begin(made.browser("invuller"))
    fill(made.browser("invuller"), "c", {"c2": "10", "c3": "5"})
    return made


@pytest.fixture
def invuller(world: World) -> FlaskClient:
    return world.browser("invuller")


def the_file(browser: FlaskClient, kind: str = "xlsx") -> bytes:
    """Fetch the form."""
    return browser.get(f"{PATH}/formulier.{kind}").data


def saved(world: World, key: str) -> Answer:
    own = select(Answer).join(Report).where(Report.authority_id == world.authority.id, Answer.key == key)
    return world.all(own.order_by(Answer.version.desc()))[0]


def page(browser: FlaskClient) -> str:
    return words(browser.get(f"{PATH}/formulier").text)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_an_untouched_file_changes_nothing(world: World, invuller: FlaskClient, kind: str) -> None:
    version = world.all(select(Report))[-1].version
    answer = invuller.get(f"{PATH}/formulier.{kind}")
    assert f"rapportage-2025-{world.authority.slug}.{kind}" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert send_sheet(invuller, PATH, answer.data, f"formulier.{kind}").status_code == 303
    assert "niets anders dan wat al bewaard is" in page(invuller)
    assert world.all(select(Report))[-1].version == version


def test_differences_show_cell_by_cell_before_anything_is_saved(world: World, invuller: FlaskClient) -> None:
    content = changed(the_file(invuller), {"C2": 12, "C3": None, "A4": "=wethouder", "D1": 40, "D2": "=SUM(1)"})
    send_sheet(invuller, PATH, content)
    shown = page(invuller)
    for line in ("Formulier!F42 10 12", "Formulier!F43 5 leeg", "Formulier!F9 leeg =wethouder"):
        assert line in shown
    assert re.search(r"Formulier!F\d+ \(vraag D2\): Hier staat een formule", shown)
    assert "D1 kan niet meer zijn dan C2 + C3: 40 tegen 12" in shown
    assert saved(world, "C2").value == 10
    assert "ingelezen bestand klaar" in words(invuller.get(PATH).text)
    assert "ingelezen" not in words(world.browser("coordinator").get(PATH).text)
    assert take_over(invuller, PATH).status_code == 303
    assert (saved(world, "C2").value, saved(world, "A4").value) == (12, "=wethouder")
    assert (saved(world, "C3").state, saved(world, "D1").value) == (AnswerState.BLANK, 40)
    assert world.all(select(SheetUpload)) == []


def test_what_a_colleague_changed_too_is_never_replaced_silently(world: World, invuller: FlaskClient) -> None:
    content = changed(the_file(invuller), {"C2": 12, "C3": 6, "B5": 100})
    fill(world.browser("coordinator"), "c", {"c2": "11", "c1": "2,5"})
    send_sheet(invuller, PATH, content)
    shown = page(invuller)
    assert "Er zijn twee teksten: C2" in shown
    assert "Proef coordinator" in shown
    answer = take_over(invuller, PATH)
    assert answer.status_code == 409
    assert "Kies bij elk antwoord" in answer.text
    assert "De andere antwoorden zijn bewaard." in page(invuller)
    assert "nog niets bewaard" not in page(invuller)
    assert [saved(world, key).value for key in ("C1", "C2", "C3", "B5")] == [2.5, 11, 6, 100]
    seen = str(saved(world, "C2").version)
    fill(world.browser("coordinator"), "c", {"c2": "13"})
    assert take_over(invuller, PATH, c2__keuze="mijn", c2__gezien=seen).status_code == 409
    seen = str(saved(world, "C2").version)
    assert take_over(invuller, PATH, c2__keuze="mijn", c2__gezien=seen).status_code == 303
    assert saved(world, "C2").value == 12


def test_the_other_text_may_stay_and_a_file_may_be_thrown_away(world: World, invuller: FlaskClient) -> None:
    content = changed(the_file(invuller), {"C2": 12})
    fill(world.browser("coordinator"), "c", {"c2": "11"})
    send_sheet(invuller, PATH, content)
    assert take_over(invuller, PATH, c2__keuze="ander", c2__gezien="9").status_code == 303
    assert saved(world, "C2").value == 11
    send_sheet(invuller, PATH, content)
    assert take_over(invuller, PATH, "weg").status_code == 303
    assert "Ingelezen:" not in page(invuller)
    assert take_over(invuller, PATH).headers["Location"].endswith("/formulier")
    assert saved(world, "C2").value == 11


def test_the_same_change_on_both_sides_is_no_conflict(world: World, invuller: FlaskClient) -> None:
    content = changed(the_file(invuller), {"C2": 12})
    fill(world.browser("coordinator"), "c", {"c2": "12"})
    send_sheet(invuller, PATH, content)
    assert "niets anders dan wat al bewaard is" in page(invuller)


def test_a_report_that_was_handed_in_keeps_what_the_file_held_on_the_screen(
    world: World, invuller: FlaskClient, session: Session
) -> None:
    content = changed(the_file(invuller), {"C2": 12})
    send_sheet(invuller, PATH, content)
    session.execute(Report.__table__.update().values(state=ReportState.SUBMITTED))
    session.commit()
    for answer in (take_over(invuller, PATH), send_sheet(invuller, PATH, content)):
        assert answer.status_code == 409
        assert "Formulier!F42 10 12" in words(answer.text)
    assert "Bewaar deze antwoorden" not in page(invuller)
    assert saved(world, "C2").value == 10


def test_a_wrong_file_is_refused_on_the_page_and_the_one_before_stays(invuller: FlaskClient) -> None:
    send_sheet(invuller, PATH, changed(the_file(invuller), {"C2": 12}))
    answer = send_sheet(invuller, PATH, b"geen rekenblad", "formulier.xlsx")
    assert answer.status_code == 422
    assert "<title>Fout:" in answer.text
    assert "Formulier!F42 10 12" in words(answer.text)
    answer = send_sheet(invuller, PATH, the_file(invuller, "ods").replace(b"PK", b"QK"))
    assert answer.status_code == 422


def test_only_who_may_fill_in_sends_a_file_and_nobody_sees_that_of_another(
    app: Flask, session: Session, world: World, invuller: FlaskClient
) -> None:
    content = the_file(invuller)
    send_sheet(invuller, PATH, changed(content, {"C2": 12}))
    executive = world.browser("bestuurder")
    assert executive.get(f"{PATH}/formulier.ods").status_code == 200
    assert "U kunt nu niets inlezen" in page(executive)
    assert send_sheet(executive, PATH, content).status_code in {400, 403}
    assert "Ingelezen" not in page(world.browser("coordinator"))
    world.emails["vreemde"] = add_person(app, session, "vreemde", [])
    session.commit()
    stranger = world.browser("vreemde")
    for path in ("formulier", "formulier.xlsx", "antwoorden.json"):
        assert stranger.get(f"{PATH}/{path}").status_code == 404
        assert stranger.get(f"{PATH}/{path}?organisatie={world.authority.code}").status_code == 404


def test_a_kept_file_goes_with_the_account_and_after_a_week(
    world: World, invuller: FlaskClient, session: Session
) -> None:
    send_sheet(invuller, PATH, changed(the_file(invuller), {"C2": 12}))
    upload = session.scalars(select(SheetUpload)).one()
    person = session.get_one(User, upload.user_id)
    assert gathered(session, person)["sheets"][0]["answers"]["C2"]["value"] == 12
    upload.uploaded_at = now() - timedelta(days=8)
    session.commit()
    assert "Ingelezen" not in page(invuller)
    erase(session, person)
    assert session.scalars(select(SheetUpload)).all() == []


def test_a_button_saves_the_file_that_was_on_the_screen_and_no_other(world: World, invuller: FlaskClient) -> None:
    content = the_file(invuller)
    send_sheet(invuller, PATH, changed(content, {"C2": 10}))
    first = re.search(r'name="ingelezen"[^>]*value="([^"]+)"', invuller.get(f"{PATH}/formulier").text)
    send_sheet(invuller, PATH, changed(content, {"C2": 777, "C3": 5}))
    assert first
    answer = take_over(invuller, PATH, ingelezen=first[1])
    assert answer.status_code == 409
    assert "ander bestand ingelezen" in answer.text
    assert take_over(invuller, PATH).status_code == 303
    assert saved(world, "C2").value == 777


def test_a_figure_and_unknown_together_are_refused_at_their_cell(world: World, invuller: FlaskClient) -> None:
    send_sheet(invuller, PATH, changed(the_file(invuller), {"D5": 2, "D5:H": "Onbekend"}))
    shown = page(invuller)
    assert "Kies dit, of vul een antwoord in. Niet allebei." in shown
    assert "Formulier!H" in shown


def test_a_file_from_before_a_correction_of_words_is_still_taken_in(world: World, invuller: FlaskClient) -> None:
    content = changed(the_file(invuller), {"C2": 12})
    edition = world.session.get_one(Edition, world.edition.id)
    data = json.loads(edition.snapshot)
    data["questions"][1]["label"]["nl"] += " (verbeterd)"
    edition.snapshot = canonical_json(data)
    edition.sha256, edition.revision = sha256(edition.snapshot), 1
    edition.versions.append(
        EditionVersion(
            number=1, schema_version=edition.schema_version, snapshot=edition.snapshot, sha256=edition.sha256
        )
    )
    world.session.commit()
    assert send_sheet(invuller, PATH, content).status_code == 303
    assert take_over(invuller, PATH).status_code == 303
    assert saved(world, "C2").value == 12
