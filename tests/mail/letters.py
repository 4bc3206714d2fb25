"""What a site without a mail server sent: the files. What is kept in the outbox has no secrets any more."""

import email
from email import policy
from pathlib import Path

from sqlalchemy.orm import Session

from common.outbox import OutboxMail


def mail_file(session: Session, mail: OutboxMail) -> Path:
    """Return the file of a mail, beside the database of the session."""
    database = session.get_bind().engine.url.database
    assert database
    return Path(database).parent / "mail" / f"{mail.id:06d}-{mail.kind}.eml"


def sent_text(session: Session, mail: OutboxMail) -> str:
    """Return the text as the reader got it, or as it stands in the outbox where no file was written."""
    path = mail_file(session, mail)
    if not path.exists():
        return mail.body_text
    part = email.message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
    assert part
    return str(part.get_content())
