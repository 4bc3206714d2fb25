"""Mail is written here in the transaction of the change, and sent by another process."""

import enum
from datetime import datetime
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

from sqlalchemy import Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from common.clock import now
from common.database import Base, enum_type

QUEUED = "mail_queued"
"""Key in `session.info` that says that a mail was put in the outbox through this session."""


class MailState(enum.StrEnum):
    """Where a mail stands; only the sending process moves it on."""

    WAITING = "waiting"
    ON_THE_BRINK = "on_the_brink"
    """All was said to the server but the last dot. Found so after a crash, nobody knows whether it went."""
    SENT = "sent"
    IN_DOUBT = "in_doubt"
    GIVEN_UP = "given_up"


class OutboxMail(Base):
    """One mail to one person, kept with its message-id so that it is never sent twice."""

    __tablename__ = "outbox_mail"
    __table_args__ = (Index("ix_outbox_mail_next", "state", "next_try_at"),)

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
    to_user_id: Mapped[int | None] = mapped_column(index=True)
    """The account it is for, so that it can be handed out and erased with it; empty for an invited person."""
    end_link: Mapped[str | None] = mapped_column(String(500))
    """The address that ends this kind of mail without signing in; optional kinds only."""
    state: Mapped[MailState] = mapped_column(enum_type(MailState, "mail_state"), default=MailState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(300))
    """What the server said, without the address."""


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
