"""A person gets all that is held about him, and nothing about anybody else; and can have himself removed."""

import json
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import Invitation, MemberRole, StaffRole, User
from accounts.privacy import ERASED_NAME, erase
from accounts.sign_in_models import BrowserSession, SecurityEvent
from common import outbox, unsaved
from common.clock import now
from common.ledger import Actor, LedgerSalt, first_broken
from common.outbox import OutboxMail, without_secrets
from common.web.mails import queue_mail
from registry.reports.drafting import current_answers
from registry.reports.models import Submission
from registry.reports.transitions import Guard
from registry.reviews.deciding import why_not
from tests.factories_people import PASSWORD, invite
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
from tests.mail.letters import mail_file, sent_text
from tests.sites import csrf_token, sign_in
from website.mailing import show_as_files

PAGE = "/mijn/instellingen/gegevens"
REASON = "Zij vroeg er zelf om per brief van gisteren."


@dataclass
class World:
    """Ina works for an authority beside Bob; Bea is beheerder."""

    app: Flask
    session: Session
    ina: User
    bob: User
    bea: User
    submission: Submission

    def browser(self, user: User) -> FlaskClient:
        account = credentials(user)
        self.session.commit()
        return sign_in(self.app, account)

    def again(self, user: User) -> User:
        self.session.rollback()
        self.session.expire_all()
        return self.session.get_one(User, user.id)


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    authority = make_authority(session, "vbtest01", "Gemeente Proefdam")
    ina, bob = (
        join(session, make_account(session, app, name), authority, MemberRole.COORDINATOR) for name in ("ina", "bob")
    )
    ina.name = "Ina Verdwijnsma"
    bea = make_account(session, app, "bea", StaffRole.ADMINISTRATOR)
    agreement = make_edition(session, 2023).agreement
    sign(session, authority, agreement)
    submission = hand_in(session, authority, open_real_edition(session, agreement, 2025), ina)
    mail = outbox.queue(
        session, "recovery", ina.email, "nl",
        parts=("Voor Ina", "Ga naar http://localhost/inloggen/herstellen/AbCdEf123456.Geheim_789-x", "<p>x</p>"),
    )  # fmt: skip
    mail.to_user_id = ina.id
    unsaved.keep(session, ina.id, "/mijn/rapportages/2025/a", {"a4": ["Niet bewaard"]})
    session.add(_invitation(ina.email, ina.name, bob))
    session.add(_invitation("derde@elders.voorbeeld.example", "Derde Persoon", ina))
    session.commit()
    return World(app, session, ina, bob, bea, submission)


def _invitation(email: str, name: str, by: User) -> Invitation:
    return Invitation(token_hash=f"hash-{email}", email=email, name=name, authority_code="vbtest01", role="invuller",
                      invited_by_id=by.id, expires_at=now())  # fmt: skip


def export(browser: FlaskClient) -> TestResponse:
    return browser.post(PAGE, data={"csrf_token": csrf_token(browser, PAGE)})


def test_the_file_holds_what_is_kept_about_the_person(world: World) -> None:
    response = export(world.browser(world.ina))
    found = response.json
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert found["account"]["email"] == world.ina.email
    assert found["roles"]["organisations"][0]["code"] == "vbtest01"
    assert len(found["browsers"]) == 1
    assert found["unsaved_input"][0]["fields"] == {"a4": ["Niet bewaard"]}
    assert {one["question"] for one in found["reports"]["answers"]} >= {"A3", "C1"}
    assert found["reports"]["handed_in"][0]["receipt"] == world.submission.receipt


def test_the_file_holds_no_secret_and_nothing_of_anybody_else(world: World) -> None:
    text = export(world.browser(world.ina)).text
    row = world.session.scalars(select(BrowserSession).where(BrowserSession.user_id == world.ina.id)).one()
    for secret in (world.ina.password, world.ina.fs_uniquifier, row.key_hash, "Geheim_789", "hash-"):
        assert secret not in text
    for other in (world.bob.email, world.bob.name, world.bea.email, "derde@elders", "Derde Persoon", "Inge Invuller"):
        assert other not in text


