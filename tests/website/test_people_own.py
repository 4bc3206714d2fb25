"""/mijn/mensen: colleagues see each other; a coördinator invites, changes roles and lets go."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts import invitations
from accounts.models import Invitation, MemberRole, Membership
from accounts.sign_in_models import SecurityEvent
from common.clock import today
from tests.factories_people import (
    DEMO,
    count_invitations,
    credentials,
    invite,
    mails,
    make_member,
    membership,
    person,
)
from tests.mail.letters import sent_text
from tests.sites import csrf_token, sign_in
from website.people.reading import without_coordinator

HERE = f"/mijn/mensen?organisatie={DEMO}"
COORDINATOR = "coordinator@lindenveen.voorbeeld.example"
CONTRIBUTOR = "invuller@lindenveen.voorbeeld.example"
WISH = {"naam": "Nieuwe Collega", "e-mailadres": "Nieuw@Organisatie.example", "rol": "invuller", "taal": "nl"}


@pytest.fixture
def coordinator(app: Flask, accounts: dict[str, dict[str, str]]) -> FlaskClient:
    """The coördinator of the example's first organisation, signed in."""
    return sign_in(app, accounts["coordinator"])


def post(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    return client.post(path, data={**fields, "csrf_token": csrf_token(client, HERE)})


def test_a_coordinator_invites_and_the_mail_holds_the_only_link(coordinator: FlaskClient, session: Session) -> None:
    assert post(coordinator, HERE, **WISH).status_code == 303
    mail = mails(session, "account_invitation")[-1]
    assert mail.to_address == "nieuw@organisatie.example"
    assert "Voorbeeld Coördinator" in mail.body_text
    assert "Gemeente Lindenveen" in mail.subject
    token = re.search(r"http://localhost/uitnodiging/([\w-]+)", sent_text(session, mail))
    assert "http://localhost/uitnodiging/[...]" in mail.body_text  # what is kept lets nobody in
    assert token
    found = invitations.find(session, token.group(1))
    assert found is not None
    assert (found.authority_code, found.role) == (DEMO, "invuller")
    assert "nieuw@organisatie.example" in coordinator.get(HERE).text
    session.rollback()


def test_an_invitation_in_english_is_written_in_english(coordinator: FlaskClient, session: Session) -> None:
    post(coordinator, HERE, **{**WISH, "taal": "en"})
    mail = mails(session, "account_invitation")[-1]
    assert "http://localhost/en/uitnodiging/" in mail.body_text
    assert "invites you" in mail.body_text
    session.rollback()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("naam", ""),
        ("naam", "x" * 101),
        ("naam", "Klik op https://kwaad.example"),
        ("e-mailadres", "geen adres"),
        ("e-mailadres", "a@b.nl\r\nBcc: c@d.nl"),
        ("rol", ""),
        ("rol", "beheerder"),
        ("e-mailadres", CONTRIBUTOR),
    ],
)
def test_a_wrong_invitation_comes_back_with_what_was_typed(
    coordinator: FlaskClient, session: Session, field: str, value: str
) -> None:
    before = count_invitations(session)
    session.rollback()
    response = post(coordinator, HERE, **{**WISH, field: value})
    assert response.status_code == 422
    assert f'href="#{field}"' in response.text
    assert "Nieuwe Collega" in response.text or field == "naam"
    assert count_invitations(session) == before
    session.rollback()


def test_inviting_twice_sends_a_new_link_and_makes_no_second_invitation(
    coordinator: FlaskClient, session: Session
) -> None:
    before = count_invitations(session)
    session.rollback()
    post(coordinator, HERE, **WISH)
    post(coordinator, HERE, **WISH)
    assert "stond al een uitnodiging open" in coordinator.get(HERE).text
    assert count_invitations(session) == before + 1
    assert len(mails(session, "account_invitation")) == 2
    session.rollback()


def test_an_invitation_is_withdrawn_and_sent_again(coordinator: FlaskClient, session: Session) -> None:
    sent = invite(session)
    session.commit()
    start = f"/mijn/mensen/uitnodigingen/{sent.invitation.id}"
    assert post(coordinator, f"{start}/opnieuw?organisatie={DEMO}").status_code == 303
    assert coordinator.get(f"/uitnodiging/{sent.token}").status_code == 404
    assert post(coordinator, f"{start}/intrekken?organisatie={DEMO}").status_code == 303
    assert post(coordinator, f"{start}/opnieuw?organisatie={DEMO}").status_code == 303
    assert "al aangenomen of ingetrokken" in coordinator.get(HERE).text
    assert len(mails(session, "account_invitation")) == 1
    session.rollback()


def test_what_belongs_to_another_organisation_does_not_exist(
    app: Flask, coordinator: FlaskClient, session: Session
) -> None:
    elsewhere = make_member(app, session, "elders@organisatie.example", ("vb002", MemberRole.CONTRIBUTOR))
    theirs = invite(session, code="vb002").invitation
    session.commit()
    number, place = elsewhere.memberships[0].id, f"?organisatie={DEMO}"
    assert coordinator.get(f"/mijn/mensen/{number}{place}").status_code == 404
    for path in (
        f"/mijn/mensen/{number}/rol", f"/mijn/mensen/{number}/stoppen",
        f"/mijn/mensen/uitnodigingen/{theirs.id}/opnieuw", f"/mijn/mensen/uitnodigingen/{theirs.id}/intrekken",
    ):  # fmt: skip
        assert post(coordinator, path + place, rol="bestuurder").status_code == 404
        assert post(coordinator, path + "?organisatie=vb002", rol="bestuurder").status_code == 404
    assert membership(session, elsewhere.email).role is MemberRole.CONTRIBUTOR
    assert session.get_one(Invitation, theirs.id).withdrawn_at is None
    session.rollback()


