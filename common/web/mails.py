"""Writes a mail: one folder in templates/mail/ for each kind, in the reader's language, in the frame that all share."""

from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy.orm import Session

from common import outbox
from common.outbox import OutboxMail
from common.web.languages import LANGUAGES, href

_LOCALES = {"nl": "nl_NL", "en": "en_GB"}


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
    **context: object,
) -> OutboxMail:
    """Write a mail of this kind and put it in the outbox, in the transaction of the change.

    Texts in the context are given in the reader's language already; links are made with `site_link`.
    """
    language = language if language in LANGUAGES else "nl"
    with force_locale(_LOCALES[language]):
        values = {"language": language, **context}
        subject, text, html = (
            render_template(f"mail/{kind}/{part}", **values) for part in ("subject.txt", "body.txt", "body.html")
        )
    mail = outbox.queue(session, kind, to_address, language, parts=(subject, text, html))
    mail.to_user_id = to_user_id
    return mail
