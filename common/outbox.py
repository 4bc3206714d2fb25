"""Mail is written here in the transaction of the change, and sent by another process (common/sending.py)."""

import enum
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Final

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from common.clock import local, now
from common.database import Base, enum_type
from common.smtp_address import BadAddress, ascii_address

QUEUED = "mail_queued"
"""Key in `session.info` that says that a mail was put in the outbox through this session."""

DROPPED = "mail_dropped"
"""Key in `session.info` that says that mails were dropped or emptied through it, whose files have to go too."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# A secret in a link: a long part of a path with a capital, a point or an underscore, which our own slugs never have.
# What stands behind "//" is the name of a site.
_SECRET = re.compile(r"(?<=[/=])(?<!//)(?=[^\s/?\"<>]*[A-Z._])[A-Za-z0-9._~-]{20,}")
_FILE = re.compile(r"(\d{6,})-(\w+)\.eml")
# A header may be as long as a line may be: Python would else write a long address in a header as an encoded word.
_LINE = policy.SMTP.clone(max_line_length=990)


class MailState(enum.StrEnum):
    """Where a mail stands; only the sending process moves it on."""

    WAITING = "waiting"
    ON_THE_BRINK = "on_the_brink"
    """All was said to the server but the last dot. Found so after a crash, nobody knows whether it went."""
    SENT = "sent"
    IN_DOUBT = "in_doubt"
    GIVEN_UP = "given_up"


class Trouble(enum.StrEnum):
    """Why a mail did not go; `last_error` begins with it, and the page says it in the reader's language."""

    BAD_ADDRESS = "bad_address"
    UNWRITABLE = "unwritable"
    """No message could be made of it; the type of the error follows."""
    DIED = "died"
    LOST_AT_THE_END = "lost_at_the_end"
    """The answer to the last dot did not come, or was no answer; what was heard follows."""
    BROKE_OFF = "broke_off"


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
    """When it was written to a file, or when staff saw that it did not arrive and left it so."""
    to_user_id: Mapped[int | None] = mapped_column(index=True)
    """The account it is for, so that it can be handed out and erased with it; empty for an invited person."""
    about_user_id: Mapped[int | None]
    """The account of somebody else whom it names, so that it is emptied when that one is erased."""
    end_link: Mapped[str | None] = mapped_column(String(500))
    """The address that ends this kind of mail without signing in; optional kinds only."""
    state: Mapped[MailState] = mapped_column(enum_type(MailState, "mail_state"), default=MailState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(300))
    """What the server said, without the address; or a `Trouble`, after which ": " and words may follow."""

    attachments: Mapped[list["OutboxAttachment"]] = relationship(
        order_by="OutboxAttachment.id", cascade="all, delete-orphan", passive_deletes=True
    )


class OutboxAttachment(Base):
    """A file that goes along with a mail, such as a receipt. It goes when the mail went, was cleaned or erased."""

    __tablename__ = "outbox_attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("outbox_mail.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(80))
    content: Mapped[bytes] = mapped_column(LargeBinary)


MOST_ATTACHED: Final = 5_000_000
"""Bytes of all files with one mail: what most mail servers take, also when it grew by a third on the way."""


@dataclass(frozen=True)
class Enclosure:
    """A file to go along with a mail. Its name is of ASCII letters, digits, points and hyphens."""

    name: str
    media_type: str
    content: bytes


def fit(files: Sequence[Enclosure]) -> bool:
    """Say whether these files can go along with one mail."""
    return sum(len(one.content) for one in files) <= MOST_ATTACHED


def enclose(mail: OutboxMail, files: Sequence[Enclosure]) -> None:
    """Let files go along with a mail that waits in the outbox. Raises ValueError for more than `fit` takes."""
    if not fit(files):
        raise ValueError("more than a mail may carry")
    mail.attachments += [
        OutboxAttachment(name=one.name, media_type=one.media_type, content=one.content) for one in files
    ]


def without_secrets(text: str) -> str:
    """Return a mail's text or HTML with the secret part of each link left out."""
    return _SECRET.sub("[...]", text)


def texts_to_keep(mail: OutboxMail) -> dict[str, str]:
    """Return the columns of what is kept of the texts when it went: a link in it may let somebody in for days."""
    return {"body_text": without_secrets(mail.body_text), "body_html": without_secrets(mail.body_html)}


