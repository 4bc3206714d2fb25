"""The desk of staff: what waits over the register and the knowledge base."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, current_app
from flask_login import current_user
from sqlalchemy.orm import Session

from accounts.permissions import may_handle_mail, may_see_desk, may_see_people
from common.clock import today
from common.undelivered import count
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from kb.discussion.threads import open_everywhere
from kb.permissions import may_write_guide
from kb.proposals.queue import first_waiting, number_waiting
from registry.mergers.reading import with_things_left
from registry.permissions import may_confirm_signature, may_review_reports, may_see_deadlines
from registry.reviews.emergency import emergency_publications
from registry.reviews.queue import Tab, counts, waiting
from registry.signatures.confirming import unconfirmed
from website.desk import deadlines, guides_to_do, number_of_guides_to_do, places
from website.people.reading import without_coordinator

blueprint = Blueprint("staff", __name__)

SHOWN = 5
A_YEAR = timedelta(days=365)


@blueprint.get("/redactie")
@signed_in
def desk() -> Response:
    """What waits, oldest first; everybody of staff sees all of it, and what he may do about it."""
    authorise(may_see_desk(current_user))
    session, rows = db(), waiting(db())
    return no_store(
        render(
            "website/staff.html",
            reports=rows[:SHOWN],
            oldest=max((row.days for row in rows), default=0),
            undelivered=count(session) if may_handle_mail(current_user) else None,
            sends_mail=bool(current_app.extensions["settings"].mail_url),
            counts=counts(session),
            tab=Tab,
            **_of_guides(session),
            deadlines=deadlines(session, today()),
            mergers=with_things_left(session, today() - A_YEAR),
            signatures=unconfirmed(session),
            emergencies=emergency_publications(session, current_user.id),
            missing=without_coordinator(session, today()),
            places=places(current_user),
            shown=SHOWN,
            **_rights(),
        )
    )


def _of_guides(session: Session) -> dict[str, Any]:
    """Return what waits in the knowledge base."""
    return {
        "guides": guides_to_do(session, today(), SHOWN),
        "number_of_drafts": number_of_guides_to_do(session, today())[0],
        "proposals": first_waiting(session, SHOWN),
        "number_of_proposals": number_waiting(session),
        "comments": open_everywhere(session),
    }


def _rights() -> dict[str, Any]:
    """Say which parts of the desk are the reader's own work."""
    return {
        "may_review": may_review_reports(current_user),
        "may_confirm": may_confirm_signature(current_user),
        "may_edit": may_write_guide(current_user),
        "may_see_people": may_see_people(current_user),
        "may_see_deadlines": may_see_deadlines(current_user),
    }
