"""/uitnodiging: what an invited person meets, and that the link gives nothing away."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts import invitations
from accounts.models import MemberRole, StaffRole, User
from common.clock import frozen_at, now
from common.database import Database
from common.ledger import SYSTEM
from tests.factories_people import DEMO, PASSWORD, credentials, invite, mails, make_member, person
from tests.sites import csrf_token, make_site, sign_in

NEW = {"naam": "Nieuwe Collega", "taal": "nl", "new_password": PASSWORD, "new_password_again": PASSWORD}


def answer(client: FlaskClient, token: str, **fields: str):  # type: ignore[no-untyped-def]
    path = f"/uitnodiging/{token}"
    return client.post(path, data={**fields, "csrf_token": csrf_token(client, path)})


def test_a_new_person_makes_an_account_and_is_signed_in(app: Flask, session: Session) -> None:
    sent, client = invite(session), app.test_client()
    session.commit()
    response = answer(client, sent.token, **NEW)
    assert (response.status_code, response.headers["Location"]) == (303, f"/mijn?organisatie={DEMO}")
    assert "Gemeente Lindenveen" in client.get(response.headers["Location"]).text
    user = person(session, "nieuw@organisatie.example")
    assert user.password is not None
    assert user.password.startswith("$argon2")
    assert [(one.authority_code, one.role) for one in user.memberships] == [(DEMO, MemberRole.CONTRIBUTOR)]
    session.rollback()


def test_the_coordinators_hear_that_somebody_joined(app: Flask, session: Session) -> None:
    sent = invite(session)
    session.commit()
    answer(app.test_client(), sent.token, **NEW)
    assert [mail.to_address for mail in mails(session, "account_member_joined")] == [
        "coordinator@lindenveen.voorbeeld.example"
    ]
    assert "Nieuwe Collega" in mails(session, "account_member_joined")[0].body_text
    session.rollback()


def test_staff_who_join_come_at_the_desk(app: Flask, session: Session) -> None:
    sent, client = invite(session, role=StaffRole.REVIEWER), app.test_client()
    session.commit()
    response = answer(client, sent.token, **NEW)
    assert response.headers["Location"] == "/redactie"
    assert client.get("/redactie").status_code == 200


def test_opening_the_link_changes_nothing_however_often(client: FlaskClient, session: Session) -> None:
    sent = invite(session)
    session.commit()
    for _ in range(3):
        assert client.get(f"/uitnodiging/{sent.token}").status_code == 200
        assert client.head(f"/uitnodiging/{sent.token}").status_code == 200
    assert sent.invitation.id in [one.id for one in invitations.open_for_address(session, sent.invitation.email)]
    session.rollback()


def test_a_link_works_once(app: Flask, session: Session) -> None:
    sent, client = invite(session), app.test_client()
    session.commit()
    token = csrf_token(client, f"/uitnodiging/{sent.token}")
    assert answer(app.test_client(), sent.token, **NEW).status_code == 303
    again = client.post(f"/uitnodiging/{sent.token}", data={**NEW, "csrf_token": token})
    assert again.status_code == 410
    assert "al gebruikt" in again.text
    assert session.scalar(select(func.count(User.id)).where(User.email == sent.invitation.email)) == 1
    session.rollback()


def test_a_withdrawn_an_expired_and_an_invented_link_say_what_to_do(client: FlaskClient, session: Session) -> None:
    withdrawn = invite(session, "een@organisatie.example")
    invitations.withdraw(session, withdrawn.invitation, actor=SYSTEM)
    with frozen_at(now() - timedelta(days=14)):
        expired = invite(session, "twee@organisatie.example")
    session.commit()
    for token, status, words in (
        (withdrawn.token, 410, "ingetrokken"),
        (expired.token, 410, "verlopen"),
        ("verzonnen", 404, "Deze link werkt niet"),
        ("x" * 3000, 404, "Deze link werkt niet"),
    ):
        response = client.get(f"/uitnodiging/{token}")
        assert response.status_code == status
        assert words in response.text
        assert "@organisatie.example" not in response.text


@pytest.mark.parametrize("path", ["/uitnodiging/{}", "/uitnodiging/verzonnen", "/en/uitnodiging/{}"])
def test_the_secret_goes_to_no_other_page_and_into_no_cache(client: FlaskClient, session: Session, path: str) -> None:
    sent = invite(session)
    session.commit()
    response = client.get(path.format(sent.token))
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"


def test_the_form_is_accepted_over_https_without_a_referrer(app: Flask, session: Session) -> None:
    sent, client = invite(session), app.test_client()
    session.commit()
    path, https = f"/uitnodiging/{sent.token}", {"base_url": "https://localhost"}
    page = client.get(path, **https).text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    for headers, status in (
        ({"Origin": "null"}, 400),  # a sandboxed frame of another site
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 400),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 303),  # what a browser sends from a page without referrer
    ):
        response = client.post(path, data={**NEW, "csrf_token": token}, headers=headers, **https)
        assert response.status_code == status


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"new_password": "kort", "new_password_again": "kort"}, "ten minste 12 tekens"),
        ({"new_password": "nieuw@organisatie.example", "new_password_again": "x"}, "te veel op uw naam"),
        ({"new_password_again": "vier andere woorden hier"}, "niet gelijk"),
        ({"naam": ""}, "Vul een naam in"),
        ({"naam": "Win geld op www.kwaad.example"}, "alleen een naam"),
    ],
)
def test_what_is_wrong_stands_at_the_field_and_no_account_is_made(
    app: Flask, session: Session, wrong: dict[str, str], words: str
) -> None:
    sent, client = invite(session), app.test_client()
    session.commit()
    response = answer(client, sent.token, **{**NEW, **wrong})
    assert response.status_code == 422
    assert words in response.text
    assert PASSWORD not in response.text
    assert session.scalar(select(User.id).where(User.email == sent.invitation.email)) is None
    session.rollback()


def test_who_has_an_account_signs_in_first_and_accepts_with_one_button(app: Flask, session: Session) -> None:
    user = make_member(app, session, "nieuw@organisatie.example", ("vb002", MemberRole.EXECUTIVE))
    sent, client = invite(session), app.test_client()
    session.commit()
    path = f"/uitnodiging/{sent.token}"
    assert f'href="/inloggen?next={path}"' in client.get(path).text
    fields = {**credentials(user), "next": path, "csrf_token": csrf_token(client, "/inloggen")}
    assert client.post("/inloggen", data=fields).headers["Location"] == path
    assert answer(client, sent.token).status_code == 303
    roles = {(one.authority_code, one.role) for one in person(session, user.email).memberships}
    assert roles == {("vb002", MemberRole.EXECUTIVE), (DEMO, MemberRole.CONTRIBUTOR)}
    session.rollback()


def test_no_second_account_is_made_for_an_address_that_has_one(app: Flask, session: Session) -> None:
    make_member(app, session, "nieuw@organisatie.example")
    sent, client = invite(session), app.test_client()
    session.commit()
    token = csrf_token(client, "/inloggen")
    response = client.post(f"/uitnodiging/{sent.token}", data={**NEW, "csrf_token": token})
    assert response.status_code == 409
    assert session.scalar(select(func.count(User.id)).where(User.email == sent.invitation.email)) == 1
    session.rollback()


def test_somebody_else_is_told_so_and_can_sign_out_and_go_on(
    app: Flask, session: Session, accounts: dict[str, dict[str, str]]
) -> None:
    client, sent = sign_in(app, accounts["bestuurder"]), invite(session)
    session.commit()
    path = f"/uitnodiging/{sent.token}"
    assert "voor iemand anders" in client.get(path).text
    assert answer(client, sent.token).status_code == 409
    out = client.post("/uitloggen", data={"next": path, "csrf_token": csrf_token(client, path)})
    assert out.headers["Location"] == path
    assert "new_password" in client.get(path).text


def test_without_passwords_of_our_own_only_providers_are_offered(app: Flask, data_folder, session: Session) -> None:  # type: ignore[no-untyped-def]
    sent = invite(session)
    session.commit()
    provider = {"name": "werk", "label": "Werk", "issuer": "http://localhost:9", "client_id": "a", "client_secret": "b"}
    site = make_site(data_folder, settings={"local_passwords": False, "oidc_providers": (provider,)})
    client = site.test_client()
    page = client.get(f"/uitnodiging/{sent.token}").text
    assert "new_password" not in page
    assert "/inloggen/via/werk" in page
    assert answer(client, sent.token, **NEW).status_code == 404
    database: Database = site.extensions["database"]
    database.close()
    database.engine.dispose()