def queue(
    session: Session,
    kind: str,
    to_address: str,
    language: str,
    *,
    parts: tuple[str, str, str],
    domain: str = "manifestkompas.invalid",
) -> OutboxMail:
    """Put a mail in the outbox. `parts` are its subject, its text and its HTML, in the reader's language.

    `domain` is that of the message-id. An address that cannot be used stops nobody's work: the mail is then given up
    at once, and staff see it.
    """
    subject, body_text, body_html = parts
    mail = OutboxMail(
        message_id=make_msgid(domain=domain),
        kind=kind,
        language=language,
        to_address=_CONTROL.sub(" ", to_address)[:320],
        subject=" ".join(_CONTROL.sub(" ", subject).split())[:300],
        body_text=body_text,
        body_html=body_html,
    )
    try:
        ascii_address(to_address)
    except BadAddress:
        mail.state, mail.last_error = MailState.GIVEN_UP, Trouble.BAD_ADDRESS.value
    session.add(mail)
    session.info[QUEUED] = True
    return mail


def as_message(mail: OutboxMail, sender: tuple[str, str], files: Sequence[OutboxAttachment] = ()) -> bytes:
    """Return the mail as it goes over the line: ASCII, CRLF, no line over 998 characters. `sender` is name and address.

    Raises BadAddress. No text of a person can add a header: the email package refuses line breaks in one.
    """
    message = EmailMessage(policy=_LINE)
    message["From"] = Address(display_name=sender[0], addr_spec=sender[1])
    message["To"] = Address(addr_spec=ascii_address(mail.to_address))
    message["Subject"] = mail.subject
    message["Date"] = local(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answer to this one
    if mail.end_link:  # RFC 8058: the mail program offers to stop this kind of mail with one click
        message["List-Unsubscribe"] = f"<{mail.end_link}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.body_text, cte="quoted-printable")
    message.add_alternative(mail.body_html, subtype="html", cte="quoted-printable")
    for file in files:
        if message.get_content_type() != "multipart/mixed":
            message.make_mixed()
        message.attach(_part(file))
    message["Content-Language"] = mail.language  # last: adding content drops such headers
    return message.as_bytes()


def _part(file: OutboxAttachment) -> EmailMessage:
    """Return a file as part of a message, in lines of 76 characters (RFC 2045, 6.8)."""
    part = EmailMessage(policy=policy.SMTP)
    maintype, _slash, subtype = file.media_type.partition("/")
    part.set_content(file.content, maintype, subtype, disposition="attachment", filename=file.name)
    del part["MIME-Version"]
    return part


def write_to_folder(session: Session, folder: Path, sender: tuple[str, str]) -> int:
    """Write every mail that waits to `folder`, one .eml file each, and call it sent; return how many.

    This is how a site without a mail server shows its mail to the person who runs it, and to nobody else: links in
    mail open accounts. A mail of which no message can be made is given up, and holds up no other. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    mails = session.scalars(select(OutboxMail).where(OutboxMail.state == MailState.WAITING)).all()
    for mail in mails:
        try:
            message = as_message(mail, sender, mail.attachments)
        except Exception as error:
            mail.state, mail.last_error = MailState.GIVEN_UP, f"{Trouble.UNWRITABLE}: {type(error).__name__}"
            continue
        _write_private(folder / f"{mail.id:06d}-{mail.kind}.eml", message)
        mail.shown_at = mail.sent_at = now()
        mail.state = MailState.SENT
        mail.attachments.clear()
        for column, kept in texts_to_keep(mail).items():
            setattr(mail, column, kept)
    return sum(mail.state is MailState.SENT for mail in mails)


def _write_private(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def remove_files(session: Session, folder: Path) -> int:
    """Take away the files in `folder` of mails that were dropped or emptied; return how many. Only reads the database.

    It looks at what is committed, so a file that stayed behind in a crash goes the next time.
    """
    files = {path: _FILE.fullmatch(path.name) for path in sorted(folder.glob("*.eml"))}
    if not files:
        return 0
    rows = session.execute(select(OutboxMail.id, OutboxMail.kind).where(OutboxMail.to_address != ""))
    kept = {(number, kind) for number, kind in rows}
    gone = [path for path, name in files.items() if name and (int(name[1]), name[2]) not in kept]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
