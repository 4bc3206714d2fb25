"""Writes a mail: one folder in templates/mail/ for each kind, in the reader's language, in the frame that all share."""

import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app
from markupsafe import Markup
from sqlalchemy.orm import Session

from common import outbox
from common.outbox import OutboxMail
from common.web.languages import LANGUAGES, href, in_language


def site_link(path: str, language: str = "nl") -> str:
    """Return the full address of a page of this site, for a mail. The host is a setting, and never the request's."""
    return str(current_app.config["SITE_URL"]) + href(path, language)


def queue_mail(
    session: Session,
    kind: str,
    to_address: str,
    language: str,
    *,
    to_user_id: int | None = None,
    about_user_id: int | None = None,
    **context: object,
) -> OutboxMail:
    """Write a mail of this kind and put it in the outbox, in the transaction of the change.

    `about_user_id` is somebody else whom the mail names: it is emptied, and not sent, when he is erased.
    Texts in the context are given in the reader's language already; links are made with `site_link`. A kind that one
    may end goes through `accounts.mail_choices.queue_for`, which asks whether the person wants it.
    """
    language = language if language in LANGUAGES else "nl"
    parts = write_mail(kind, language, context)
    mail = outbox.queue(session, kind, to_address, language, parts=parts, domain=_domain())
    mail.to_user_id, mail.about_user_id = to_user_id, about_user_id
    mail.end_link = str(context["end_link"]) if context.get("end_link") else None
    return mail


def write_mail(kind: str, language: str, context: dict[str, object]) -> tuple[str, str, str]:
    """Return subject, text and HTML of a mail. It needs no request, so that a command can write it as well."""
    values = {"language": language, "sheet": _sheet(str(current_app.root_path)), **context}
    with in_language(language):
        subject, text, html = (
            current_app.jinja_env.get_template(f"mail/{kind}/{part}").render(values)
            for part in ("subject.txt", "body.txt", "body.html")
        )
    return " ".join(subject.split()), tidy(text), html


def tidy(text: str) -> str:
    """Take away what template tags leave in a plain text: blank lines in a row, and spaces at the end of a line.

    The one space that stays is that of "-- ", by which a mail program knows where the letter ends (RFC 3676, 4.3).
    """
    lines = "\n".join(line.rstrip(" \t") if line != "-- " else line for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def _domain() -> str:
    return urlsplit(str(current_app.config["SITE_URL"])).hostname or "localhost"


@cache
def _sheet(root: str) -> Markup:
    """Return the style of HTML mail: a mail program fetches no sheet, so each mail carries it."""
    css = (Path(root) / "templates" / "mail" / "_frame.css").read_text(encoding="utf-8")
    return Markup("<style>\n{}</style>").format(Markup(css))  # noqa: S704  # our own file