def test_taking_the_file_stands_among_the_events_of_the_account(world: World) -> None:
    export(world.browser(world.ina))
    kinds = world.session.scalars(select(SecurityEvent.kind).where(SecurityEvent.user_id == world.ina.id)).all()
    assert "account.exported" in kinds


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/verwijderen"])
def test_file_and_removal_ask_who_one_is_when_signing_in_was_long_ago(world: World, path: str) -> None:
    browser = world.browser(world.ina)
    token = csrf_token(browser, PAGE)
    with browser.session_transaction() as cookie:
        cookie["fs_paa"] = 0
    answer = browser.post(path, data={"csrf_token": token, "adres": world.ina.email})
    assert (answer.status_code, "/inloggen/opnieuw" in answer.headers["Location"]) == (303, True)
    assert world.again(world.ina).erased_at is None


def test_the_secret_of_a_link_is_left_out_and_the_words_stay() -> None:
    text = (
        "Bij https://manifestkompas.voorbeeld.nl/mijn?organisatie=gm0001 en "
        "http://localhost/deelnemers/gemeente-lindenveen-aan-de-rivier en "
        "http://localhost/uitnodiging/dGhpc19pc19hX3Rva2Vu?a=1."
    )
    assert without_secrets(text) == text.replace("dGhpc19pc19hX3Rva2Vu", "[...]")


def remove(browser: FlaskClient, address: str) -> TestResponse:
    page = f"{PAGE}/verwijderen"
    return browser.post(page, data={"csrf_token": csrf_token(browser, page), "adres": address})


def test_removing_takes_the_right_address(world: World) -> None:
    answer = remove(world.browser(world.ina), world.bob.email)
    assert (answer.status_code, 'href="#adres"' in answer.text) == (422, True)
    assert world.again(world.ina).erased_at is None


def test_a_removed_person_is_a_number_and_signed_out_everywhere(world: World) -> None:
    name, email, elsewhere = world.ina.name, world.ina.email, world.browser(world.ina)
    browser = world.browser(world.ina)
    assert remove(browser, email).status_code == 303
    assert "Uw account is verwijderd" in browser.get("/").text
    for one in (browser, elsewhere):
        assert one.get("/mijn").status_code == 303
    found = world.again(world.ina)
    assert (found.name, found.password, found.active, found.roles) == (ERASED_NAME, None, False, [])
    assert found.erased_at
    assert all(one.ended_at for one in found.memberships)
    _nothing_left_of(world.session, name, email)


def _nothing_left_of(session: Session, name: str, email: str) -> None:
    """Look in every column of every table."""
    for table in User.metadata.sorted_tables:
        for row in session.execute(select(table)):
            text = json.dumps([str(value) for value in row])
            assert email not in text, table.name
            assert name not in text, table.name


def test_who_signs_in_afterwards_is_refused(world: World) -> None:
    account = credentials(world.ina)
    remove(world.browser(world.ina), world.ina.email)
    again = world.app.test_client()
    answer = again.post("/inloggen", data={**account, "csrf_token": csrf_token(again, "/inloggen")})
    assert answer.status_code == 422


def test_the_chain_stays_whole_and_forgets_who_it_was(world: World) -> None:
    remove(world.browser(world.ina), world.ina.email)
    assert first_broken(world.session) is None
    salts = world.session.scalars(select(LedgerSalt).where(LedgerSalt.user_id == world.ina.id)).all()
    assert salts == []
    assert world.session.scalars(select(SecurityEvent).where(SecurityEvent.user_id == world.ina.id)).all() == []


def test_what_he_answered_stays_with_the_organisation_and_four_eyes_still_count_him(world: World) -> None:
    remove(world.browser(world.ina), world.ina.email)
    world.again(world.ina)
    submission = world.session.get_one(Submission, world.submission.id)
    assert current_answers(world.session, submission.report)["C1"].changed_by_id == world.ina.id
    assert why_not(world.session, submission, world.ina.id) is Guard.NOT_SUBMITTER
    desk = world.browser(world.bea).get(f"/redactie/rapportages/{submission.id}").text
    assert ERASED_NAME in desk
    assert "former staff member" in world.browser(world.bea).get(f"/en/redactie/rapportages/{submission.id}").text


