"""Forms that others send: without the token, with another's, from another site, or with fields nobody asked for."""

from itertools import cycle, islice, product
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import MemberRole, Membership, User
from common.ledger import LedgerEntry
from common.web import security
from tests.hostile.addresses import fill, rules
from tests.sites import csrf_token, make_site, sign_in

ROLES = ("stranger", "invuller", "coordinator", "redacteur", "beoordelaar", "beheerder")
FOREIGN = (
    "https://kwaad.example",
    "http://localhost.kwaad.example",
    "http://localhost:81",
    "null",
    "file://",
    "http://[",
)
MAIL_CLIENTS = "/berichten/stoppen/"
"""Mail programs end a subscription with one POST, without a page before it (RFC 8058); its token is the proof."""


@pytest.fixture
def browsers(app: Flask, accounts: dict[str, dict[str, str]]) -> dict[str, FlaskClient]:
    return {role: sign_in(app, accounts[role]) if role in accounts else app.test_client() for role in ROLES}


def newest(session: Session) -> int:
    """Return the number of the last change, so that a test sees whether there was one."""
    seq = session.scalars(select(LedgerEntry.seq).order_by(LedgerEntry.seq.desc())).first() or 0
    session.rollback()
    return seq


def posts(app: Flask) -> list[str]:
    return [rule for rule in rules(app, "POST") if MAIL_CLIENTS not in rule]


def test_no_form_is_taken_without_its_own_token(app: Flask, browsers: dict[str, FlaskClient], session: Session) -> None:
    """Missing, wrong, of another session, in the address, and in JSON; by two people in turn."""
    before, wrong = newest(session), []
    stolen = csrf_token(app.test_client(), "/inloggen")
    attempts: list[dict[str, Any]] = [
        {"data": {}}, {"data": {"csrf_token": "verzonnen"}}, {"data": {"csrf_token": ""}},
        {"data": {"csrf_token": stolen}}, {"json": {"csrf_token": stolen}},
        {"data": "csrf_token=" + stolen, "content_type": "text/plain"}, {"headers": {"X-CSRFToken": stolen}},
    ]  # fmt: skip
    turns = cycle(browsers.items())
    for rule in posts(app):
        for attempt in attempts:
            for role, client in islice(turns, 2):
                address = fill(rule) + ("&" if "?" in fill(rule) else "?") + f"csrf_token={stolen}"
                status = client.post(address, **attempt).status_code
                if status != 400:
                    wrong.append(f"{role} {rule} {attempt}: {status}")
    assert wrong == []
    assert newest(session) == before


def test_without_csrf_protection_a_form_of_anybody_would_be_taken(
    app: Flask, browsers: dict[str, FlaskClient], session: Session
) -> None:
    before = newest(session)
    app.config["WTF_CSRF_ENABLED"] = False
    browsers["invuller"].post(fill("/mijn/rapportages/<int:jaar>/<sectie>"), data={"x": "y"})
    browsers["invuller"].post("/uitloggen")
    assert newest(session) != before or browsers["invuller"].get("/mijn").status_code == 303


def test_a_form_of_another_site_is_refused_even_with_the_right_token(
    app: Flask, browsers: dict[str, FlaskClient], session: Session
) -> None:
    """Every form from every strange place, by one person in turn: it is refused before anybody asks who it is."""
    before, wrong = newest(session), []
    tokens = [
        (role, client, csrf_token(client, "/inloggen" if role == "stranger" else "/over"))
        for role, client in browsers.items()
    ]
    for rule, header, origin in product(posts(app), ("Origin", "Referer"), FOREIGN):
        role, client, token = tokens[0]
        tokens = [*tokens[1:], tokens[0]]
        answer = client.post(fill(rule), data={"csrf_token": token}, headers={header: origin})
        if answer.status_code != 400:
            wrong.append(f"{role} {rule} {header}: {answer.status_code}")
    assert wrong == []
    assert newest(session) == before


def test_without_the_look_at_the_origin_the_form_of_another_site_would_be_taken(
    app: Flask, accounts: dict[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def signs_out(site: Flask) -> bool:
        client = sign_in(site, accounts["invuller"])
        form = {"csrf_token": csrf_token(client, "/mijn")}
        client.post("/uitloggen", data=form, headers={"Origin": "https://kwaad.example"})
        return client.get("/mijn").status_code != 200

    assert not signs_out(app)
    monkeypatch.setattr(security, "refuse_forms_of_others", lambda: None)
    assert signs_out(make_site(app.extensions["settings"].data))


def test_the_sites_own_origin_is_taken(app: Flask, accounts: dict[str, dict[str, str]]) -> None:
    client = sign_in(app, accounts["invuller"])
    form = {"csrf_token": csrf_token(client, "/mijn")}
    assert client.post("/uitloggen", data=form, headers={"Origin": "http://localhost"}).status_code in {302, 303}


EXTRA = {
    "id": "1",
    "user_id": "1",
    "is_admin": "1",
    "admin": "on",
    "active": "0",
    "roles": "beheerder",
    "role": "beheerder",
    "staff_role": "beheerder",
    "rol": "beheerder",
    "staff": "1",
    "is_example": "0",
    "fs_uniquifier": "x",
    "email": "ander@kwaad.example",
    "password": "een heel ander wachtwoord",
    "authority_id": "2",
    "organisatie": "vb002",
    "state": "published",
    "status": "published",
    "published": "1",
    "version": "999",
    "confirmed": "1",
    "due_on": "2099-01-01",
    "last_edited_by_id": "1",
    "created_at": "1999-01-01",
    "remember": "y",
    "next": "https://kwaad.example",
    "_method": "DELETE",
}


def standing(session: Session) -> dict[int, tuple[object, ...]]:
    """Return of each person what no form may change by a field of its own making."""
    session.expire_all()
    members = session.execute(select(Membership.user_id, Membership.role, Membership.authority_code)).all()
    found = {
        one.id: (
            one.email, one.password, one.active, one.is_example, one.fs_uniquifier,
            sorted(role.name for role in one.roles),
            sorted((str(role), authority) for user, role, authority in members if user == one.id),
        )
        for one in session.scalars(select(User))
    }  # fmt: skip
    session.rollback()
    return found


def test_fields_that_no_form_asks_for_change_nothing(
    app: Flask, browsers: dict[str, FlaskClient], session: Session
) -> None:
    skipped = ("/wachtwoord", "/e-mailadres", "/mensen", "/uitnodiging", "/gegevens")  # those ask for such fields
    before = standing(session)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    wrong = []
    for rule in posts(app):
        if rule == "/uitloggen" or any(part in rule for part in skipped):
            continue
        for role, client in browsers.items():
            answer = client.post(fill(rule), data=EXTRA)
            cookies = [one.split("=")[0] for one in answer.headers.getlist("Set-Cookie")]
            leads = answer.headers.get("Location", "/")
            if answer.status_code >= 500 or "remember" in " ".join(cookies) or "kwaad" in leads.split("?")[0]:
                wrong.append(f"{role} {rule}: {answer.status_code} {cookies} {leads}")
    assert wrong == []
    assert standing(session) == before
    assert set(MemberRole) == {"invuller", "coordinator", "bestuurder"}
