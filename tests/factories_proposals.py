"""Proposals as a browser makes them: begin, type, press. Plain functions."""

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from common.ledger import Actor
from kb.guides.fields import GuideFields, fields_of
from kb.guides.models import Guide
from kb.guides.reading import find_public
from kb.guides.writing import newest_revision, publish_guide, save_guide
from kb.proposals.models import Proposal
from tests.html_forms import form_on
from tests.report_form import typed

MINE, NEW = "/mijn/voorstellen", "/mijn/voorstellen/nieuw"
GUIDE = "thema-klimaat"
WORD = "kwispelstaartmeter"


def begin(browser: FlaskClient, what: str, **fields: str) -> str:
    """Begin a proposal; return the path of its page."""
    token = form_on(browser.get(NEW).text, "/uitloggen")["csrf_token"]
    answer = browser.post(NEW, data={"csrf_token": token, "wat": what, **fields})
    assert answer.status_code == 303, answer.text
    return answer.location


def opened(browser: FlaskClient, path: str) -> MultiDict[str, str]:
    """Open the form as it stands on the screen."""
    return form_on(browser.get(path).text, path)


def send(
    browser: FlaskClient, path: str, fields: MultiDict[str, str], answers: dict[str, Any], *, to: str = "",
    button: str = "bewaar",
) -> TestResponse:  # fmt: skip
    """Type these answers in a form that was opened, and press a button or let it save itself (`to="/concept"`)."""
    return browser.post(f"{path}{to}", data=typed(fields, {"actie": button, **answers}))


def write(browser: FlaskClient, path: str, **answers: Any) -> TestResponse:
    """Type and save."""
    return send(browser, path, opened(browser, path), answers)


def with_word(browser: FlaskClient, path: str) -> str:
    """Return the text of a proposal with a word more."""
    return opened(browser, path)["tekst"] + f"\nEen {WORD}.\n"


def press(browser: FlaskClient, path: str, verb: str, page: str = "/stand", **more: str) -> TestResponse:
    """Press a button of the page of a proposal, or of the one that looks it over."""
    fields = form_on(browser.get(path + page, follow_redirects=True).text, f"{path}/{verb}")
    return browser.post(f"{path}/{verb}", data=typed(fields, more))


def hand_in(browser: FlaskClient, path: str) -> TestResponse:
    """Look it over and hand it in."""
    return press(browser, path, "indienen", "/nakijken")


def stored(session: Session, path: str) -> Proposal:
    """Return the proposal as it is saved now; the transaction ends, or the next request would wait for its lock."""
    session.rollback()
    session.expire_all()
    query = select(Proposal).where(Proposal.key == path.rsplit("/", 1)[1])
    found = session.scalars(query.execution_options(populate_existing=True)).one()
    _ = found.messages, found.guide
    session.commit()
    return found


def publish(session: Session, slug: str, **changes: Any) -> GuideFields:
    """Let an editor publish a next version of a guide with these fields; `body` may be a (from, to) pair."""
    guide = session.scalars(select(Guide).where(Guide.slug == slug)).one()
    live = find_public(session, slug)
    assert live is not None
    before = fields_of(live)
    body = changes.pop("body", None)
    if body:
        assert body[0] in before.body
        changes["body"] = before.body.replace(*body)
    after = GuideFields(**{**vars(before), **changes})
    actor = Actor("redacteur", None)
    save_guide(session, guide, after, newest_revision(session, guide).number, actor=actor)
    publish_guide(session, guide, newest_revision(session, guide).number, actor=actor)
    session.commit()
    return after
