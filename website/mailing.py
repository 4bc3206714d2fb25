"""Where mail goes: to the server that MAIL_URL names, or without one, each as a file in the data folder."""

import logging
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session

from common.database import open_database
from common.outbox import DROPPED, QUEUED, remove_files, write_to_folder
from common.sending import Sender
from common.smtp_address import BadAddress, sender_address
from common.smtp_server import BadMailUrl, MailServer, read_mail_url
from common.web.database import db
from website.config import CannotStart, Settings

log = logging.getLogger(__name__)


def mail_folder(settings: Settings) -> Path:
    """Return where mail is written as files while there is no mail server."""
    return settings.data / "mail"


def mail_settings(settings: Settings) -> tuple[MailServer | None, tuple[str, str]]:
    """Read MAIL_URL and MAIL_FROM; stop with a plain message where they are wrong."""
    try:
        return read_mail_url(settings.mail_url) if settings.mail_url else None, sender_address(settings.mail_from)
    except BadMailUrl as error:
        raise CannotStart(f"De instelling MAIL_URL klopt niet: {error}.") from error
    except BadAddress as error:
        message = f"De instelling MAIL_FROM klopt niet: {error}. Schrijf bijvoorbeeld 'Naam <naam@voorbeeld.nl>'."
        raise CannotStart(message) from error


def make_sender(settings: Settings, engine: Engine) -> Sender:
    """Return a sender for these settings; only where there is a mail server."""
    server, sender = mail_settings(settings)
    assert server is not None
    host = urlsplit(settings.site_url).hostname or "localhost"
    return Sender(engine, server, sender, f"[{host}]" if host.replace(".", "").isdigit() else host)


def safest(database_url: str) -> Engine:
    """Open the database for the sender: what it wrote must be on the disk before it says the dot, power cut or not."""
    engine = open_database(database_url).engine
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def write_through(connection: DBAPIConnection, _record: object) -> None:
            connection.cursor().execute("PRAGMA synchronous=FULL")

    return engine


def show_as_files(session: Session, settings: Settings) -> int:
    """Write the mail that waits to files and commit; return how many."""
    written = write_to_folder(session, mail_folder(settings), mail_settings(settings)[1])
    session.commit()
    return written


def init_mailing(app: Flask, settings: Settings) -> None:
    """Without a mail server: after a request that put mail in the outbox and committed it, write that mail to files.

    With one, a request never sends: `flask mail send` does, in a process of its own.
    """
    server, _sender = mail_settings(settings)
    if server is None:
        app.after_request(_showing(settings))
    app.after_request(_tidying(settings))  # with a server too: files may be left from the time before it


def _showing(settings: Settings) -> Callable[[Response], Response]:
    def show_mail(response: Response) -> Response:
        session = db()
        if not session.info.pop(QUEUED, False):  # whatever the method: signing in elsewhere ends with a GET
            return response
        session.rollback()  # what the view did not commit is not to be kept, or sent
        try:
            show_as_files(session, settings)
        except Exception:  # the change is made and may not become a 500; the mail is kept in the database
            session.rollback()
            log.exception("mail could not be written to the data folder")
        return response

    return show_mail


def _tidying(settings: Settings) -> Callable[[Response], Response]:
    def remove_dropped(response: Response) -> Response:
        session = db()
        if not session.info.pop(DROPPED, False):
            return response
        session.rollback()
        try:
            remove_files(session, mail_folder(settings))
        except OSError:  # `flask privacy clean` tries again
            log.exception("files of mail could not be removed from the data folder")
        session.rollback()
        return response

    return remove_dropped
