"""Dutch at `/`, English under `/en/`: one set of routes, two languages."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from babel import Locale
from babel.dates import format_date as babel_format_date
from babel.dates import format_datetime
from babel.numbers import format_decimal
from flask import Flask, has_request_context, request
from flask_babel import Babel, force_locale, get_locale
from markupsafe import Markup, escape

from common.clock import local

if TYPE_CHECKING:
    from datetime import date, datetime

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LANGUAGES = ("nl", "en")
LONGEST_QUERY = 1000
"""Characters of a query string that are carried to the other language."""
_LOCALES = {"nl": "nl_NL", "en": "en_GB"}
_KEY = "manifestkompas.language"
_reader: ContextVar[str | None] = ContextVar("reader_language", default=None)


class LanguagePrefix:
    """WSGI layer that takes `/en` off the path and puts it in the root, so that url_for adds it again."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Serve the request in the language its path asks for."""
        path = environ.get("PATH_INFO", "")
        if path == "/en" or path.startswith("/en/"):
            environ[_KEY] = "en"
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/en"
            environ["PATH_INFO"] = path[3:] or "/"
        return self._app(environ, start_response)


def init_languages(app: Flask) -> None:
    """Set up translations and the language of each request."""
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    Babel(app, locale_selector=_select_locale, default_locale="nl_NL", default_timezone="Europe/Amsterdam")


def _select_locale() -> str:
    return _LOCALES[page_language()] if has_request_context() else "nl_NL"


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Write texts, dates and links inside the block in this language, whatever the page's: for somebody else's mail."""
    token = _reader.set(language)
    try:
        with force_locale(_LOCALES[language]):
            yield
    finally:
        _reader.reset(token)


def page_language() -> str:
    """Return the language of the present page (or of `in_language`): "nl" or "en"."""
    reader = _reader.get()
    if reader is not None:
        return reader
    if not has_request_context():
        locale = get_locale()
        return locale.language if locale and locale.language in LANGUAGES else "nl"
    return str(request.environ.get(_KEY, "nl"))


def href(path: str, language: str | None = None) -> str:
    """Return the address of `path` in this page's language (or in `language`), always on this site."""
    path = "/" + path.lstrip("/\\")  # two slashes at the start would be the name of another site
    if (language or page_language()) == "nl":
        return path
    return "/en" + path if path != "/" else "/en/"


def other_language_url() -> str:
    """Return the address of the present page in the other language."""
    other = "nl" if page_language() == "en" else "en"
    query = request.query_string.decode("utf-8", "replace")
    if len(query) > LONGEST_QUERY:
        query = ""  # a page does not repeat what was too long for it
    return href(request.path, other) + (f"?{query}" if query else "")


def text_in_language(value: Any) -> str:
    """Return a text of a content file in this page's language, or in Dutch where it has no other."""
    if isinstance(value, Mapping):
        return str(value.get(page_language()) or value.get("nl") or "")
    return "" if value is None else str(value)


def in_dutch(text: str) -> Markup:
    """Mark words that somebody wrote in Dutch, so that a screen reader on an English page reads them as Dutch."""
    if page_language() == "nl":
        return escape(text)
    return Markup('<span lang="nl">{}</span>').format(text)


def _locale() -> Locale:
    return Locale.parse(_LOCALES[page_language()])


def format_day(day: "date | None", precision: str = "day") -> str:
    """Write a date in words, no more exactly than it is known ("24 november 2022", "november 2022").

    A day of every year is written without its year ("yearly": "1 juni"), a month alone as its name ("month_name").
    """
    if day is None:
        return ""
    pattern = {"month": "MMMM y", "year": "y", "yearly": "d MMMM", "month_name": "LLLL"}.get(precision, "d MMMM y")
    # A no-break space keeps the day beside its month at the end of a line.
    return babel_format_date(day, pattern, locale=_locale()).replace(" ", "\u00a0", 1)


def format_moment(moment: "datetime | None") -> str:
    """Write a moment on the Dutch clock ("21 november 2026, 14:02")."""
    if moment is None:
        return ""
    return format_datetime(local(moment).replace(tzinfo=None), "d MMMM y, HH:mm", locale=_locale()).replace(
        " ", "\u00a0", 1
    )


def format_number(value: "float | int | None", decimals: int | None = None) -> str:
    """Write a number as the page's language does ("1.234,5")."""
    if value is None:
        return ""
    pattern = "#,##0.###" if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(value, format=pattern, locale=_locale()))
