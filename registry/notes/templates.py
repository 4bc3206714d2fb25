"""Which template counts: one that staff chose, or our own."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from common import ledger
from common.files.models import Attachment
from common.ledger import Actor
from common.versions import known_at, supersede
from registry.notes.models import NoteTemplate

SUBJECT = "note_template:note"
"""To what the files of templates belong."""


def current_template(session: Session) -> NoteTemplate | None:
    """Return the choice that counts now, None where staff never chose."""
    query = select(NoteTemplate).where(known_at(NoteTemplate)).options(joinedload(NoteTemplate.attachment))
    return session.scalars(query).one_or_none()


def choose_template(session: Session, attachment: Attachment | None, *, actor: Actor) -> NoteTemplate:
    """Let this file be the template from now on; None puts our own back."""
    ledger.lock(session)
    made = NoteTemplate(
        attachment_id=attachment.id if attachment else None, chosen_by_id=actor.user_id, recorded_role=actor.role
    )
    older = current_template(session)
    if older:
        supersede(session, older, made, actor=actor)
    else:
        session.add(made)
    session.flush()
    content = {"sha256": attachment.sha256 if attachment else None}
    ledger.record(session, "note_template.chosen", SUBJECT, content, actor=actor)
    return made
