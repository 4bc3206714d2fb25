"""Puts a file with something of the site, takes it away and puts it back; each of these stands in the ledger."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from common import ledger
from common.clock import now
from common.files.accepting import Accepted
from common.files.models import Attachment, StoredFile
from common.ledger import Actor


def attach(
    session: Session, subject: str, accepted: Accepted, name: str, description: str | None, *, actor: Actor
) -> Attachment:
    """Put a file, whose content the storage has already, with a subject ("guide:<slug>", "authority:<code>")."""
    ledger.lock(session)  # two uploads of one content at once would both write its row
    stored = session.get(StoredFile, accepted.sha256)
    if stored is None:
        stored = StoredFile(
            sha256=accepted.sha256,
            media_type=accepted.media_type,
            size=accepted.size,
            width=accepted.width,
            height=accepted.height,
        )
        session.add(stored)
    made = Attachment(file=stored, subject=subject, name=name, description=description, added_by_id=actor.user_id)
    session.add(made)
    session.flush()
    _note(session, "file.added", made, actor)
    return made


def attach_again(session: Session, subject: str, other: Attachment, *, actor: Actor) -> Attachment:
    """Put the content of a file that is there already with another subject too, under the same name."""
    made = Attachment(file=other.file, subject=subject, name=other.name, description=other.description)
    made.added_by_id = actor.user_id
    session.add(made)
    session.flush()
    _note(session, "file.added", made, actor)
    return made


def move(session: Session, attachment: Attachment, subject: str, *, actor: Actor) -> None:
    """Let a file belong to another subject from now on; its address stays what it was."""
    attachment.subject = subject
    session.flush()
    _note(session, "file.moved", attachment, actor)


def remove(session: Session, attachment: Attachment, *, actor: Actor) -> bool:
    """Take a file away from everybody's sight; False when it was so already. Its row and content stay for a while."""
    if attachment.removed_at:
        return False
    attachment.removed_at = now()
    _note(session, "file.removed", attachment, actor)
    return True


def restore(session: Session, attachment: Attachment, *, actor: Actor) -> bool:
    """Put a removed file back; False when it is there."""
    if attachment.removed_at is None:
        return False
    attachment.removed_at = None
    _note(session, "file.restored", attachment, actor)
    return True


def _note(session: Session, event: str, attachment: Attachment, actor: Actor) -> None:
    file = attachment.file
    payload = {"sha256": file.sha256, "size": file.size, "type": file.media_type, "attachment": attachment.id}
    # A name of a file may name a person; the ledger is for ever, so it holds a hash of it that can be made void.
    entry = ledger.record(session, event, attachment.subject, payload, actor=actor, personal={"name": attachment.name})
    ledger.belongs_to(session, entry, actor.user_id)


def find_attachment(session: Session, attachment_id: int) -> Attachment | None:
    """Return an attachment with its file, removed or not."""
    return session.get(Attachment, attachment_id, options=[joinedload(Attachment.file)])


def attachments_of(session: Session, subject: str) -> list[Attachment]:
    """Return all attachments of a subject with their files, removed ones included, newest first. One query."""
    query = select(Attachment).options(joinedload(Attachment.file)).where(Attachment.subject == subject)
    return list(session.scalars(query.order_by(Attachment.added_at.desc(), Attachment.id.desc())))
