"""Signing on the site: prepared by a coördinator, signed by a bestuurder, confirmed by staff."""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import MemberRole, StaffRole, User
from common.clock import frozen_at, now, today
from common.ledger import LedgerEntry, LedgerFingerprint, canonical_json, sha256
from common.versions import AsOf
from registry.agreements.models import AgreementVersion
from registry.authorities.models import Authority
from registry.obligations.models import Duty
from registry.signatures.models import Signature, SignatureVersion, Signing
from registry.signatures.signatories import signatories
from tests.factories_people import credentials, mails, make_member
from tests.factories_signing import OPEN, agreement_text, new_body, send, upload
from tests.sites import sign_in

LIST = "/mijn/ondertekenen"


@dataclass
class World:
    """A municipality that signed nothing yet, its people, and a beheerder."""

    app: Flask
    session: Session
    body_id: int
    people: dict[str, dict[str, str]]

    def browser(self, who: str) -> FlaskClient:
        return sign_in(self.app, self.people[who])

    def signing(self) -> Signing:
        """Return what the organisation signs; no transaction stays open, for it would hold the write lock."""
        self.session.rollback()
        found = self.session.scalars(select(Signing).where(Signing.authority_id == self.body_id)).one()
        self.session.refresh(found)
        self.session.expunge_all()
        self.session.rollback()
        return found

    def begin(self, client: FlaskClient) -> str:
        """Begin, name who signs, and return the path of the page that looks it over."""
        start = f"{LIST}/{OPEN}?organisatie=vbt1"
        assert send(client, start).status_code == 303
        path = f"{LIST}/voorbereid/{self.signing().id}"
        self.name(client, path)
        return path

    def name(self, client: FlaskClient, path: str, **more: Any) -> int:
        fields = {"naam": "Wil de Wit", "functie": "wethouder", **more}
        return send(client, f"{path}/wie-tekent", **fields).status_code

    def sign(self, client: FlaskClient, path: str, **more: Any) -> Any:
        page = client.get(path).text
        hidden = {name: self.hidden(page, name) for name in ("csrf_token", "versie", "tekst")}
        return client.post(f"{path}/tekenen", data={**hidden, "akkoord": "ja", **more})

    @staticmethod
    def hidden(page: str, name: str) -> str:
        found = re.findall(rf'name="{name}"[^>]*value="([^"]*)"', page)
        return str(found[0]) if found else ""


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    body = new_body(session, "vbt1", "Gemeente Tekenstad")
    new_body(session, "vbt2", "Gemeente Buurdorp")
    new_body(session, "vbt3", "Stichting Kanniet", "overig")
    people = {
        role: credentials(
            make_member(app, session, f"{role}@tekenstad.example", ("vbt1", role), name=f"Persoon {role}")
        )
        for role in MemberRole
    }
    people["tweede"] = credentials(
        make_member(app, session, "tweede@tekenstad.example", ("vbt1", MemberRole.EXECUTIVE))
    )
    people["beheerder"] = credentials(make_member(app, session, "b@redactie.example", StaffRole.ADMINISTRATOR))
    session.commit()
    return World(app, session, body.id, people)


def test_a_coordinator_prepares_a_bestuurder_signs_and_staff_confirm(world: World) -> None:
    coordinator, path = world.browser("coordinator"), ""
    path = world.begin(coordinator)
    asked = send(coordinator, f"{path}/vragen", path, bestuurder=str(_user(world, "bestuurder")))
    assert asked.status_code == 303
    mail = mails(world.session, "signing_prepared")[-1]
    assert (mail.to_address, f"{path}?organisatie=vbt1" in mail.body_text) == ("bestuurder@tekenstad.example", True)
    world.session.rollback()
    done = world.sign(world.browser("bestuurder"), path)
    assert (done.status_code, done.location.startswith(f"{path}/ontvangst")) == (303, True)
    assert not _bound(world)
    confirm = f"/redactie/ondertekeningen/{world.signing().signature_id}/bevestigen"
    assert send(world.browser("beheerder"), confirm, bewijs="Besluit van het college.").status_code == 303
    assert _bound(world)
    assert world.session.scalars(select(Duty).where(Duty.authority_id == world.body_id)).all()
    told = {one.to_address for one in mails(world.session, "signature_confirmed")}
    assert {"bestuurder@tekenstad.example", "coordinator@tekenstad.example"} <= told


