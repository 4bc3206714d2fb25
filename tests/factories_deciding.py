"""Proposals that wait for an editor, and what an editor presses. Plain functions."""

import re
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import User
from common.ledger import Actor
from common.outbox import OutboxMail
from kb.guides.fields import fields_of
from kb.guides.models import Guide, Revision
from kb.guides.reading import find_public
from kb.guides.writing import newest_revision, publish_guide, save_guide
from kb.proposals.models import OPEN, Proposal
from kb.proposals.previews import make
from kb.proposals.typed import keep, typed_of
from kb.proposals.writing import begin_change, begin_new, submit
from tests.files.factories import add_file
from tests.files.making import picture
from tests.sites import csrf_token

DESK = "/redactie/voorstellen"
GUIDE = "thema-klimaat"
BODY = (
    "## Eerste kop\n\nDe eerste alinea gaat over inkoop.\n\n"
    "## Tweede kop\n\nDe tweede alinea gaat over uitstoot.\n\n"
    "## Derde kop\n\nDe derde alinea noemt 40 procent en een [bron](https://bron.example/een).\n"
)
"""A text of three sections, so that tests know which paragraph they touch."""


def user_of(session: Session, account: dict[str, str]) -> User:
    return session.scalars(select(User).where(User.email == account["email"])).one()


def actor_of(session: Session, account: dict[str, str], role: str = "invuller") -> Actor:
    return Actor(role, user_of(session, account).id)


def guide_of(session: Session, slug: str = GUIDE) -> Guide:
    return session.scalars(select(Guide).where(Guide.slug == slug)).one()


def put_text(session: Session, slug: str = GUIDE, *, publish: bool = True, **changes: Any) -> Revision:
    """Save a next version of a guide with these fields, and publish it."""
    guide, actor = guide_of(session, slug), Actor("redacteur", None)
    newest = newest_revision(session, guide)
    fields = type(fields_of(newest))(**{**vars(fields_of(newest)), "body": BODY, **changes})
    made = save_guide(session, guide, fields, newest.number, actor=actor).revision
    if publish:
        publish_guide(session, guide, made.number, actor=actor)
    session.commit()
    return made


def proposed(
    session: Session, account: dict[str, str], slug: str = GUIDE, *, section: str | None = None, why: str = "Beter.",
    named: bool = True, **typed: Any,
) -> str:  # fmt: skip
    """Let somebody hand in a change of a guide; return its key."""
    actor = actor_of(session, account)
    proposal = begin_change(session, guide_of(session, slug), section, actor=actor)
    keep(proposal, {**typed_of(proposal), "waarom": why, "naam": "ja" if named else "", **typed})
    return _handed_in(session, proposal, actor)


def proposed_new(session: Session, account: dict[str, str], **typed: Any) -> str:
    """Let somebody hand in a new guide; return its key."""
    actor = actor_of(session, account)
    proposal = begin_new(session, "guide", "nl", actor=actor)
    filled = {
        "titel": "Zonnige inkoop", "samenvatting": "Over zon.", "tekst": "## Zon\n\nDe zon schijnt.\n",
        "themas": ["klimaat"], "waarom": "Mist nog.",
    }  # fmt: skip
    keep(proposal, {**typed_of(proposal), **filled, **typed})
    return _handed_in(session, proposal, actor)


def _handed_in(session: Session, proposal: Proposal, actor: Actor) -> str:
    session.flush()
    submit(session, proposal, proposal.version, actor=actor)
    session.commit()
    return proposal.key


def press(browser: FlaskClient, key: str, verb: str, page: str = "", **typed: str) -> TestResponse:
    """Press a button of the page of a proposal as a browser would: with what its hidden fields say."""
    return browser.post(f"{DESK}/{key}/{verb}", data={**hidden(browser, f"{DESK}/{key}{page}"), **typed})


def hidden(browser: FlaskClient, path: str) -> dict[str, str]:
    """Return the hidden fields of the forms of a page, with the token."""
    page = browser.get(path).text
    found = {
        name: unescape(value) for name, value in re.findall(r'type="hidden" name="(versie|gids)" value="([^"]*)"', page)
    }
    return {**found, "csrf_token": csrf_token(browser, path)}


def stored(session: Session, key: str) -> Proposal:
    """Return the proposal as it is saved now; the transaction ends, or the next request would wait for its lock."""
    session.rollback()
    session.expire_all()
    found = session.scalars(select(Proposal).where(Proposal.key == key)).one()
    _ = found.messages, found.guide
    session.commit()
    return found


def revisions(session: Session, slug: str = GUIDE) -> list[Revision]:
    """Return the revisions of a guide, newest first."""
    session.rollback()
    query = select(Revision).join(Guide, Guide.id == Revision.guide_id).where(Guide.slug == slug)
    found = session.scalars(query.order_by(Revision.number.desc()).execution_options(populate_existing=True)).all()
    session.commit()
    return list(found)


def mails(session: Session, kind: str) -> list[OutboxMail]:
    session.rollback()
    found = session.scalars(select(OutboxMail).where(OutboxMail.kind == kind).order_by(OutboxMail.id)).all()
    session.commit()
    return list(found)


def live_body(session: Session, slug: str = GUIDE) -> str:
    session.rollback()
    live = find_public(session, slug)
    session.commit()
    return live.body if live else ""


def two_eyes(session: Session, slug: str = GUIDE) -> None:
    """Let a guide ask for a second person."""
    guide_of(session, slug).four_eyes = True
    session.commit()


def deciding_values(app: Flask, session: Session, account: dict[str, str]) -> dict[str, str]:
    """A proposal of this person that waits, with a secret link and a picture that comes by it, for the routes."""
    key = proposed(session, account, "actieplan-schrijven", titel="Een ander actieplan")
    picture_of = add_file(app, session, f"proposal:{key}", picture(), "zon-60x40.png", "De zon")
    proposal = session.scalars(select(Proposal).where(Proposal.key == key)).one()
    proposal.content = {
        **proposal.content,
        "body": f"{BODY}\n![De zon](/bestanden/{picture_of.id}/{picture_of.name})\n",
    }
    made = make(session, proposal, actor=actor_of(session, account))
    session.flush()
    return {
        "proposal_key": key, "preview_token": made.token,
        "preview_file": str(picture_of.id), "preview_name": picture_of.name,
    }  # fmt: skip


def deciding_pages(session: Session) -> list[str]:
    """Return the pages of proposals of the example world in the steps that an editor meets."""
    found = {state: session.scalar(select(func.max(Proposal.key)).where(Proposal.state == state)) for state in OPEN}
    waits, asked, approved = (f"/redactie/voorstellen/{found[state]}" for state in OPEN)
    return [waits, f"{waits}?naast=1", f"{waits}/aanpassen", asked, approved, f"{approved}/overnemen",
            f"/voorstellen/{found[OPEN[0]]}/links"]  # fmt: skip
