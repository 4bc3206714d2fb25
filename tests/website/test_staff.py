"""The desk of staff, and the confirming of signatures."""

import re
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import MemberRole, Role, StaffRole, User
from common.ledger import Actor, LedgerEntry
from common.web.database import db
from kb.guides.fields import fields_of
from kb.guides.writing import create_guide, find_guide, newest_revision
from registry.signatures.models import Signature, SignatureVersion
from tests.factories_review import (
    credentials,
    hand_in,
    join,
    make_account,
    make_authority,
    make_edition,
    open_real_edition,
    sign,
)
from tests.sites import csrf_token, sign_in


@dataclass
class World:
    """A signature of which the source is not sure, and a report that waits."""

    app: Flask
    session: Session
    signature: Signature
    employee: User

    @property
    def path(self) -> str:
        return f"/redactie/ondertekeningen/{self.signature.id}/bevestigen"

    def browser(self, role: StaffRole) -> FlaskClient:
        account = credentials(make_account(self.session, self.app, role.value, role))
        self.session.commit()
        return sign_in(self.app, account)


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    authority = make_authority(session, "vbtest01", "Gemeente Proefdam")
    agreement = make_edition(session, 2020).agreement
    signature = sign(session, authority, agreement, confirmed=False)
    employee = join(session, make_account(session, app, "inge"), authority, MemberRole.COORDINATOR)
    hand_in(session, authority, open_real_edition(session, agreement, 2025), employee)
    session.commit()
    return World(app, session, signature, employee)


@pytest.mark.parametrize(
    ("role", "may_review", "may_write"),
    [(StaffRole.EDITOR, False, True), (StaffRole.REVIEWER, True, False), (StaffRole.ADMINISTRATOR, True, True)],
)
def test_the_desk_offers_what_somebody_may_do(world: World, role: StaffRole, may_review: bool, may_write: bool) -> None:
    page = world.browser(role).get("/redactie").text
    assert ('href="/redactie/rapportages"' in page) == may_review
    assert ('href="/redactie/gidsen"' in page) == may_write
    assert 'href="/redactie/ondertekeningen"' in page


def test_the_desk_is_not_for_employees_or_strangers(world: World, client: FlaskClient) -> None:
    account = credentials(world.employee)
    world.session.rollback()
    assert sign_in(world.app, account).get("/redactie").status_code == 403
    assert "/inloggen" in client.get("/redactie").location


def test_all_staff_see_which_signatures_wait_but_one_role_confirms(world: World) -> None:
    reading = world.browser(StaffRole.REVIEWER)
    assert "Gemeente Proefdam" in reading.get("/redactie/ondertekeningen").text
    assert world.path not in reading.get("/redactie/ondertekeningen").text
    assert reading.get(world.path).status_code == 403
    token = csrf_token(reading, "/redactie")
    assert reading.post(world.path, data={"csrf_token": token, "bewijs": "Besluit."}).status_code == 403


def test_confirming_makes_a_new_version_that_is_public(world: World) -> None:
    client = world.browser(StaffRole.ADMINISTRATOR)
    response = client.post(
        world.path, data={"csrf_token": csrf_token(client, world.path), "bewijs": "Besluit van maart."}
    )
    assert (response.status_code, response.location) == (303, "/redactie/ondertekeningen")
    versions = world.session.scalars(
        select(SignatureVersion).filter_by(signature_id=world.signature.id).order_by(SignatureVersion.number)
    ).all()
    assert [(v.number, v.confirmed, v.superseded_at is None) for v in versions] == [(1, False, False), (2, True, True)]
    assert versions[1].change_reason == "Besluit van maart."
    events = world.session.scalars(select(LedgerEntry.event).order_by(LedgerEntry.seq)).all()
    assert "signature.confirmed" in events[-3:]  # and what is asked of the organisation from that day
    assert world.path not in client.get("/redactie/ondertekeningen").text


@pytest.mark.parametrize(
    ("proof", "sentence"), [("  ", "Schrijf op waaruit blijkt"), ("x" * 2001, "hoogstens 2000 tekens")]
)
def test_confirming_asks_for_proof_of_a_reasonable_length(world: World, proof: str, sentence: str) -> None:
    client = world.browser(StaffRole.ADMINISTRATOR)
    response = client.post(world.path, data={"csrf_token": csrf_token(client, world.path), "bewijs": proof})
    assert response.status_code == 422
    assert sentence in response.text
    assert proof.strip() in response.text


def test_the_second_who_confirms_hears_that_it_was_done(world: World) -> None:
    client = world.browser(StaffRole.ADMINISTRATOR)
    token = csrf_token(client, world.path)
    client.post(world.path, data={"csrf_token": token, "bewijs": "De eerste."})
    response = client.post(world.path, data={"csrf_token": token, "bewijs": "De tweede."})
    assert response.status_code == 409
    assert "De eerste." in response.text
    assert "De tweede." in response.text


def test_an_unknown_signature_is_not_found(world: World) -> None:
    assert world.browser(StaffRole.ADMINISTRATOR).get("/redactie/ondertekeningen/999999/bevestigen").status_code == 404


def test_the_desk_leads_each_role_to_its_own_parts_and_to_no_other(
    app: Flask, accounts: dict[str, dict[str, str]]
) -> None:
    parts = {}
    for role in ("redacteur", "beoordelaar", "beheerder"):
        browser = sign_in(app, accounts[role])
        nav = browser.get("/redactie").text.split("Onderdelen van de redactie")[1].split("</nav>")[0]
        parts[role] = re.findall(r'href="(/redactie/[a-z-]+)"', nav)
        assert [browser.get(path).status_code for path in parts[role]] == [200] * len(parts[role])
    assert "/redactie/afspraken" in parts["redacteur"]
    assert "/redactie/importeren" not in parts["redacteur"] + parts["beoordelaar"]
    assert len(set(parts["beheerder"])) == 21


def test_a_change_that_the_database_refuses_ends_on_a_page_of_the_site(
    app: Flask, accounts: dict[str, dict[str, str]]
) -> None:
    """The page of an error asks who is signed in: it must not trip over the broken transaction."""

    def doubled() -> None:
        db().add_all([Role(name="dubbel"), Role(name="dubbel")])
        db().flush()

    browser = sign_in(app, accounts["beheerder"])
    token = csrf_token(browser, "/redactie")
    app.view_functions["agreement_desk.create"] = doubled
    answer = browser.post("/redactie/afspraken/nieuw", data={"csrf_token": token})
    assert answer.status_code == 500
    assert 'href="/redactie"' in answer.text


def test_the_desk_counts_all_drafts_and_shows_the_last_five(world: World) -> None:
    browser = world.browser(StaffRole.EDITOR)
    before = guide_work(browser)
    guide = find_guide(world.session, "thema-klimaat")
    assert guide is not None
    fields = fields_of(newest_revision(world.session, guide))
    for number in range(7):
        titled = replace(fields, title=f"Proefconcept {number}")
        create_guide(world.session, f"proef-{number}", titled, actor=Actor("redacteur", None))
    world.session.commit()
    number, shown = guide_work(browser)
    assert (number, shown) == (before[0] + 7, [f"Proefconcept {place}" for place in range(6, 1, -1)])


def guide_work(browser: FlaskClient) -> tuple[int, list[str]]:
    """Return how many drafts the desk counts, and the titles that it shows."""
    page = browser.get("/redactie").text
    tile = re.search(r"gids(?:en)? in concept</dt><dd[^>]*>(\d+)", page)
    assert tile is not None
    return int(tile[1]), re.findall(r"Proefconcept \d", page)
