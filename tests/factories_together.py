"""Colleagues at one report: two who fill in, one who only reads, and what they send by their forms."""

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from common.outbox import OutboxMail
from registry.reports.models import Report
from tests.factories_form import World, make_world
from tests.html_forms import form_on
from tests.report_form import PATH, begin

TOGETHER = f"{PATH}/samen"
GUEST = {"naam": "Jo Buitenman", "e-mailadres": "jo@buiten.example", "dagen": "14", "taal": "nl", "vraag": "Weet jij dit?"}


def make_team(app: Flask, session: Session) -> World:
    """Make an authority with people whose report is begun."""
    world = make_world(app, session)
    begin(world.browser("invuller"))
    return world


def press(browser: FlaskClient, path: str, button: str, **fields: Any) -> TestResponse:
    """Send one of the forms on a page, with what was typed in it."""
    found = form_on(browser.get(path).text, path.partition("?")[0])
    return browser.post(path, data={"csrf_token": found["csrf_token"], "actie": button, **fields})


def send_link(world: World, key: str = "c2", who: str = "coordinator", **changed: str) -> str:
    """Send a question to the guest; return the path of his page, as his mail has it."""
    answer = press(world.browser(who), f"{TOGETHER}/{key}", "link", **{**GUEST, **changed})
    assert answer.status_code == 303, answer.text
    return path_in(mails(world, "report_link")[-1])


def mails(world: World, kind: str) -> list[OutboxMail]:
    """Return the mails of a kind, oldest first."""
    return world.all(select(OutboxMail).where(OutboxMail.kind == kind).order_by(OutboxMail.id))


def path_in(mail: OutboxMail) -> str:
    """Return the path of a guest's page in a mail."""
    found = re.search(r"http://localhost(/\S*bijdragen/\S+)", mail.body_text)
    assert found
    return found[1]


def report_of(world: World) -> Report:
    """Return the report as it is now."""
    found: Report = world.all(select(Report).where(Report.authority_id == world.authority.id))[0]
    return found
