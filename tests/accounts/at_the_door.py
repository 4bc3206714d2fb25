"""What the tests of signing in share: knocking, and reading what was mailed and noted. Plain functions."""

import re
from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import User
from accounts.sign_in_models import SecurityEvent
from common.outbox import OutboxMail
from tests.mail.letters import sent_text
from tests.sites import csrf_token

NEW = "vier woorden op een rij"


def knock(client: FlaskClient, email: str, password: str, **more: Any) -> TestResponse:
    """Try to sign in; `more` goes to the test client (environ_overrides)."""
    data = {"email": email, "password": password, "csrf_token": csrf_token(client, "/inloggen")}
    return client.post("/inloggen", data=data, **more)


def send_form(client: FlaskClient, path: str, fields: Mapping[str, str] | None = None) -> TestResponse:
    """Send the form of a page, with its token."""
    return client.post(path, data={**(fields or {}), "csrf_token": csrf_token(client, path)})


def twice(password: str) -> dict[str, str]:
    """Return the fields of a new password."""
    return {"new_password": password, "new_password_again": password}


def mails(session: Session, kind: str) -> list[OutboxMail]:
    """Return the mails of a kind, oldest first, with the texts as they went: the outbox keeps no secret of a link."""
    found = list(session.scalars(select(OutboxMail).where(OutboxMail.kind == kind).order_by(OutboxMail.id)))
    _let_go(session)
    for mail in found:
        mail.body_text = sent_text(session, mail)
    return found


def link_in(mail: OutboxMail) -> str:
    """Return the path of the first link in a mail."""
    found = re.search(r"http://localhost(/\S+)", mail.body_text)
    assert found, mail.body_text
    return found.group(1)


def events(session: Session, *kinds: str) -> list[SecurityEvent]:
    """Return the security events of these kinds, oldest first."""
    found = list(session.scalars(select(SecurityEvent).where(SecurityEvent.kind.in_(kinds)).order_by(SecurityEvent.id)))
    _let_go(session)
    return found


def person(session: Session, email: str) -> User:
    """Return the account with this address, as it is now."""
    found = session.scalars(select(User).where(User.email == email)).one()
    _let_go(session)
    return found


def change_person(session: Session, of: str, **values: Any) -> None:
    """Change an account behind the back of the site."""
    found = session.scalars(select(User).where(User.email == of)).one()
    for name, value in values.items():
        setattr(found, name, value)
    session.commit()
    session.expunge_all()


def _let_go(session: Session) -> None:
    """Give the write lock back and keep what was read: a row that is looked at later must not take it again."""
    session.expunge_all()
    session.rollback()
