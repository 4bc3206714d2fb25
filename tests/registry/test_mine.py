"""The own page of an organisation: what is asked, by when, how far it is, and what is next."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import MemberRole, Membership, StaffRole, User
from common.clock import AMSTERDAM, frozen_at
from common.ledger import Actor
from registry.authorities.models import Authority
from registry.editions.models import Edition
from registry.plans.models import Plan, PlanDraft, PlanDraftState, PlanVersion
from registry.reports.drafting import save_answers, start_report
from registry.reviews.deciding import ask_at_once as send_back
from registry.reviews.deciding import publish_at_once as publish
from tests.factories_review import (
    credentials,
    filled,
    hand_in,
    join,
    make_account,
    make_authority,
    make_edition,
    open_real_edition,
    sign,
)
from tests.sites import sign_in

A_DAY = datetime(2026, 11, 21, 12, tzinfo=AMSTERDAM)


@dataclass
class World:
    """An authority that signed, with one open edition and a coördinator."""

    app: Flask
    session: Session
    authority: Authority
    edition: Edition
    person: User

    def page(self, user: User | None = None, path: str = "/mijn") -> str:
        return self.browser(user).get(path).text

    def browser(self, user: User | None = None) -> FlaskClient:
        account = credentials(user or self.person)
        self.session.commit()
        return sign_in(self.app, account)

    def actor(self) -> Actor:
        return Actor("coordinator", self.person.id)


@pytest.fixture(autouse=True)
def _day() -> object:
    with frozen_at(A_DAY):
        yield


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    authority = make_authority(session, "vbtest01", "Gemeente Proefdam")
    agreement = make_edition(session, 2020).agreement
    sign(session, authority, agreement)
    person = join(session, make_account(session, app, "inge"), authority, MemberRole.COORDINATOR)
    return World(app, session, authority, open_real_edition(session, agreement, 2025), person)


def test_a_report_that_was_not_started_is_the_next_step(world: World) -> None:
    page = world.page()
    assert "Rapportage over 2025: nog " in page
    assert "uiterlijk 26\u00a0december 2026" in page
    assert "Begin met de rapportage" in page
    assert 'href="/mijn/rapportages/2025"' in page


def test_a_draft_says_how_many_questions_are_left(world: World) -> None:
    report = start_report(world.session, world.authority, world.edition, actor=world.actor())
    answers = {key: answer for key, answer in filled().items() if key not in {"C1", "C2"}}
    save_answers(world.session, report, answers, report.version, actor=world.actor())
    page = world.page()
    assert "Rapportage over 2025: nog 2 vragen" in page
    assert "Verder met de rapportage" in page


def test_a_full_draft_is_to_be_submitted_by_a_coordinator(world: World) -> None:
    report = start_report(world.session, world.authority, world.edition, actor=world.actor())
    save_answers(world.session, report, filled(), report.version, actor=world.actor())
    contributor = join(
        world.session, make_account(world.session, world.app, "erik"), world.authority, MemberRole.CONTRIBUTOR
    )
    assert "Nakijken en indienen" in world.page()
    page = world.page(contributor)
    assert "Nakijken en indienen" not in page
    assert "Indienen kan alleen een coördinator: Inge." in page


def test_a_report_that_came_back_shows_why_and_how_many_questions(world: World) -> None:
    submission = hand_in(world.session, world.authority, world.edition, world.person)
    reviewer = make_account(world.session, world.app, "renate", StaffRole.REVIEWER)
    actor = Actor("beoordelaar", reviewer.id)
    send_back(world.session, submission, "D1 is <te> hoog.", {"D1": "Klopt dit?"}, actor=actor)
    page = world.page()
    assert "Rapportage over 2025: 1 vraag van de redactie" in page
    assert "D1 is &lt;te&gt; hoog." in page
    assert "Bekijk de vragen" in page


def test_a_report_that_waits_asks_nothing(world: World) -> None:
    submission = hand_in(world.session, world.authority, world.edition, world.person)
    busy = world.page()
    assert ("U hoeft nu niets te doen" in busy, "Actieplan: de termijn was" in busy) == (False, True)
    make_plan_public(world)
    page = world.page()
    assert "U hoeft nu niets te doen." in page
    assert submission.receipt in page
    assert "/mijn/rapportages/2025/ontvangst" in page


def test_a_published_report_is_done(world: World) -> None:
    submission = hand_in(world.session, world.authority, world.edition, world.person)
    reviewer = make_account(world.session, world.app, "renate", StaffRole.REVIEWER)
    publish(world.session, submission, actor=Actor("beoordelaar", reviewer.id))
    busy = world.page()
    assert ("U hoeft nu niets te doen" in busy, "Schrijf het plan hier" in busy) == (False, True)
    plan = make_plan_public(world)
    page = world.page()
    assert "U hoeft nu niets te doen" in page
    assert "/deelnemers/gemeente-proefdam/rapportages/2025" in page
    world.session.add(PlanDraft(plan_id=plan, state=PlanDraftState.ADOPTED, base_number=1, content={}))
    waiting = world.page()
    assert "Actieplan: vastgesteld, nog niet openbaar" in waiting
    assert "U hoeft nu niets te doen" not in waiting


def make_plan_public(world: World) -> int:
    """Make the plan public in time; return its number."""
    plan = Plan(authority_id=world.authority.id, agreement_id=world.edition.agreement_id)
    world.session.add(plan)
    world.session.flush()
    day = datetime(2024, 6, 1, tzinfo=AMSTERDAM)
    number = plan.id
    world.session.add(
        PlanVersion(plan_id=number, number=1, title="Plan", adopted_on=day.date(), published_at=day, fingerprint="x")
    )
    world.session.flush()
    return number


def test_names_are_for_colleagues_only(world: World, client: FlaskClient) -> None:
    join(world.session, make_account(world.session, world.app, "bertus"), world.authority, MemberRole.EXECUTIVE)
    assert "Bertus" in world.page()
    assert "Bertus" not in client.get("/deelnemers/gemeente-proefdam").text


def test_an_executive_reads_along_but_does_not_fill_in(world: World) -> None:
    user = join(world.session, make_account(world.session, world.app, "bertus"), world.authority, MemberRole.EXECUTIVE)
    page = world.page(user)
    assert "U kunt meelezen." in page
    assert "Begin met de rapportage" not in page


def test_a_person_of_two_organisations_chooses(world: World) -> None:
    other = make_authority(world.session, "vbtest02", "Gemeente Tweedorp")
    join(world.session, world.person, other, MemberRole.CONTRIBUTOR)
    assert 'href="/mijn/rapportages/2025?organisatie=vbtest01"' in world.page()
    page = world.page(path="/mijn?organisatie=vbtest02")
    assert "<h1>Gemeente Tweedorp</h1>" in page
    assert "Uw organisatie tekende nog geen afspraak" in page


@pytest.mark.parametrize("code", ["vbtest02", "nergens", "<script>", "x" * 10_000])
def test_another_organisation_is_not_found(world: World, code: str) -> None:
    make_authority(world.session, "vbtest02", "Gemeente Tweedorp")
    assert world.browser().get("/mijn", query_string={"organisatie": code}).status_code == 404


def test_somebody_without_an_organisation_hears_what_to_do(world: World) -> None:
    user = make_account(world.session, world.app, "niemand")
    assert "U hoort nog bij geen organisatie" in world.page(user)


def test_who_left_sees_nothing_of_the_organisation_any_more(world: World) -> None:
    world.session.get_one(Membership, world.person.memberships[0].id).ended_at = A_DAY
    assert "Gemeente Proefdam" not in world.page()


def test_staff_go_to_their_own_desk(world: World) -> None:
    user = make_account(world.session, world.app, "renate", StaffRole.REVIEWER)
    response = world.browser(user).get("/mijn")
    assert (response.status_code, response.location) == (303, "/redactie")


def test_a_stranger_signs_in_first_and_nothing_is_cached(world: World, client: FlaskClient) -> None:
    assert "/inloggen" in client.get("/mijn").location
    assert world.browser().get("/mijn").headers["Cache-Control"] == "no-store"


def test_the_page_is_there_in_english(world: World) -> None:
    assert world.browser().get("/en/mijn").status_code == 200
