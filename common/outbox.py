"""Mail is written here in the transaction of the change, and sent by another process."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from common.clock import now
from common.database import Base

QUEUED = "mail_queued"
"""Key in `session.info` that says that a mail was put in the outbox through this session."""


class OutboxMail(Base):
    """One mail to one person, kept with its message-id so that it is never sent twice."""

    __tablename__ = "outbox_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(2))
    to_address: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(300))
    body_text: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)
    shown_at: Mapped[datetime | None]


def queue(session: Session, kind: str, to_address: str, language: str, *, parts: tuple[str, str, str]) -> OutboxMail:
    """Put a mail in the outbox. `parts` are its subject, its text and its HTML, in the reader's language."""
    subject, body_text, body_html = parts
    mail = OutboxMail(
        message_id=make_msgid(domain="manifestkompas"),
        kind=kind,
        language=language,
        to_address=to_address,
        subject=" ".join(subject.split()),
        body_text=body_text,
        body_html=body_html,
    )
    session.add(mail)
    session.info[QUEUED] = True
    return mail


def as_message(mail: OutboxMail) -> EmailMessage:
    """Return the mail as it goes over the line."""
    message = EmailMessage()
    message["Message-ID"] = mail.message_id
    message["To"] = mail.to_address
    message["Subject"] = mail.subject
    message["Date"] = mail.created_at
    message.set_content(mail.body_text)
    message.add_alternative(mail.body_html, subtype="html")
    return message


def write_to_folder(session: Session, folder: Path) -> int:
    """Write every mail that was not shown yet to `folder`, one .eml file each; return how many.

    This is how a site without a mail server shows its mail to the person who runs it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mails = session.scalars(select(OutboxMail).where(OutboxMail.shown_at.is_(None))).all()
    for mail in mails:
        (folder / f"{mail.id:06d}-{mail.kind}.eml").write_bytes(as_message(mail).as_bytes())
        mail.shown_at = now()
    return len(mails)