def _user(world: World, who: str) -> int:
    found = world.session.scalars(select(User.id).where(User.email == world.people[who]["email"])).one()
    world.session.rollback()
    return found


def _bound(world: World) -> bool:
    world.session.rollback()
    text = agreement_text(world.session)
    found = signatories(world.session, text.agreement_id, AsOf(today()))
    world.session.rollback()
    return world.body_id in {one.authority_id for one in found}


def test_the_receipt_is_the_bytes_of_its_fingerprint_and_names_no_person(world: World) -> None:
    client = world.browser("bestuurder")
    path = world.begin(client)
    world.sign(client, path)
    page, file = client.get(f"{path}/ontvangst").text, client.get(f"{path}/ontvangst.json")
    mark = sha256(file.text)
    assert mark in page
    assert canonical_json(json.loads(file.text)) == file.text
    assert "Wil de Wit" not in file.text
    assert json.loads(file.text)["binds"] == [{"code": "vbt1", "name": "Gemeente Tekenstad"}]
    found = world.session.scalars(select(LedgerFingerprint).where(LedgerFingerprint.fingerprint == mark)).one()
    entry = world.session.get_one(LedgerEntry, found.seq)
    assert entry.event == "signature.signed"
    assert "Wil de Wit" not in entry.payload
    assert "Tekenstad" not in entry.payload + entry.subject


def test_only_a_bestuurder_of_the_organisation_signs(world: World) -> None:
    path = world.begin(world.browser("coordinator"))
    assert world.sign(world.browser("coordinator"), path).status_code == 403
    assert world.sign(world.browser("invuller"), path).status_code in {400, 403}
    assert "Onderteken de afspraak" not in world.browser("coordinator").get(path).text
    assert world.app.test_client().get(path).status_code == 303
    assert world.browser("beheerder").get(path).status_code == 404
    assert world.sign(world.browser("bestuurder"), path).status_code == 303


def test_signing_asks_who_one_is_when_signing_in_was_long_ago(world: World) -> None:
    client = world.browser("bestuurder")
    path = world.begin(client)
    with frozen_at(now() + timedelta(minutes=11)):
        late = world.sign(client, path)
    assert (late.status_code, "/inloggen/opnieuw" in late.location) == (303, True)
    assert world.signing().signature_id is None


def test_a_second_click_gives_one_signature_and_another_bestuurder_hears_it_was_signed(world: World) -> None:
    first, second = world.browser("bestuurder"), world.browser("tweede")
    path = world.begin(first)
    page = second.get(path).text
    hidden = {name: world.hidden(page, name) for name in ("csrf_token", "versie", "tekst")}
    assert world.sign(first, path).status_code == 303
    assert world.sign(first, path, csrf_token=hidden["csrf_token"] or "x").status_code in {303, 400}
    late = second.post(f"{path}/tekenen", data={**hidden, "akkoord": "ja"})
    assert (late.status_code, "intussen al getekend" in late.text) == (409, True)
    count = select(SignatureVersion.id).where(SignatureVersion.name_as_signed == "Gemeente Tekenstad")
    assert len(world.session.scalars(count).all()) == 1


def test_what_changed_since_it_was_read_is_not_signed(world: World) -> None:
    executive, coordinator = world.browser("bestuurder"), world.browser("coordinator")
    path = world.begin(executive)
    page = executive.get(path).text
    hidden = {name: world.hidden(page, name) for name in ("csrf_token", "versie", "tekst")}
    world.name(coordinator, path, naam="Iemand Anders")
    late = executive.post(f"{path}/tekenen", data={**hidden, "akkoord": "ja"})
    assert (late.status_code, "Er is iets veranderd" in late.text, "Iemand Anders" in late.text) == (409, True, True)
    other_text = world.sign(executive, path, tekst="999999")
    assert (other_text.status_code, "Lees de nieuwe tekst" in other_text.text) == (409, True)
    assert world.sign(executive, path, akkoord="").status_code == 422


