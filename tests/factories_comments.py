"""Comments at guides for tests, and what a browser sends. Plain functions; the caller commits."""

import re
from html import unescape

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from common.outbox import OutboxMail
from kb.discussion.models import Comment
from kb.guides.models import Guide
from tests.sites import csrf_token

GUIDE = "actieplan-schrijven"
PAGE = f"/kennisbank/{GUIDE}/opmerkingen"


def person(session: Session, email: str) -> User:
    return session.scalars(select(User).where(User.email == email)).unique().one()


def add_comment(session: Session, author: User, text: str = "Klopt dit?", slug: str = GUIDE, **more: object) -> Comment:
    """Add a comment at the whole of a guide."""
    guide = session.scalars(select(Guide.id).where(Guide.slug == slug)).one()
    made = Comment(guide_id=guide, revision_number=1, text=text, author_id=author.id, **more)
    session.add(made)
    session.flush()
    return made


def comment_values(session: Session, email: str) -> dict[str, str]:
    """Return the number of a comment by the person of that address, for the routes that name one."""
    return {"comment": str(add_comment(session, person(session, email)).id)}


def send(client: FlaskClient, text: str, path: str = PAGE, **fields: str) -> str:
    """Send the form of the page as a browser does, and return the page that comes."""
    values = {"csrf_token": csrf_token(client, PAGE), "tekst": text, "versie": "1", "kopje": "", **fields}
    return client.post(path, data=values, follow_redirects=True).text


def press(client: FlaskClient, comment: Comment, act: str) -> int:
    """Press a button at a comment, and return the status of the answer."""
    return client.post(f"{PAGE}/{comment.id}/{act}", data={"csrf_token": csrf_token(client, PAGE)}).status_code


def comments(session: Session) -> list[Comment]:
    found = session.scalars(select(Comment).order_by(Comment.id).execution_options(populate_existing=True)).all()
    session.commit()
    return list(found)


def mailed(session: Session) -> dict[str, str]:
    """Return who got a mail about a comment, and of which kind."""
    rows = session.scalars(select(OutboxMail).where(OutboxMail.kind.startswith("comment_"))).all()
    session.commit()
    assert len(rows) == len({row.to_address for row in rows}), "somebody got two mails about one comment"
    return {row.to_address: row.kind for row in rows}


def headings(client: FlaskClient) -> list[str]:
    """Return the anchors that the form lets one choose."""
    page = client.get(PAGE).text
    choice = page[page.index('name="kopje"') :]
    return [unescape(one) for one in re.findall(r'<option value="([^"]*)"', choice[: choice.index("</select>")])]
