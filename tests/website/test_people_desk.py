"""/redactie/mensen: a beheerder finds people, invites first coördinatoren, and changes with a reason."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts import memberships, staff_roles
from accounts.memberships import NotPossible, Why
from accounts.models import MemberRole, StaffRole
from accounts.sign_in_models import SecurityEvent
from common.clock import frozen_at, now, today
from common.ledger import SYSTEM, LedgerEntry
from registry.authorities.models import Authority
from tests.factories_people import DEMO, PASSWORD, credentials, invite, mails, make_member, membership, person
from tests.mail.letters import sent_text
from tests.sites import csrf_token, sign_in
from website.people.reading import without_coordinator

DESK = "/redactie/mensen"
ADMINISTRATOR = "beheerder@redactie.voorbeeld.example"
EDITOR = "redacteur@redactie.voorbeeld.example"
REASON = "Piet de Vries ging met pensioen"
WISH = {"naam": "Nieuwe Collega", "e-mailadres": "nieuw@organisatie.example", "taal": "nl"}


@pytest.fixture
def desk(app: Flask, accounts: dict[str, dict[str, str]]) -> FlaskClient:
    """A beheerder, signed in."""
    return sign_in(app, accounts["beheerder"])


def post(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    return client.post(path, data={**fields, "csrf_token": csrf_token(client, f"{DESK}/redactie")})


def test_a_first_coordinator_is_invited_joins_and_invites_on(app: Flask, desk: FlaskClient, session: Session) -> None:
    assert "Hier werkt nog niemand" in desk.get(f"{DESK}/gm0361").text
    assert post(desk, f"{DESK}/gm0361", rol="coordinator", **WISH).status_code == 303
    link = sent_text(session, mails(session, "account_invitation")[-1]).split("http://localhost")[1].split()[0]
    session.rollback()
    client = app.test_client()
    fields = {"naam": "Nieuwe Collega", "taal": "nl", "new_password": PASSWORD, "new_password_again": PASSWORD}
    client.post(link, data={**fields, "csrf_token": csrf_token(client, link)})
    here = "/mijn/mensen?organisatie=gm0361"
    second = {**WISH, "e-mailadres": "twee@organisatie.example", "rol": "invuller"}
    assert client.post(here, data={**second, "csrf_token": csrf_token(client, here)}).status_code == 303
    assert mails(session, "account_invitation")[-1].to_address == "twee@organisatie.example"
    session.rollback()


def test_people_are_found_by_name_address_and_organisation_without_accents(desk: FlaskClient) -> None:
    for q in ("coordinator lindenveen", "INVULLER@lindenveen", "lindenveen bestuurder"):
        page = desk.get(DESK, query_string={"q": q}).text
        assert "lindenveen.voorbeeld.example" in page
        assert ADMINISTRATOR not in page
    assert "Niemand gevonden" in desk.get(DESK, query_string={"q": "xyzzy"}).text
    assert "%" not in desk.get(DESK, query_string={"q": "100%"}).text.partition("</title>")[0]
    assert f"{DESK}/gm0361" in desk.get(DESK, query_string={"q": "alkmaar"}).text  # nobody works there yet


def test_hundreds_of_people_come_in_pages(app: Flask, desk: FlaskClient, session: Session) -> None:
    for number in range(60):
        make_member(app, session, f"persoon{number:03}@organisatie.example", ("vb002", MemberRole.CONTRIBUTOR))
    session.commit()
    page = desk.get(DESK, query_string={"q": "persoon", "pagina": "3"}).text
    assert "60 personen" in page
    assert "51 tot en met 60" in page
    assert desk.get(DESK, query_string={"q": "persoon", "pagina": "veel"}).status_code == 200


@pytest.mark.parametrize(("verb", "kind"), [("rol", "account_roles_changed"), ("stoppen", "account_membership_ended")])
def test_a_change_from_outside_needs_a_reason_that_only_the_person_reads(
    desk: FlaskClient, session: Session, verb: str, kind: str
) -> None:
    number = membership(session, "invuller@lindenveen.voorbeeld.example").id
    session.rollback()
    path = f"{DESK}/{DEMO}/{number}/{verb}"
    without = post(desk, path, rol="bestuurder", reden=" ")
    assert without.status_code == 422
    assert f'href="#{verb}-reden"' in without.text
    assert post(desk, path, rol="bestuurder", reden=REASON).status_code == 303
    assert REASON in mails(session, kind)[-1].body_text
    event = session.scalars(select(SecurityEvent).order_by(SecurityEvent.id.desc())).first()
    entry = session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq.desc())).first()
    assert event is not None
    assert entry is not None
    assert "Piet" not in f"{event.details} {entry.payload}"
    assert '"reason"' in entry.payload  # its salted hash
    session.rollback()


def test_only_who_had_people_or_must_do_something_is_missed(app: Flask, session: Session) -> None:
    assert without_coordinator(session, today()) == []
    assert session.scalar(select(func.count(Authority.id))) > 400  # type: ignore[operator]
    contributor = make_member(app, session, "een@organisatie.example", ("gm0361", MemberRole.CONTRIBUTOR))
    left = make_member(app, session, "twee@organisatie.example", ("gm0363", MemberRole.COORDINATOR))
    memberships.end(session, left.memberships[0], actor=SYSTEM)
    memberships.end(session, membership(session, "coordinator@lindenveen.voorbeeld.example"), actor=SYSTEM)
    missed = [one.organisation.code for one in without_coordinator(session, today())]
    assert sorted(missed) == ["gm0361", "gm0363", DEMO]
    assert contributor.memberships
    session.rollback()


def test_the_queue_shows_who_is_missed_until_one_accepted(app: Flask, desk: FlaskClient, session: Session) -> None:
    memberships.end(session, membership(session, "coordinator@lindenveen.voorbeeld.example"), actor=SYSTEM)
    session.commit()
    assert "Nog niemand uitgenodigd" in desk.get("/redactie").text
    sent = invite(session, role=MemberRole.COORDINATOR)
    session.commit()
    assert "Uitgenodigd op" in desk.get("/redactie").text
    client, path = app.test_client(), f"/uitnodiging/{sent.token}"
    fields = {"naam": "Nieuw", "taal": "nl", "new_password": PASSWORD, "new_password_again": PASSWORD}
    client.post(path, data={**fields, "csrf_token": csrf_token(client, path)})
    assert "Gemeente Lindenveen" not in desk.get("/redactie").text.partition("zonder-coordinator")[2]


def test_staff_roles_are_given_and_taken_with_a_reason(app: Flask, desk: FlaskClient, session: Session) -> None:
    editor = person(session, EDITOR).id
    session.rollback()
    path = f"{DESK}/redactie/{editor}"
    assert post(desk, path, rollen=["beoordelaar"], reden="").status_code == 422
    assert post(desk, path, rollen=["redacteur"], reden=REASON).status_code == 422  # nothing would change
    assert post(desk, path, rollen=["beoordelaar"], reden=REASON).status_code == 303
    assert staff_roles.roles_of(person(session, EDITOR)) == {StaffRole.REVIEWER}
    mail = mails(session, "account_staff_changed")[-1]
    assert "U kreeg: beoordelaar." in mail.body_text
    assert "U verloor: redacteur." in mail.body_text
    assert REASON in mail.body_text
    query = select(SecurityEvent.kind).where(SecurityEvent.user_id == editor).order_by(SecurityEvent.id.desc())
    assert session.scalars(query.limit(2)).all() == ["staff.revoked", "staff.granted"]
    session.rollback()


def test_roles_change_only_shortly_after_signing_in(desk: FlaskClient, session: Session) -> None:
    editor = person(session, EDITOR).id
    session.rollback()
    path = f"{DESK}/redactie/{editor}"
    token = csrf_token(desk, path)
    with frozen_at(now() + timedelta(minutes=11)):
        response = desk.post(path, data={"rollen": "beheerder", "reden": REASON, "csrf_token": token})
        assert response.headers["Location"].startswith("/inloggen/opnieuw")
        assert desk.get(path).headers["Location"].startswith("/inloggen/opnieuw")
        assert staff_roles.roles_of(person(session, EDITOR)) == {StaffRole.EDITOR}
    session.rollback()


def test_the_last_beheerder_cannot_take_his_own_role(desk: FlaskClient, session: Session) -> None:
    own = person(session, ADMINISTRATOR).id
    session.rollback()
    response = post(desk, f"{DESK}/redactie/{own}", rollen=["redacteur"], reden=REASON)
    assert response.status_code == 422
    assert "laatste beheerder" in response.text
    assert staff_roles.roles_of(person(session, ADMINISTRATOR)) == {StaffRole.ADMINISTRATOR}
    session.rollback()


def test_of_two_beheerders_who_take_each_others_role_one_stays(app: Flask, session: Session) -> None:
    second = make_member(app, session, "tweede@organisatie.example", StaffRole.ADMINISTRATOR)
    first = person(session, ADMINISTRATOR)
    staff_roles.change(session, second, [], actor=SYSTEM, reason=REASON)
    with pytest.raises(NotPossible) as refused:
        staff_roles.change(session, first, [], actor=SYSTEM, reason=REASON)
    assert refused.value.why is Why.LAST_ADMINISTRATOR
    session.rollback()


def test_a_beheerder_who_gives_up_his_role_is_led_away_from_the_page(app: Flask, session: Session) -> None:
    second = make_member(app, session, "tweede@organisatie.example", StaffRole.ADMINISTRATOR)
    session.commit()
    client = sign_in(app, credentials(second))
    response = post(client, f"{DESK}/redactie/{second.id}", reden=REASON)
    assert (response.status_code, response.headers["Location"]) == (303, "/welkom")
    assert client.get(DESK).status_code == 403
    assert client.get("/welkom", follow_redirects=True).status_code == 200


def test_staff_without_the_role_of_beheerder_sees_no_addresses(
    app: Flask, session: Session, accounts: dict[str, dict[str, str]]
) -> None:
    for role in ("redacteur", "beoordelaar"):
        client = sign_in(app, accounts[role])
        assert client.get(DESK).status_code == 403
        assert client.get("/redactie").status_code == 200
        assert DESK not in client.get("/redactie").text


def test_the_command_invites_the_first_of_staff_and_prints_the_link(app: Flask, session: Session) -> None:
    command = ["accounts", "invite-staff", "Eerste@Organisatie.example", "--name", "Eerste", "--role", "beheerder"]
    outcome = app.test_cli_runner().invoke(args=command)
    assert outcome.exit_code == 0, outcome.output
    link = outcome.output.split("http://localhost")[1].strip()
    assert "U bent uitgenodigd" in app.test_client().get(link).text
    assert mails(session, "account_invitation")[-1].to_address == "eerste@organisatie.example"
    session.rollback()
    assert app.test_cli_runner().invoke(args=[*command[:2], "geen adres", *command[3:]]).exit_code == 1
