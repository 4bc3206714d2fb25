"""Acts at the desk of guides, as a browser does them. Plain functions."""

from datetime import datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import local, now
from common.ledger import LedgerEntry
from tests.kb.guide_forms import filled
from tests.sites import csrf_token

DESK = "/redactie/gidsen"


def act(client: FlaskClient, path: str, **values: str) -> "Answer":
    """Send a form of the desk; `path` follows /redactie/gidsen/."""
    response = client.post(f"{DESK}/{path}", data={"csrf_token": csrf_token(client, f"{DESK}/nieuw"), **values})
    return Answer(response.status_code, response.text, response.location or "")


class Answer:
    """What came back: the status, the page, and where it leads."""

    def __init__(self, status: int, page: str, location: str) -> None:
        self.status, self.page, self.location = status, page, location


def save(client: FlaskClient, slug: str, **values: str) -> Answer:
    """Save the form of a guide with these fields changed."""
    edit = f"{DESK}/{slug}"
    response = client.post(edit, data={**filled(client, edit), **values})
    return Answer(response.status_code, response.text, response.location or "")


def in_an_hour(hours: float = 1) -> tuple[datetime, dict[str, str]]:
    """Return a moment, and the fields that say it."""
    moment = local(now() + timedelta(hours=hours)).replace(second=0, microsecond=0)
    return moment, {"dag": f"{moment:%Y-%m-%d}", "tijd": f"{moment:%H:%M}", "wanneer": "later"}


def events(session: Session, slug: str) -> list[tuple[str, str]]:
    """Return what the ledger holds of a guide: event and role."""
    query = select(LedgerEntry.event, LedgerEntry.actor_role).where(LedgerEntry.subject == f"guide:{slug}")
    found = [(row.event, row.actor_role) for row in session.execute(query.order_by(LedgerEntry.seq))]
    session.rollback()
    return found
