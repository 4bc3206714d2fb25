"""A guest is asked for rows: he starts with those that are there, hears what is missing, and wipes nothing unseen."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from common import clock
from registry.plans.models import Plan, PlanAction, PlanVersion
from registry.reports.models import Answer, AnswerState
from registry.reports.together.models import LinkAnswer
from tests.factories_form import World
from tests.factories_together import TOGETHER, handed_in, mails, make_team, of_world, send_link
from tests.html_forms import form_on
from tests.report_form import PATH, fill, typed

ACTIONS = ("Inkoopbeleid vernieuwen", "Cursus voor inkopers")


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    return make_team(app, session)


def with_plan(world: World) -> None:
    """Publish an action plan with two actions, and say in the report that there is one."""
    plan = Plan(authority_id=world.authority.id, agreement_id=world.agreement.id)
    steps = [PlanAction(position=number, theme="klimaat", title=title) for number, title in enumerate(ACTIONS)]
    plan.versions.append(PlanVersion(number=1, title="Plan", source="proef", published_at=clock.now(), actions=steps))
    world.session.add(plan)
    world.session.commit()
    fill(world.browser("invuller"), "b", {"b1": "vastgesteld"})


def guest_sends(world: World, path: str, button: dict[str, str], start: str = "", **fields: str) -> TestResponse:
    """Open the guest's page, as a button led him there where that is said, type this and press a button."""
    guest = world.app.test_client()
    headers = {} if button else {"HX-Request": "true"}
    shown = form_on(guest.get(start or path).text, path)
    return guest.post(path, data=typed(shown, {**fields, **button}), headers=headers)


def rows_of(world: World) -> list[dict[str, str]]:
    return list(of_world(world, LinkAnswer)[0].value)


DONE = {"actie": "klaar"}


def test_a_guest_starts_with_the_actions_of_the_plan_and_adds_to_them(world: World) -> None:
    with_plan(world)
    path = send_link(world, key="f1")
    page = world.app.test_client().get(path).text
    assert all(title in page for title in ACTIONS)
    assert guest_sends(world, path, {}).status_code == 200
    assert of_world(world, LinkAnswer) == []
    more = guest_sends(world, path, {"f1__erbij": "1"}, f1__0__status="loopt-op-schema")
    assert more.status_code == 303
    action = {"f1__2__action": "Een derde", "f1__2__theme": "klimaat", "f1__2__status": "niet-gestart"}
    done = guest_sends(world, path, DONE, more.location, f1__1__status="loopt-achter", **action)
    assert done.status_code == 303
    assert [row["action"] for row in rows_of(world)] == [*ACTIONS, "Een derde"]
    boss, where = world.browser("coordinator"), f"{TOGETHER}/links/{of_world(world, LinkAnswer)[0].link_id}"
    beside = boss.get(where).text
    for text in ("Overnemen vervangt alle 2 regels", "Niemand heeft het nog bevestigd", "Een derde"):
        assert text in beside
    boss.post(where, data=typed(form_on(beside, where), {"f1__besluit": "overnemen", "actie": "overnemen"}))
    assert len(world.all(select(Answer.value).where(Answer.key == "F1").order_by(Answer.id.desc()))[0]) == 3


def test_a_guest_starts_with_the_rows_of_the_report_and_no_rows_is_an_answer_of_his(world: World) -> None:
    with_plan(world)
    row = {"f1__rijen": "1", "f1__0__action": "Eigen actie", "f1__0__theme": "klimaat", "f1__0__status": "vervallen"}
    fill(world.browser("invuller"), "f", row)
    path = send_link(world, key="f1")
    page = world.app.test_client().get(path).text
    assert ("Eigen actie" in page, ACTIONS[0] in page) == (True, False)
    guest_sends(world, path, {"f1__weg": "0"})
    assert of_world(world, LinkAnswer)[0].state is AnswerState.BLANK
    assert "Eigen actie" not in world.app.test_client().get(path).text


def test_who_is_done_hears_what_is_missing_first_and_may_send_it_anyway_and_mails_once(world: World) -> None:
    with_plan(world)
    path = send_link(world, key="f")
    gaps = guest_sends(world, path, DONE, f1__0__status="vervallen", f2__judgement="achter")
    assert gaps.status_code == 422
    assert 'href="#f1__1__status"' in gaps.text
    assert "Toch versturen" in gaps.text
    assert (rows_of(world)[0]["status"], mails(world, "report_link_done")) == ("vervallen", [])
    assert 'href="#f2__note"' in guest_sends(world, path, DONE).text
    for _time in range(2):
        assert guest_sends(world, path, {"actie": "toch"}).status_code == 303
    assert len(mails(world, "report_link_done")) == 1
    for _time in range(2):
        guest_sends(world, path, {"actie": "toch"}, f2__note="Er was een vacature.")
    assert len(mails(world, "report_link_done")) == 2


def test_what_waits_when_the_report_is_handed_in_says_why_it_cannot_be_taken_over(world: World) -> None:
    path = send_link(world)
    guest_sends(world, path, DONE, c2="42")
    where = f"{TOGETHER}/links/{of_world(world, LinkAnswer)[0].link_id}"
    boss, helper = world.browser("coordinator"), world.browser("invuller")
    assert "Alleen een coördinator" in helper.get(where).text
    for page in (PATH, f"{PATH}/c", TOGETHER):
        assert "via een link" in boss.get(page).text or "1 antwoord wacht" in boss.get(page).text, page
    handed_in(world)
    assert "De rapportage is ingediend" in boss.get(where).text
    assert "Alleen een coördinator" not in boss.get(where).text
    for page in (PATH, TOGETHER, where):
        assert "antwoord via een link" not in boss.get(page).text
        assert "1 antwoord wacht" not in boss.get(page).text
