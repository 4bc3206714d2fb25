"""Who may review a report and who may not, and what a refusal gives back."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Role, StaffRole, User
from registry.reports.models import ReportState
from tests.factories_review import (
    make_account,
)
from tests.review_world import World, make_review_world, row_of
from tests.sites import csrf_token


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    return make_review_world(app, session)


def test_who_submitted_sees_why_he_may_not_decide(world: World) -> None:
    role = world.session.merge(world.reviewer.roles[0])
    world.session.get_one(User, world.submitter.id).roles.append(role)
    world.session.commit()
    client = world.browser(world.submitter)
    page = client.get(world.path).text
    assert "U diende deze rapportage zelf in." in page
    assert "Neem in behandeling" not in page
    assert world.post(client, "nemen").status_code == 422
    assert world.state() is ReportState.SUBMITTED


@pytest.mark.parametrize(("role", "status"), [(StaffRole.EDITOR, 403), (StaffRole.ADMINISTRATOR, 200)])
def test_of_staff_only_reviewers_and_administrators_review(world: World, role: StaffRole, status: int) -> None:
    user = make_account(world.session, world.app, "ed", role)
    world.session.commit()
    client = world.browser(user)
    assert client.get("/redactie/rapportages").status_code == status
    assert client.get(world.path).status_code == status


def test_an_employee_may_not_know_whether_a_submission_exists(world: World) -> None:
    client = world.browser(world.submitter)
    assert client.get(world.path).status_code == 404
    assert client.post(f"{world.path}/publiceren", data={"csrf_token": csrf_token(client, "/mijn")}).status_code == 404
    assert client.get("/redactie/rapportages").status_code == 403


def test_a_stranger_is_sent_to_sign_in(world: World, client: FlaskClient) -> None:
    for path in ("/redactie", "/redactie/rapportages", world.path):
        assert "/inloggen" in client.get(path).location


def test_reloading_a_refused_decision_shows_the_report_again(world: World) -> None:
    role = world.session.scalars(select(Role).filter_by(name=StaffRole.ADMINISTRATOR.value)).one()
    world.session.get_one(User, world.reviewer.id).roles.append(role)
    world.session.commit()
    client = world.browser()
    for verb in ("publiceren", "vragen", "terugsturen", "heropenen", "intrekken", "afgehandeld/1"):
        response = client.get(f"{world.path}/{verb}")
        assert (response.status_code, response.location) == (303, world.path)
    assert client.get(f"{world.path}/onderbouwing/C1").location == f"{world.path}#vraag-c1"


def test_a_session_that_ended_gives_back_what_was_typed(world: World) -> None:
    client = world.taken()
    page = client.get(world.path).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    client.post("/uitloggen", data={"csrf_token": csrf_token(client, "/redactie")})
    hidden["csrf_token"] = csrf_token(client, "/inloggen")
    response = client.post(f"{world.path}/vragen", data={**hidden, "opmerking-D1": "Klopt dit?"})
    assert "/inloggen" in response.location
    assert "Klopt dit?" in row_of(world.browser().get(world.path).text, "d1")


def test_an_unknown_submission_is_not_found(world: World) -> None:
    assert world.browser().get("/redactie/rapportages/999999").status_code == 404
