"""A report that staff took from the public: what is told of it, and that it counts nowhere any more."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import StaffRole, User
from accounts.people import actor_for
from common.clock import frozen_at
from common.clock import now as this_moment
from common.versions import AsOf
from registry.editions.models import Edition
from registry.participants.records import records_of_authority
from registry.reports.carry_over import previous_submission
from registry.reports.correcting import begin_correction
from registry.reports.drafting import save_answers
from registry.reports.models import AnswerState, ReportState
from registry.reports.published import publication_of, published_reports
from registry.reports.submitting import submit
from registry.reports.values import AnswerInput
from registry.reviews.deciding import unpublish
from tests.factories_form import World, make_world
from tests.factories_handing_in import PATH, PUBLIC, REASON, actor, hand_in, now, publish, published, report_of

WHY = "De organisatie gebruikte gegevens van een ander jaar."
MOMENT = this_moment() - timedelta(days=3)


def take_away(world: World) -> None:
    session = world.session
    chief = session.scalars(select(User).where(User.email.startswith("beheerder@"))).one()
    shown = report_of(world).submissions[-1]
    unpublish(session, shown, WHY, actor=actor_for(chief, StaffRole.ADMINISTRATOR))
    session.commit()


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    """A report that was published and corrected three days ago, and taken away yesterday."""
    with frozen_at(MOMENT):
        made = make_world(app, session)
        published(made)
        begin_correction(session, report_of(made), REASON, actor=actor(made))
        report = report_of(made)
        change = {"C1": AnswerInput(AnswerState.GIVEN, 44.25, None, "Een contract meer.")}
        save_answers(session, report, change, report.version, actor=actor(made))
        hand_in(made)
        publish(made)
    with frozen_at(MOMENT + timedelta(days=2)):
        take_away(made)
    return made


def test_the_public_reads_that_it_was_withdrawn_when_and_why_and_no_answer(world: World) -> None:
    visitor = world.app.test_client()
    page = visitor.get(PUBLIC)
    assert page.status_code == 200
    for words in ("Deze rapportage is ingetrokken", WHY, '<meta name="robots" content="noindex">'):
        assert words in page.text
    for old in ("44,25", "43,5", "Een contract meer."):
        assert old not in page.text
    file = visitor.get(f"{PUBLIC}.json")
    assert (file.status_code, "ingetrokken" in file.text) == (410, True)
    for which in ("?indiening=1", "?indiening=2"):
        assert "44,25" not in visitor.get(f"{PUBLIC}{which}").text
        assert visitor.get(f"{PUBLIC}.json{which}").status_code == 410
    assert visitor.get(f"{PUBLIC}/verschil").status_code == 404
    assert "This report was withdrawn" in visitor.get(f"/en{PUBLIC}").text


def test_at_a_moment_before_the_withdrawal_it_stands_as_it_stood(world: World) -> None:
    visitor, then = world.app.test_client(), (MOMENT + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert "44,25" in visitor.get(f"{PUBLIC}?beschikbaarOp={then}").text
    assert visitor.get(f"{PUBLIC}.json?beschikbaarOp={then}").status_code == 200
    assert "43,5" in visitor.get(f"{PUBLIC}/verschil?beschikbaarOp={then}").text


def test_nobody_is_told_that_a_past_moment_went_too_and_the_authoritys_page_leads_to_why(world: World) -> None:
    page = world.app.test_client().get(PUBLIC).text
    assert "Wie terugkijkt naar een eerder moment, kan ze nog lezen" in page
    own = world.app.test_client().get(PUBLIC.split("/rapportages")[0]).text
    assert "Ingetrokken door de redactie." in own
    assert "Wordt beoordeeld" not in own
    assert own.count(f'href="{PUBLIC}"') == 2  # in the table and in the line of time


def test_what_was_withdrawn_is_not_carried_over_to_the_next_form(world: World) -> None:
    following = Edition(agreement_id=world.edition.agreement_id, year=world.edition.year + 1)
    assert previous_submission(world.session, world.authority.id, following) is None
    world.session.rollback()


def test_it_counts_in_no_list_and_figure_and_was_handed_in_all_the_same(world: World) -> None:
    session, today = world.session, AsOf(this_moment().date())
    assert published_reports(session, world.authority.id, today) == []
    assert publication_of(session, world.authority, None, 2025, today) is None
    records = records_of_authority(session, world.authority.id, today)
    (record,) = (one for one in records if one.edition_id == world.edition.id)
    assert (record.published, record.met.by if record.met else None) == (False, 1)
    before = AsOf(today.day, MOMENT + timedelta(days=1))
    assert len(published_reports(session, world.authority.id, before)) == 1
    session.rollback()


def test_the_list_of_changes_says_why_and_tells_nothing_of_what_it_said(world: World) -> None:
    visitor = world.app.test_client()
    page = visitor.get("/wijzigingen?onderwerp=report:gm9001/proefafspraak/2025").text
    assert WHY in page
    assert REASON in page
    assert "44,25" not in page
    then = (MOMENT + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    earlier = visitor.get(f"/wijzigingen?onderwerp=report:gm9001/proefafspraak/2025&beschikbaarOp={then}").text
    assert "44,25" in earlier
    assert WHY not in earlier


def test_a_fingerprint_of_before_is_known_as_gone(world: World) -> None:
    visitor, then = world.app.test_client(), (MOMENT + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    mark = visitor.get(f"{PUBLIC}.json?beschikbaarOp={then}").headers["ETag"].strip('"')
    assert "Staat er niet meer" in visitor.get(f"/controleer?vingerafdruk={mark}").text


def test_handed_in_and_published_anew_it_is_a_new_beginning(world: World) -> None:
    assert "De redactie haalde deze rapportage van de site" in world.browser("coordinator").get(PATH).text
    report = report_of(world)
    change = {"C1": AnswerInput(AnswerState.GIVEN, 50.5, None, "Nu van het goede jaar.")}
    save_answers(world.session, report, change, report.version, actor=actor(world))
    submit(world.session, report, actor=actor(world), says_true=True, reason="Met de cijfers van het goede jaar.")
    world.session.commit()
    publish(world)
    assert now(world).state is ReportState.PUBLISHED
    visitor = world.app.test_client()
    page = visitor.get(PUBLIC).text
    assert ("50,5" in page, "Verbeterd op" in page) == (True, False)
    for number in (1, 2):
        assert visitor.get(f"{PUBLIC}?indiening={number}").status_code == 404
    changes = visitor.get("/wijzigingen?onderwerp=report:gm9001/proefafspraak/2025&nieuw=ja").text
    assert "44,25" not in changes
