"""Reports over the years: what is carried over, what staff ask, and what the public reads."""

import hashlib
from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import MemberRole
from common import clock
from common.ledger import SYSTEM, Actor
from registry.editions.opening import open_edition
from registry.plans.models import Plan, PlanAction, PlanVersion
from registry.reports.models import Answer, Publication, Report, ReportState, Submission
from registry.reviews.deciding import ask_at_once as send_back
from registry.reviews.deciding import publish_at_once as publish
from tests.factories_form import World, add_person, form_data, make_agreement, make_authority, make_world
from tests.report_form import PATH, begin, fill, fill_everything, hand_in, opened
from tests.sites import csrf_token

LAST_YEAR = PATH.replace("2025", "2024")


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    return make_world(app, session)


def handed_in(world: World, path: str = PATH) -> Submission:
    """Fill everything in and hand it in; return the submission, to decide on in the session of the test."""
    browser = world.browser("coordinator")
    begin(browser, path)
    fill_everything(browser, path)
    assert hand_in(browser, path).status_code == 303
    return world.session.scalars(select(Submission).order_by(Submission.id.desc())).first()  # type: ignore[return-value]


def reviewer(world: World) -> Actor:
    """Return somebody else than who handed in."""
    return Actor("beoordelaar", user_id=1)


def with_last_year(world: World) -> None:
    """Publish a report over the year before."""
    day = clock.today()
    open_edition(
        world.session, world.agreement, 2024, (day - timedelta(days=400), day - timedelta(days=200)), form_data(),
        actor=SYSTEM,
    )  # fmt: skip
    world.session.commit()
    submission = handed_in(world, LAST_YEAR)
    publish(world.session, submission, actor=reviewer(world))
    world.session.commit()


def test_last_years_answers_stand_ready_to_confirm_and_are_saved_with_the_section(world: World) -> None:
    with_last_year(world)
    browser = world.browser("coordinator")
    begin(browser)
    page = browser.get(f"{PATH}/a").text
    assert "Controleer dit." in page
    assert opened(browser, "a")["a3__name"] == "Anneke Proef"
    draft = select(Answer).join(Report).where(Report.authority_id == world.authority.id, Answer.key == "A3")
    assert world.all(draft.where(Report.state == ReportState.DRAFT)) == []
    fill(browser, "a", {})
    assert "Controleer dit." not in browser.get(f"{PATH}/a").text.split('id="vraag-a3"')[1].split('id="vraag-a4"')[0]
    assert opened(browser, "a")["a3__name"] == "Anneke Proef"


def test_what_was_carried_over_and_taken_away_stays_away(world: World) -> None:
    with_last_year(world)
    browser = world.browser("coordinator")
    begin(browser)
    fill(browser, "a", {"a4": ""})
    assert opened(browser, "a")["a4"] == ""


def test_what_starts_empty_shows_last_years_answer_beside_it(world: World) -> None:
    with_last_year(world)
    browser = world.browser("coordinator")
    begin(browser)
    assert opened(browser, "c")["c1"] == ""
    page = browser.get(f"{PATH}/c").text
    assert "Vorig jaar" in page
    assert "38,5 miljoen euro" in page


def test_actions_of_last_year_come_along_without_their_status_and_finished_ones_do_not(world: World) -> None:
    with_last_year(world)
    browser = world.browser("coordinator")
    begin(browser)
    fill(browser, "b", {})
    form = opened(browser, "f")
    assert form["f1__0__action"] == "Inkoopbeleid vernieuwen"
    assert form["f1__0__status"] == ""
    assert form["f1__0__note"] == ""


def test_without_last_year_the_actions_come_from_the_plan(world: World) -> None:
    plan = Plan(authority_id=world.authority.id, agreement_id=world.agreement.id)
    version = PlanVersion(plan=plan, number=1, title="Plan", published_at=clock.now())
    world.session.add(version)
    world.session.flush()
    world.session.add(
        PlanAction(plan_version_id=version.id, position=1, theme="keten", title="Gesprek", ready_by=date(2027, 5, 1))
    )
    world.session.commit()
    browser = world.browser("invuller")
    begin(browser)
    fill(browser, "b", {"b1": "vastgesteld"})
    form = opened(browser, "f")
    assert (form["f1__0__action"], form["f1__0__theme"], form["f1__0__ready_by"]) == ("Gesprek", "keten", "01-05-2027")


def test_a_report_that_was_sent_back_shows_the_question_at_the_answer_and_can_be_handed_in_again(world: World) -> None:
    submission = handed_in(world)
    send_back(world.session, submission, "Twee vragen", {"C1": "Is dit met btw?"}, actor=reviewer(world))
    world.session.commit()
    browser = world.browser("coordinator")
    assert "Is dit met btw?" in browser.get(f"{PATH}/c").text
    overview = browser.get(PATH).text
    assert "Twee vragen" in overview
    assert f'href="{PATH}/c#vraag-c1"' in overview
    fill(browser, "c", {"c1": "40"})
    assert hand_in(browser).status_code == 303
    numbers = world.all(select(Submission.number).join(Report).where(Report.authority_id == world.authority.id))
    assert numbers == [1, 2]


