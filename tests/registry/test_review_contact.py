"""The contact person stands beside the fingerprint, and can be erased without breaking it."""

import hashlib
import json
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.models import MemberRole, StaffRole, User
from accounts.sign_in_models import BrowserSession
from common import unsaved
from common.clock import now
from common.errors import Refused
from common.ledger import Actor, LedgerEntry, LedgerSalt, first_broken
from registry.reports.content import SCHEMA, answers_of, seal
from registry.reports.erasing import contacts_of, erase_contact, erase_old_contact, reports_with_old_contacts
from registry.reports.models import Answer, AnswerState, Submission
from registry.reports.values import is_erased
from tests.factories_review import (
    VALUES,
    credentials,
    hand_in,
    join,
    make_account,
    make_authority,
    make_edition,
    open_real_edition,
    sign,
)
from tests.html_forms import form_on
from tests.sites import csrf_token, sign_in

REASON = "De contactpersoon vroeg er zelf om per brief."
BOSS = Actor("beheerder")


@dataclass
class World:
    """A report that waits for staff."""

    app: Flask
    session: Session
    submission: Submission
    submitter: User
    reviewer: User

    def browser(self, user: User) -> FlaskClient:
        account = credentials(user)
        self.session.commit()
        return sign_in(self.app, account)


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    authority = make_authority(session, "vbtest01", "Gemeente Proefdam")
    submitter = join(session, make_account(session, app, "inge"), authority, MemberRole.COORDINATOR)
    agreement = make_edition(session, 2023).agreement
    sign(session, authority, agreement)
    edition = open_real_edition(session, agreement, 2025)
    submission = hand_in(session, authority, edition, submitter)
    reviewer = make_account(session, app, "renate", StaffRole.REVIEWER)
    session.commit()
    return World(app, session, submission, submitter, reviewer)


def test_the_fingerprinted_json_has_only_a_salted_hash_of_the_person(world: World) -> None:
    content, kept = json.loads(world.submission.content), world.submission.personal["A3"]
    assert content["schema"] == SCHEMA
    assert content["answers"]["A3"] == {
        "state": "given",
        "value": {"sealed": hashlib.sha256((kept["salt"] + _canonical(VALUES["A3"])).encode()).hexdigest()},
    }
    assert "Inge Invuller" not in world.submission.content
    assert answers_of(world.submission)["A3"].value == VALUES["A3"]


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def test_two_reports_with_the_same_person_have_different_hashes() -> None:
    assert seal("een zout", VALUES["A3"]) != seal("ander zout", VALUES["A3"])


def test_the_authority_downloads_the_person_beside_the_file_of_the_fingerprint(world: World) -> None:
    browser = world.browser(world.submitter)
    query = "organisatie=vbtest01"
    file = browser.get(f"/mijn/rapportages/2025/ontvangst.json?{query}")
    person = browser.get(f"/mijn/rapportages/2025/ontvangst.json?{query}&deel=persoon")
    assert hashlib.sha256(file.data).hexdigest() == world.submission.fingerprint
    assert person.json["A3"]["value"] == VALUES["A3"]
    assert person.headers["Cache-Control"] == "no-store"
    sealed = json.loads(file.data)["answers"]["A3"]["value"]["sealed"]
    assert seal(person.json["A3"]["salt"], person.json["A3"]["value"]) == sealed


def test_erasing_leaves_fingerprint_and_chain_whole_and_nothing_readable(world: World) -> None:
    before = world.submission.content
    erase_contact(world.session, world.submission, REASON, actor=BOSS)
    world.session.commit()
    assert hashlib.sha256(world.submission.content.encode()).hexdigest() == world.submission.fingerprint
    assert world.submission.content == before
    assert world.submission.personal == {}
    assert is_erased(answers_of(world.submission)["A3"].value)
    assert contacts_of(world.submission) == {}
    typed = world.session.scalars(
        select(Answer.value).where(Answer.key == "A3", Answer.report_id == world.submission.report_id)
    )
    assert "inge@voorbeeld.example" not in json.dumps(typed.all())
    assert first_broken(world.session) is None


def test_the_ledger_loses_the_salt_of_what_was_typed_and_says_that_it_was_erased(world: World) -> None:
    entries = select(LedgerEntry.seq).where(
        LedgerEntry.subject.like("report:vbtest01/%"), LedgerEntry.event == "report.saved"
    )
    salts = select(LedgerSalt).where(LedgerSalt.seq.in_(entries))
    assert len(world.session.scalars(salts).all()) == 1
    erase_contact(world.session, world.submission, REASON, actor=BOSS)
    assert world.session.scalars(salts).all() == []
    last = world.session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq.desc()).limit(1)).one()
    assert (last.event, last.is_public) == ("account.contact_erased", False)
    assert "brief" not in last.payload


def test_staff_and_the_authority_read_that_it_was_erased(world: World) -> None:
    erase_contact(world.session, world.submission, REASON, actor=BOSS)
    page = world.browser(world.reviewer).get(f"/redactie/rapportages/{world.submission.id}").text
    assert "Verwijderd" in page
    assert "Inge Invuller" not in page
    assert "Verwijderd" in world.browser(world.submitter).get("/mijn/rapportages/2025/a?organisatie=vbtest01").text


def test_erasing_asks_a_reason(world: World) -> None:
    with pytest.raises(Refused, match="20 tekens"):
        erase_contact(world.session, world.submission, "Zomaar.", actor=BOSS)
    assert contacts_of(world.submission)


