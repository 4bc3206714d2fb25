"""How gunicorn refuses and logs: answers before the application ever sees a request, and lines without visitors."""

import logging
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.util import write_nonblock
from sqlalchemy import inspect, select

from accounts.models import User
from common.database import Database
from common.web.logs import JsonLines
from common.web.security import HEADERS, HSTS
from website.config import CannotStart, Settings

_REFUSALS = {
    414: ("Dit adres is te lang. Maak de zoekvraag korter.", "This address is too long. Please shorten the search."),
    500: ("Er ging iets mis. Probeer het later opnieuw.", "Something went wrong. Please try again later."),
}
_OTHERWISE = ("Dit verzoek klopt niet.", "This request is not right.")


class QuietLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's log as JSON lines; what a visitor sent, and from where, is left out."""

    def setup(self, cfg: Any) -> None:
        """Take over the handlers that gunicorn made."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(_GunicornLines())

    def access(self, *_details: object) -> None:
        """Write nothing: the application writes a line for each request."""


class _GunicornLines(JsonLines):
    """Lines about the processes, with their words; of a request that was refused only that it was."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        if record.levelno < logging.WARNING:
            record.msg, record.args = record.getMessage(), ()
        elif isinstance(record.msg, str):
            # "Invalid request from ip=...: ..." comes with its words filled in.
            record.msg = record.msg.split(" from ip=")[0]
        return super().format(record)


def write_refusal(socket: Any, status: int, reason: str, _message: str, *, https: bool = False) -> None:
    """Answer a request that gunicorn itself cannot take, in both languages and with every header of the site."""
    body = "\n".join(_REFUSALS.get(status, _OTHERWISE)).encode() + b"\n"
    headers = {
        "Connection": "close",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        **HEADERS,
        **({"Strict-Transport-Security": HSTS} if https else {}),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    write_nonblock(socket, f"HTTP/1.1 {status} {reason}\r\n{head}\r\n".encode("latin-1") + body)


def refuse_example_in_production(settings: Settings, database: Database) -> None:
    """Stop where the example world, whose passwords lie in a file, stands in a site that is on the internet."""
    if not settings.production or not inspect(database.engine).has_table(User.__tablename__):
        return
    with database.engine.connect() as connection:
        example = connection.scalar(select(User.id).where(User.is_example).limit(1))
    database.engine.dispose()
    if example is not None:
        raise CannotStart(
            "Manifestkompas start niet met PRODUCTION=on: in de database staat de voorbeeldwereld.\n"
            "Begin met een lege database en: flask --app wsgi setup --without-example."
        )