def test_the_public_reads_the_published_report_without_private_answers(world: World) -> None:
    submission = handed_in(world)
    address = f"/deelnemers/{world.authority.slug}/rapportages/2025"
    stranger = world.app.test_client()
    assert stranger.get(address).status_code == 404
    publish(world.session, submission, actor=reviewer(world))
    world.session.commit()
    page = stranger.get(address)
    assert page.status_code == 200
    assert "38,5 miljoen euro" in page.text
    assert page.text.count("Eigen opgave") == 1
    file = stranger.get(f"{address}.json")
    for private in ("anneke@proef.example", "Anneke Proef", "Gegevens ontbreken", "Fietsbrug van hout", "Voorbeelden"):
        assert private not in page.text + file.text, private
    assert stranger.get(f"{address}?afspraak=proefafspraak").status_code == 200
    assert stranger.get(f"{address}?afspraak=mvoi-2022-2025").status_code == 404


def test_anybody_can_check_the_file_of_a_published_report_and_its_authority_the_receipt(world: World) -> None:
    submission, stranger = handed_in(world), world.app.test_client()
    address = f"/deelnemers/{world.authority.slug}/rapportages/2025"
    assert stranger.get(f"{address}.json").status_code == 404
    world.session.add(Publication(report=submission.report, submission=submission, recorded_role="systeem"))
    world.session.commit()
    old = stranger.get(f"{address}?afspraak=proefafspraak").text  # as those from before they had a fingerprint
    assert "Download deze rapportage (JSON)" in old
    assert "Controleer dit kenmerk" not in old
    publish(world.session, submission, actor=reviewer(world))
    world.session.commit()
    file = stranger.get(f"{address}.json")
    mark = hashlib.sha256(file.data).hexdigest()
    assert mark in stranger.get(address).text
    assert "38.5" in file.text
    sent = {"bestand": (BytesIO(file.data), "rapportage.json"), "csrf_token": csrf_token(stranger, "/controleer")}
    checked = stranger.post("/controleer", data=sent, follow_redirects=True)
    assert "Ongewijzigd" in checked.text
    assert "Rapportage over 2025" in checked.text
    receipt = stranger.get(f"/controleer?vingerafdruk={submission.fingerprint}").text
    assert "Ontvangen, en sindsdien ongewijzigd" in receipt


def test_the_report_reads_in_english_too(world: World) -> None:
    publish(world.session, handed_in(world), actor=reviewer(world))
    world.session.commit()
    page = world.app.test_client().get(f"/en/deelnemers/{world.authority.slug}/rapportages/2025")
    assert "1,200.5 tonnes of CO2 equivalent" in page.text
    assert "Not applicable" in page.text


def test_a_person_with_two_authorities_chooses_and_keeps_the_choice(world: World) -> None:
    other = make_authority(world.session, "gm9002", "Gemeente Tweede")
    make_agreement(world.session, "tweede", [other])
    shared = make_agreement(world.session, "derde", [other, world.authority])
    day = clock.today()
    open_edition(world.session, shared, 2025, (day, day + timedelta(days=9)), form_data(), actor=SYSTEM)
    places = [(world.authority.code, MemberRole.COORDINATOR), (other.code, MemberRole.COORDINATOR)]
    world.emails["both"] = add_person(world.app, world.session, "both", places)
    world.session.commit()
    browser = world.browser("both")
    assert "Gemeente Proefdorp" in browser.get(PATH).text
    page = browser.get(f"{PATH}?organisatie=gm9002").text
    assert "Gemeente Tweede" in page
    assert f'action="{PATH}?organisatie=gm9002"' in page
    assert f"{PATH}?organisatie=gm9001&amp;afspraak=" in browser.get(f"{PATH}?organisatie=gm9001").text


def test_an_edition_that_is_not_open_yet_cannot_be_started(world: World) -> None:
    day = clock.today()
    open_edition(
        world.session, world.agreement, 2026, (day + timedelta(days=5), day + timedelta(days=50)), form_data(),
        actor=SYSTEM,
    )  # fmt: skip
    world.session.commit()
    browser = world.browser("coordinator")
    path = PATH.replace("2025", "2026")
    assert "De vragenlijst gaat open op" in browser.get(path).text
    begin(browser)
    browser.post(path, data={"csrf_token": opened(browser, "a")["csrf_token"]})
    assert len(world.all(select(Report).where(Report.authority_id == world.authority.id))) == 1


def test_a_year_without_an_edition_does_not_exist(world: World) -> None:
    assert world.browser("coordinator").get("/mijn/rapportages/1999").status_code == 404


def test_addresses_that_mean_nothing_are_not_found(world: World) -> None:
    browser = world.browser("coordinator")
    begin(browser)
    for path in ("/z", "/A", "/aa", "/%27"):
        assert browser.get(PATH + path).status_code == 404, path