def test_for_another_organisation_a_mandate_is_compulsory(world: World) -> None:
    client = world.browser("bestuurder")
    path = world.begin(client)
    whom = f"{path}/voor-wie"
    found = client.get(f"{whom}?q=buurdorp").text
    number = world.hidden(found, "erbij") or re.findall(
        r'name="erbij"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="erbij"', found
    )
    other = world.session.scalars(select(Authority.id).where(Authority.code == "vbt2")).one()
    world.session.rollback()
    assert number
    assert send(client, whom, erbij=str(other)).status_code == 303
    refused = world.sign(client, path)
    assert (refused.status_code, "Voeg het mandaat toe" in refused.text) == (422, True)
    assert world.name(client, path) == 422
    assert world.name(client, path, bestand=upload()) == 303
    assert world.sign(client, path).status_code == 303
    version = world.session.scalars(select(SignatureVersion).order_by(SignatureVersion.id.desc())).first()
    assert version is not None
    assert (len(version.parties), version.represented_by_id) == (2, world.body_id)
    number = version.signature_id
    world.session.rollback()
    assert "Gemeente Buurdorp" in client.get(LIST).text
    confirm = f"/redactie/ondertekeningen/{number}/bevestigen"
    assert send(world.browser("beheerder"), confirm, bewijs="Mandaat gezien.").status_code == 303
    represented = world.app.test_client().get("/deelnemers/vbt2").text
    assert ("Vertegenwoordigd door" in represented, "Gemeente Tekenstad" in represented) == (True, True)
    assert "mandaat.pdf" not in represented


def test_who_may_not_sign_or_is_bound_already_cannot_be_added(world: World) -> None:
    client = world.browser("bestuurder")
    path = f"{world.begin(client)}/voor-wie"
    codes = {"vbt3": "Deze soort organisatie kan hier niet tekenen", "vb001": "Tekende deze afspraak al"}
    for code, words in codes.items():
        row = world.session.scalars(select(Authority.id).where(Authority.code == code)).one()
        world.session.rollback()
        refused = send(client, path, erbij=str(row))
        assert refused.status_code == 422
        assert words in client.get(f"{path}?q={'kanniet' if code == 'vbt3' else 'lindenveen'}").text
    real = world.session.scalars(select(Authority.id).where(Authority.code == "gm0361")).one()
    world.session.rollback()
    assert "Alkmaar" not in client.get(f"{path}?q=alkmaar").text
    assert send(client, path, erbij=str(real)).status_code == 422


def test_the_bestuurder_sends_it_back_and_the_coordinator_withdraws(world: World) -> None:
    coordinator, executive = world.browser("coordinator"), world.browser("bestuurder")
    path = world.begin(coordinator)
    send(coordinator, f"{path}/vragen", path, bestuurder=str(_user(world, "bestuurder")))
    assert send(executive, f"{path}/terugsturen", path, opmerking=" ").status_code == 422
    assert send(executive, f"{path}/terugsturen", path, opmerking="Mijn functie klopt niet.").status_code == 303
    assert "Mijn functie klopt niet." in mails(world.session, "signing_returned")[-1].body_text
    world.session.rollback()
    assert "Mijn functie klopt niet." in coordinator.get(path).text
    assert send(coordinator, f"{path}/intrekken", path).status_code == 303
    assert world.sign(executive, path).status_code in {400, 409}
    assert send(coordinator, f"{LIST}/{OPEN}?organisatie=vbt1").status_code == 303  # a new one can begin


def test_without_a_bestuurder_the_page_leads_to_inviting_one(app: Flask, session: Session) -> None:
    new_body(session, "vbt1", "Gemeente Tekenstad")
    account = credentials(make_member(app, session, "c@tekenstad.example", ("vbt1", MemberRole.COORDINATOR)))
    session.commit()
    client = sign_in(app, account)
    location = send(client, f"{LIST}/{OPEN}?organisatie=vbt1").location
    page = client.get(location.replace("/voor-wie", "")).text
    assert "nog geen bestuurder" in page
    assert "/mijn/mensen?organisatie=vbt1" in page


def test_a_closed_agreement_cannot_be_signed(world: World) -> None:
    client = world.browser("bestuurder")
    path = world.begin(client)
    text = world.session.get_one(AgreementVersion, agreement_text(world.session).id)
    text.signing = "closed"
    world.session.commit()
    refused = world.sign(client, path)
    assert (refused.status_code, "staat niet open" in refused.text) == (422, True)
    assert world.session.scalars(select(Signature).join(Signing, Signing.signature_id == Signature.id)
                                 .where(Signing.authority_id == world.body_id)).first() is None  # fmt: skip
