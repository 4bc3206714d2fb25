"""An outbox of a test's own, and the processes that send it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from common.clock import now
from common.database import Base, open_database
from common.ledger import LedgerEntry, LedgerSalt
from common.outbox import MailState, OutboxAttachment, OutboxMail, queue
from common.sending import Sender, Tally
from common.smtp_server import read_mail_url

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (
    "from website.config import read_settings; from website.mail_process import run_sender; "
    "run_sender(read_settings(), watch={watch})"
)
"""What `flask mail send` runs, without the rest of the site, which takes seconds to start."""


class Post:
    """The outbox in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine: Engine = open_database(f"sqlite:///{folder / 'manifestkompas.sqlite'}").engine
        tables = [model.__table__ for model in (OutboxMail, OutboxAttachment, LedgerEntry, LedgerSalt)]
        Base.metadata.create_all(self.engine, tables=tables)  # type: ignore[arg-type]

    def put(self, address: str = "jan@gemeente.example", subject: str = "Proef", text: str = "Dag.") -> int:
        """Put a mail in the outbox; return its number."""
        with Session(self.engine) as session, session.begin():
            mail = queue(session, "report_published", address, "nl", parts=(subject, text, f"<p>{text}</p>"))
            session.flush()
            return mail.id

    def mails(self) -> list[OutboxMail]:
        """Return the outbox as it is."""
        with Session(self.engine, expire_on_commit=False) as session:
            return list(session.scalars(select(OutboxMail).order_by(OutboxMail.id)))

    def one(self) -> OutboxMail:
        """Return the only mail."""
        (mail,) = self.mails()
        return mail

    def states(self) -> list[MailState]:
        """Return where the mails stand."""
        return [mail.state for mail in self.mails()]

    def ledger(self) -> list[str]:
        """Return the events in the ledger."""
        with Session(self.engine) as session:
            return list(session.scalars(select(LedgerEntry.event).order_by(LedgerEntry.seq)))

    def make_due(self) -> None:
        """Let every mail that waits be due now."""
        with Session(self.engine) as session, session.begin():
            session.execute(update(OutboxMail).values(next_try_at=now()))

    def sender(self, url: str) -> Sender:
        """Return a sender to this server."""
        return Sender(self.engine, read_mail_url(url), ("Manifestkompas", "post@register.example"), "register.example")

    def send(self, url: str) -> Tally:
        """Send what is due."""
        return self.sender(url).send_due()

    def process(self, url: str, *, watch: bool = True) -> subprocess.Popen[str]:
        """Start a process that sends."""
        environment = {**os.environ, "MANIFESTKOMPAS_DATA": str(self.folder), "MAIL_URL": url, "DATABASE_URL": ""}
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM.format(watch=watch)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def stop(process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> str:
    """End a process with this signal; return what it said."""
    process.send_signal(number)
    said, _nothing = process.communicate(timeout=20)
    return said