def test_mail_that_waits_for_him_goes_and_what_was_sent_is_emptied(world: World) -> None:
    sent = world.session.scalars(select(OutboxMail).where(OutboxMail.to_user_id == world.ina.id)).one()
    sent.state = outbox.MailState.SENT
    waiting = outbox.queue(world.session, "digest", world.ina.email, "nl", parts=("Weekbericht", "x", "x"))
    world.session.flush()
    numbers = sent.id, waiting.id
    remove(world.browser(world.ina), world.ina.email)
    world.again(world.ina)
    assert world.session.get_one(OutboxMail, numbers[0]).body_text == ""
    assert world.session.get(OutboxMail, numbers[1]) is None


def _tell_bob_of_ina(world: World) -> OutboxMail:
    """Queue the mail that tells Bob that Ina joined."""
    with world.app.test_request_context():
        made = queue_mail(
            world.session, "account_member_joined", world.bob.email, "nl", to_user_id=world.bob.id,
            about_user_id=world.ina.id, joined=world.ina.name, authority="Proefdam", role="invuller", link="x",
        )  # fmt: skip
    world.session.commit()
    return made


def test_mail_to_a_colleague_that_names_him_goes_too_with_its_file(world: World) -> None:
    name, email = world.ina.name, world.ina.email
    browser = world.browser(world.ina)
    went = _tell_bob_of_ina(world)
    show_as_files(world.session, world.app.extensions["settings"])
    waiting, file = _tell_bob_of_ina(world), mail_file(world.session, went)
    assert name in sent_text(world.session, went)
    numbers = went.id, waiting.id
    remove(browser, email)
    world.again(world.ina)
    assert world.session.get_one(OutboxMail, numbers[0]).subject == ""
    assert world.session.get(OutboxMail, numbers[1]) is None
    assert not file.exists()
    _nothing_left_of(world.session, name, email)


def test_joining_says_in_the_mail_to_colleagues_whom_it_names(world: World) -> None:
    sent = invite(world.session, "nieuw@organisatie.example", code="vbtest01")
    world.session.commit()
    client, path = world.app.test_client(), f"/uitnodiging/{sent.token}"
    form = {"naam": "Nel Nieuw", "taal": "nl", "new_password": PASSWORD, "new_password_again": PASSWORD}
    assert client.post(path, data={**form, "csrf_token": csrf_token(client, path)}).status_code == 303
    joined = world.session.scalars(select(User).where(User.name == "Nel Nieuw")).one()
    told = world.session.scalars(select(OutboxMail).where(OutboxMail.kind == "account_member_joined")).all()
    assert {mail.about_user_id for mail in told} == {joined.id}


def test_the_last_beheerder_cannot_go(world: World) -> None:
    for one in world.session.scalars(select(User).where(User.id != world.bea.id)):
        one.roles.clear()
    answer = remove(world.browser(world.bea), world.bea.email)
    assert (answer.status_code, "enige beheerder" in answer.text) == (422, True)
    assert world.again(world.bea).erased_at is None


def test_the_last_coordinator_is_warned(world: World) -> None:
    assert "Gemeente Proefdam" not in world.browser(world.ina).get(f"{PAGE}/verwijderen").text
    remove(world.browser(world.bob), world.bob.email)
    page = world.browser(world.ina).get(f"{PAGE}/verwijderen").text
    assert "Een organisatie houdt geen coördinator over" in page
    assert "Gemeente Proefdam" in page


def test_a_beheerder_removes_somebody_who_asked_for_it_with_a_reason(world: World) -> None:
    browser, page = world.browser(world.bea), f"/redactie/mensen/{world.ina.id}/verwijderen"
    token = csrf_token(browser, page)
    assert browser.post(page, data={"csrf_token": token}).status_code == 422
    assert browser.post(page, data={"csrf_token": token, "reden": REASON}).status_code == 303
    assert world.again(world.ina).erased_at
    assert browser.get(page).status_code == 404
    assert first_broken(world.session) is None


def test_erasing_twice_changes_nothing(world: World) -> None:
    erase(world.session, world.ina, actor=Actor("beheerder", world.bea.id), reason=REASON)
    moment = world.ina.erased_at
    erase(world.session, world.ina, actor=Actor("beheerder", world.bea.id), reason=REASON)
    assert world.ina.erased_at == moment