def test_old_contact_persons_are_erased_and_newer_ones_stay(world: World) -> None:
    session, number = world.session, world.submission.report_id
    before, later = world.submission.report.created_at, now().replace(year=now().year + 1)
    assert number not in reports_with_old_contacts(session, before)
    assert erase_old_contact(session, number, before) == 0
    assert contacts_of(world.submission)
    assert number in reports_with_old_contacts(session, later)
    assert erase_old_contact(session, number, later) == 1
    assert contacts_of(world.submission) == {}
    assert number not in reports_with_old_contacts(session, later)


OTHER = {"name": "Ans Ander", "function": "Adviseur", "email": "ans@voorbeeld.example"}


def _hand_in_again(world: World, value: dict[str, str]) -> Submission:
    """Hand the same report in a second time, with another contact person."""
    first = world.submission
    content = json.loads(first.content)
    content["answers"]["A3"]["value"] = {"sealed": seal("zout", value)}
    again = Submission(
        report=first.report, number=2, receipt="R-TWEE", content=json.dumps(content), fingerprint="2" * 64,
        personal={"A3": {"salt": "zout", "value": value}}, submitted_by_id=first.submitted_by_id,
    )  # fmt: skip
    answer = Answer(report_id=first.report_id, key="A3", version=99, state=AnswerState.GIVEN, value=value)
    world.session.add_all([again, answer])
    world.session.commit()
    return again


def _erase_over_http(world: World, submission: Submission) -> str:
    boss = make_account(world.session, world.app, "bea", StaffRole.ADMINISTRATOR)
    browser, path = world.browser(boss), f"/redactie/rapportages/{submission.id}/contactpersoon"
    form = {"csrf_token": csrf_token(browser, path), "reden": REASON}
    assert browser.post(path, data=form).status_code == 303
    world.session.expire_all()
    return browser.get(path).text


def test_erasing_one_person_leaves_who_stands_in_the_same_report(world: World) -> None:
    again = _hand_in_again(world, OTHER)
    _erase_over_http(world, world.submission)
    assert contacts_of(world.session.get_one(Submission, world.submission.id)) == {}
    assert contacts_of(world.session.get_one(Submission, again.id)) == {"A3": OTHER}
    typed = select(Answer.value).where(Answer.report_id == again.report_id, Answer.key == "A3")
    assert [is_erased(value) for value in world.session.scalars(typed.order_by(Answer.version))] == [True, False]


def test_who_stands_inside_a_fingerprint_stays_and_the_page_says_so(world: World) -> None:
    content = json.loads(world.submission.content)
    content["schema"], content["answers"]["A3"]["value"] = 1, VALUES["A3"]
    world.submission.content, world.submission.personal = json.dumps(content), {}
    world.session.commit()
    page = _erase_over_http(world, world.submission)
    assert "Uit wat is ingediend over 2025 kunnen de gegevens niet worden verwijderd" in page
    assert 'name="reden"' not in page
    typed = select(Answer.value).where(Answer.report_id == world.submission.report_id, Answer.key == "A3")
    assert all(is_erased(value) for value in world.session.scalars(typed))


def test_a_submission_from_before_shows_its_person_as_it_did(world: World) -> None:
    content = json.loads(world.submission.content)
    content["schema"], content["answers"]["A3"]["value"] = 1, VALUES["A3"]
    world.submission.content, world.submission.personal = json.dumps(content), {}
    assert answers_of(world.submission)["A3"].value == VALUES["A3"]


def test_the_ledger_has_plain_hashes_only_of_answers_that_the_public_reads(world: World) -> None:
    entry = world.session.scalars(
        select(LedgerEntry).where(LedgerEntry.subject.like("report:vbtest01/%"), LedgerEntry.event == "report.saved")
    ).one()
    payload = json.loads(entry.payload)
    assert {"A3", "G1"} <= payload["personal"].keys()
    assert not payload["hashes"].keys() & payload["personal"].keys()


def test_a_beheerder_erases_a_contact_person_with_a_reason(world: World) -> None:
    boss = make_account(world.session, world.app, "bea", StaffRole.ADMINISTRATOR)
    browser, path = world.browser(boss), f"/redactie/rapportages/{world.submission.id}/contactpersoon"
    assert "inge@voorbeeld.example" in browser.get(path).text
    token = csrf_token(browser, path)
    refused = browser.post(path, data={"csrf_token": token, "reden": "Kort"})
    assert (refused.status_code, "Kort" in refused.text) == (422, True)
    assert browser.post(path, data={"csrf_token": token, "reden": REASON}).status_code == 303
    assert "Er staat hier geen contactpersoon meer" in browser.get(path).text
    world.session.expire_all()
    assert contacts_of(world.session.get_one(Submission, world.submission.id)) == {}


def test_the_reason_survives_the_end_of_a_session_and_is_forgotten_when_it_is_used(world: World) -> None:
    boss = make_account(world.session, world.app, "bea", StaffRole.ADMINISTRATOR)
    browser, path = world.browser(boss), f"/redactie/rapportages/{world.submission.id}/contactpersoon"
    form = {**form_on(browser.get(path).text, path), "reden": REASON}
    world.session.execute(update(BrowserSession).values(ended_at=now()))
    world.session.commit()
    assert browser.post(path, data=form).headers["Location"].startswith("/inloggen?next=")
    again = world.browser(boss)
    form = form_on(again.get(path).text, path)
    assert form["reden"] == REASON
    assert again.post(path, data=form).status_code == 303
    assert unsaved.find(world.session, boss.id, path) is None
    world.session.rollback()
