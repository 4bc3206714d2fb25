"""Colleagues at one report: two who fill in, one who only reads, and what they send by their forms."""

import re
from datetime import datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import User
from common.database import Base
from common.ledger import SYSTEM, sha256
from common.outbox import OutboxMail
from registry.authorities.models import Authority
from registry.reports.models import AnswerState, Report, ReportState, Submission
from registry.reports.together.links import Wish, send
from registry.reports.together.models import AnswerLink, LinkAnswer
from tests.factories_form import World, make_world
from tests.mail.letters import sent_text
from tests.report_form import PATH, begin
from tests.sites import csrf_token

TOGETHER = f"{PATH}/samen"
GUEST = {
    "naam": "Jo Buitenman",
    "e-mailadres": "jo@buiten.example",
    "dagen": "14",
    "taal": "nl",
    "vraag": "Weet jij dit?",
}


def make_team(app: Flask, session: Session) -> World:
    """Make an authority with people whose report is begun."""
    world = make_world(app, session)
    begin(world.browser("invuller"))
    return world


def press(browser: FlaskClient, path: str, button: str, **fields: Any) -> TestResponse:
    """Send one of the forms on a page, with what was typed in it."""
    return browser.post(path, data={"csrf_token": csrf_token(browser, path), "actie": button, **fields})


def send_link(world: World, key: str = "c2", who: str = "coordinator", **changed: str) -> str:
    """Send a question to the guest; return the path of his page, as his mail has it."""
    answer = press(world.browser(who), f"{TOGETHER}/{key}", "link", **{**GUEST, **changed})
    assert answer.status_code == 303, answer.text
    return guest_path(world)


def mails(world: World, kind: str) -> list[OutboxMail]:
    """Return the mails of a kind, oldest first."""
    return world.all(select(OutboxMail).where(OutboxMail.kind == kind).order_by(OutboxMail.id))


def of_world(world: World, table: type[Base]) -> list[Any]:
    """Return the rows of a table that belong to the report of this authority: the example world has its own."""
    ours = select(Report.id).where(Report.authority_id == world.authority.id)
    if table is LinkAnswer:
        links = select(AnswerLink.id).where(AnswerLink.report_id.in_(ours))
        return world.all(select(LinkAnswer).where(LinkAnswer.link_id.in_(links)))
    return world.all(select(table).where(table.report_id.in_(ours)))  # type: ignore[attr-defined]


def guest_path(world: World) -> str:
    """Return the path of the guest's page in the newest mail, as it went out: the outbox keeps no secrets."""
    text = sent_text(world.session, mails(world, "report_link")[-1])
    found = re.search(r"http://localhost(/\S*bijdragen/\S+)", text)
    assert found
    return found[1]


def handed_in(world: World) -> None:
    """Hand the report in, whatever is in it. Commits."""
    report = world.session.scalars(select(Report).where(Report.authority_id == world.authority.id)).one()
    report.state = ReportState.SUBMITTED
    world.session.commit()


def old_link(session: Session, person: User, moment: datetime) -> AnswerLink:
    """Return a link of that moment with an answer, of a report that was handed in long ago."""
    report = session.scalars(select(Submission.report_id).order_by(Submission.submitted_at)).first()
    row = LinkAnswer(key="C2", state=AnswerState.GIVEN, value=3)
    return AnswerLink(
        report_id=report, token_hash=sha256(str(moment)), keys=["C2"], name="Jo", email="jo@buiten.example",
        sent_by_id=person.id, created_at=moment, expires_at=moment, answers=[row],
    )  # fmt: skip


def link_values(session: Session, code: str) -> dict[str, str]:
    """Return number and secret of a link at the report that an authority is filling in."""
    ours = select(Report).join(Report.authority).where(Authority.code == code, Report.state == ReportState.DRAFT)
    sent = send(session, session.scalars(ours).one(), Wish(("C1",), "Jo", "jo@buiten.example"), actor=SYSTEM)
    return {"nummer": str(sent.link.id), "geheim": sent.token}
