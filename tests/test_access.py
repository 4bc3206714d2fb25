"""Every route as a stranger, as each role of the authority concerned, of another authority, and as each staff role.

One table says what each may see. A route that is not in it fails the test, so that nobody forgets.
"""

import re
from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import MemberRole
from registry.agreements.models import Signature, SignatureVersion
from registry.editions.models import Edition
from registry.reports.models import Report, ReportState, Submission
from tests.access_table import MAY_CHANGE, MAY_READ, NOT_VISITED, WITHOUT_TOKEN
from tests.factories_people import route_values
from tests.files.factories import file_values
from tests.mail.factories import mail_values
from tests.sites import sign_in
from website.example.accounts import make_account

DEMO = "vb001"


@pytest.fixture
def browsers(app: Flask, session: Session, accounts: dict[str, dict[str, str]]) -> dict[str, FlaskClient]:
    """A browser for everybody: a stranger, the example accounts, and another authority's people."""
    others = {}
    with app.app_context():
        for role in MemberRole:
            one = {"email": f"ander-{role}@elders.voorbeeld.example", "password": "een lang wachtwoord 42"}
            make_account(session, one["email"], "Voorbeeld Ander", ("vb002", role), password=one["password"])
            others[f"other-{role}"] = one
    session.commit()
    signed_in = {role: sign_in(app, account) for role, account in {**accounts, **others}.items()}
    return {"stranger": app.test_client(), **signed_in}


@pytest.fixture
def values(app: Flask, session: Session) -> dict[str, str]:
    """A record of each kind for the variable parts of the routes; reports are those of the demo authority."""
    year = session.scalars(select(Edition.year).order_by(Edition.year.desc())).first()
    waiting = session.scalars(
        select(Submission.id).join(Submission.report).where(Report.state == ReportState.SUBMITTED)
    ).first()
    unconfirmed = session.scalars(
        select(Signature.id).join(SignatureVersion).where(~SignatureVersion.confirmed)
    ).first()
    session.rollback()  # reading took the write lock, which the requests need
    return {
        "jaar": str(year), "sectie": "a", "number": "1", "verb": "publiceren",
        "submission_id": str(waiting), "signature_id": str(unconfirmed),
        "passkey_id": "0", "session_id": "0", "identity_id": "0", "provider": "geen",
        **route_values(app, session), **file_values(app, session), **mail_values(session),
    }  # fmt: skip


def address(rule: str, values: Mapping[str, str]) -> str:
    slugs = {"/afspraken": "mvoi-2022-2025", "/deelnemers": "gemeente-lindenveen"}
    slug = next((slugs[start] for start in slugs if rule.startswith(start)), "actieplan-schrijven")
    known = {**values, "slug": slug}
    if rule.startswith("/deelnemers") or "ontvangst" in rule:
        known["jaar"] = str(int(values["jaar"]) - 1)
    path = re.sub(r"<(?:[^:>]*:)?(\w+)>", lambda match: known[match.group(1)], rule)
    return f"{path}?organisatie={DEMO}" if rule.startswith("/mijn/") else path


def get_rules(app: Flask) -> set[str]:
    return {str(rule) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())} - NOT_VISITED


def test_the_table_names_every_route(app: Flask) -> None:
    assert get_rules(app) == set(MAY_READ)


def test_everybody_sees_what_the_table_says_and_nothing_else(
    app: Flask, browsers: dict[str, FlaskClient], values: dict[str, str]
) -> None:
    wrong = []
    for rule in sorted(get_rules(app)):
        path = address(rule, values)
        for who, client in browsers.items():
            response = client.get(path)
            away = response.status_code in {301, 302, 303}
            to_sign_in = away and "/inloggen" in response.headers["Location"]
            let_in = response.status_code == 200 or (away and not to_sign_in)
            if let_in != (who in MAY_READ[rule].split()):
                wrong.append(f"{who} {path}: {response.status_code}")
            elif not let_in and who == "stranger" and not to_sign_in and response.status_code != 404:
                wrong.append(f"stranger {path}: {response.status_code} instead of the sign-in page")
            elif not let_in and who != "stranger" and response.status_code not in {403, 404}:
                wrong.append(f"{who} {path}: {response.status_code} instead of 403 or 404")
    assert wrong == []


def post_rules(app: Flask) -> set[str]:
    rules = {str(rule) for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())}
    return rules - {"/inloggen", "/uitloggen"}


def test_the_table_of_changes_names_every_route(app: Flask) -> None:
    assert post_rules(app) == set(MAY_CHANGE)


def test_a_change_is_refused_for_whoever_may_not_make_it(
    app: Flask, browsers: dict[str, FlaskClient], values: dict[str, str]
) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    wrong = []
    for rule, allowed in MAY_CHANGE.items():
        path = address(rule, values)
        for who, client in browsers.items():
            status = client.post(path, data={}).status_code
            refused = status in {403, 404} or (who == "stranger" and status == 303)
            if refused == (who in allowed.split()):
                wrong.append(f"{who} {path}: {status}")
    assert wrong == []


def test_no_change_is_made_without_the_token_of_a_form(
    app: Flask, browsers: dict[str, FlaskClient], values: dict[str, str]
) -> None:
    wrong = []
    for rule in sorted({*post_rules(app), "/inloggen", "/uitloggen"} - WITHOUT_TOKEN):
        for who, client in browsers.items():
            status = client.post(address(rule, values), data={"csrf_token": "verzonnen"}).status_code
            if status != 400:
                wrong.append(f"{who} {rule}: {status}")
    assert wrong == []


def test_no_page_tells_a_stranger_that_a_draft_exists(client: FlaskClient, values: dict[str, str]) -> None:
    drafted = client.get(f"/deelnemers/gemeente-lindenveen/rapportages/{values['jaar']}")
    never = client.get(f"/deelnemers/gemeente-lindenveen/rapportages/{int(values['jaar']) + 20}")
    assert drafted.status_code == never.status_code == 404