def test_colleagues_see_names_and_roles_but_no_addresses_and_no_invitations(
    app: Flask, accounts: dict[str, dict[str, str]], session: Session
) -> None:
    invite(session)
    session.commit()
    page = sign_in(app, accounts["invuller"]).get(HERE).text
    assert "Voorbeeld Bestuurder" in page
    assert COORDINATOR not in page
    assert "Nieuwe Collega" not in page
    assert "Uitnodiging sturen" not in page


def test_another_role_ends_the_old_one_and_the_person_is_told(coordinator: FlaskClient, session: Session) -> None:
    old = membership(session, CONTRIBUTOR).id
    session.rollback()
    response = post(coordinator, f"/mijn/mensen/{old}/rol?organisatie={DEMO}", rol="bestuurder")
    assert (response.status_code, response.headers["Location"]) == (303, HERE)
    new = membership(session, CONTRIBUTOR)
    assert (new.role, new.id != old) == (MemberRole.EXECUTIVE, True)
    assert session.get_one(Membership, old).ended_at is not None
    mail = mails(session, "account_roles_changed")[-1]
    assert mail.to_address == CONTRIBUTOR
    assert "U was invuller. U bent nu bestuurder." in mail.body_text
    event = session.scalars(select(SecurityEvent).order_by(SecurityEvent.id.desc())).first()
    assert event is not None
    assert (event.kind, event.details["to"]) == ("membership.changed", "bestuurder")
    session.rollback()


def test_who_is_let_go_sees_nothing_of_the_organisation_any_more(
    app: Flask, coordinator: FlaskClient, session: Session, accounts: dict[str, dict[str, str]]
) -> None:
    theirs = sign_in(app, accounts["invuller"])
    number = membership(session, CONTRIBUTOR).id
    session.rollback()
    assert post(coordinator, f"/mijn/mensen/{number}/stoppen?organisatie={DEMO}").status_code == 303
    assert theirs.get(HERE).status_code == 404
    assert theirs.get("/mijn").status_code == 200
    assert "U hoort nog bij geen organisatie" in theirs.get("/welkom", follow_redirects=True).text
    assert mails(session, "account_membership_ended")[-1].to_address == CONTRIBUTOR
    session.rollback()


def test_a_change_that_a_colleague_made_already_is_a_conflict(coordinator: FlaskClient, session: Session) -> None:
    number = membership(session, CONTRIBUTOR).id
    session.rollback()
    for status in (303, 409):
        path = f"/mijn/mensen/{number}/stoppen?organisatie={DEMO}"
        assert post(coordinator, path).status_code == status
    assert coordinator.get(f"/mijn/mensen/{number}?organisatie={DEMO}").status_code == 404


@pytest.mark.parametrize(("verb", "fields"), [("stoppen", {}), ("rol", {"rol": "invuller"})])
def test_the_last_coordinator_is_warned_must_be_sure_and_is_missed(
    coordinator: FlaskClient, session: Session, verb: str, fields: dict[str, str]
) -> None:
    number = membership(session, COORDINATOR).id
    session.rollback()
    path = f"/mijn/mensen/{number}"
    assert "U bent de enige coördinator" in coordinator.get(f"{path}?organisatie={DEMO}").text
    unsure = post(coordinator, f"{path}/{verb}?organisatie={DEMO}", **fields)
    assert unsure.status_code == 422
    assert f'href="#{verb}-zeker"' in unsure.text
    sure = post(coordinator, f"{path}/{verb}?organisatie={DEMO}", zeker="ja", **fields)
    assert sure.status_code == 303
    assert coordinator.get(sure.headers["Location"]).status_code in {200, 303}
    assert DEMO in [one.organisation.code for one in without_coordinator(session, today())]
    session.rollback()


def test_who_works_for_two_organisations_chooses_and_changes_only_where_he_may(app: Flask, session: Session) -> None:
    user = make_member(
        app, session, "beide@organisatie.example", (DEMO, MemberRole.CONTRIBUTOR), ("vb002", MemberRole.COORDINATOR)
    )
    account, number = credentials(user), membership(session, CONTRIBUTOR).id
    session.commit()
    client = sign_in(app, account)
    assert "Uitnodiging sturen" in client.get("/mijn/mensen?organisatie=vb002").text
    assert "Uitnodiging sturen" not in client.get(HERE).text
    assert client.get(f"/mijn/mensen/{number}?organisatie={DEMO}").status_code == 403
    assert client.get(f"/mijn/mensen/{number}?organisatie=vb002").status_code == 404
    assert post(client, HERE, **WISH).status_code == 403
    assert person(session, CONTRIBUTOR).memberships[0].ended_at is None
    session.rollback()
