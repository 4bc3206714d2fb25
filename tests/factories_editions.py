"""Forms that staff write, for tests: the draft of the example world, its pages, its fields. Plain functions."""

from functools import cache
from typing import Any, TypeVar

from flask.testing import FlaskClient
from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from common.ledger import LedgerEntry
from registry.editions.models import Edition, EditionDraft
from registry.editions.written import Form, tidy
from tests.factories_form import form_data
from tests.html_forms import form_on
from tests.sites import csrf_token

DESK = "/redactie/vragenlijsten"
EXAMPLE = "voorbeeldafspraak"
R = TypeVar("R")


@cache
def _tidied() -> Form:
    return tidy(form_data())


def base_form() -> Form:
    """Return the form in content/, tidied, as last year's: every question "same"."""
    form = _tidied()
    return {**form, "questions": [{**one, "relation": "same"} for one in form["questions"]]}


def the_draft(session: Session) -> EditionDraft | None:
    """Return the newest draft as it is now."""
    return _first(session, select(EditionDraft).order_by(EditionDraft.id.desc()))


def newest_edition(session: Session) -> Edition:
    """Return the edition of the example world that is open."""
    edition = _first(session, select(Edition).order_by(Edition.year.desc()))
    assert edition is not None
    return edition


def _first(session: Session, query: Select[tuple[R]]) -> R | None:
    """Return the first row as it is now, apart from the session: a request needs the lock that it holds."""
    found = session.scalars(query, execution_options={"populate_existing": True}).first()
    session.expunge_all()
    session.rollback()
    return found


def asked(session: Session, name: str) -> dict[str, Any]:
    """Return a question of the draft as it is saved now."""
    draft = the_draft(session)
    assert draft is not None
    return next(one for one in draft.content["questions"] if one["name"] == name)


def page_of(draft_id: int, rest: str = "") -> str:
    """Return the address of a page of a draft."""
    return f"{DESK}/{draft_id}{rest}"


def post(client: FlaskClient, path: str, page: str = DESK, **fields: Any) -> TestResponse:
    """Send fields to an address, with the token of `page`."""
    return client.post(path, data={**fields, "csrf_token": csrf_token(client, page)})


def send_question(client: FlaskClient, draft_id: int, name: str, save: str = "", **changes: Any) -> TestResponse:
    """Open the form of a question, change fields, and send it: by the button, or to `save` as the page does itself."""
    path = page_of(draft_id, f"/vragen/{name}")
    form = form_on(client.get(path).text, path)
    for field, value in changes.items():
        form.setlist(field, value if isinstance(value, list) else [value])
    return client.post(path + save, data=form)


def events(session: Session, event: str) -> list[LedgerEntry]:
    """Return the entries of an event."""
    found = session.scalars(select(LedgerEntry).where(LedgerEntry.event == event).order_by(LedgerEntry.seq)).all()
    session.expunge_all()
    session.rollback()
    return list(found)
