"""What an address or a form may hold, so that no database is asked for what it cannot store.

PostgreSQL refuses the character NUL, and no text needs it. This is the one place for what a browser sends: in the path
it makes an address that does not exist, and everywhere else it is left out. What comes in a file or in JSON meets the
same rule where that is read.
"""

from typing import IO, Any

from flask import Flask
from htmx_flask import Htmx
from htmx_flask.requests import HtmxAwareRequest
from werkzeug.datastructures import FileStorage, ImmutableMultiDict, MultiDict
from werkzeug.formparser import FormDataParser
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter
from werkzeug.utils import cached_property

from common.database import LARGEST_NUMBER


class StoredNumber(IntegerConverter):
    """A whole number that a row can have; with a larger one the address does not exist."""

    def __init__(self, url_map: Map, *args: Any, **options: Any) -> None:
        super().__init__(url_map, *args, **{"max": LARGEST_NUMBER, **options})
        self.regex = r"\d{1,10}"


class StoredText(UnicodeConverter):
    """Text without the character NUL, which PostgreSQL refuses."""

    def __init__(self, url_map: Map, *args: Any, **options: Any) -> None:
        super().__init__(url_map, *args, **options)
        self.regex = r"[^/\x00]+"


class _StoredForms(FormDataParser):
    """Reads a form without NUL: the names of its fields, what was typed in them, and the names of its files."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        """Read what was sent, as it is read elsewhere, and leave NUL out."""
        rest, form, files = super().parse(stream, mimetype, content_length, options)
        named = [(without_nul(name), file) for name, file in files.items(multi=True)]
        for _name, file in named:
            file.filename = without_nul(file.filename or "")
        return rest, self.cls(_texts(form)), self.cls(named)


class StoredRequest(HtmxAwareRequest):  # type: ignore[misc]  # which has no types
    """A request of which the query string and the forms hold no NUL."""

    form_data_parser_class = _StoredForms

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The query string."""
        return ImmutableMultiDict(_texts(super().args))


def without_nul(text: str) -> str:
    """Return a text as every database can keep it."""
    return text.replace("\x00", "")


def _texts(values: MultiDict[str, str]) -> list[tuple[str, str]]:
    return [(without_nul(name), without_nul(value)) for name, value in values.items(multi=True)]


def init_addresses(app: Flask) -> None:
    """Let every request, and every route that is added after this, take only such numbers and texts."""
    Htmx(app)  # which sets a class of requests too
    app.request_class = StoredRequest
    app.url_map.converters.update(int=StoredNumber, default=StoredText, string=StoredText)


def stored_number(text: str) -> int:
    """Read a number of a query string or a form, for `get(type=...)`. Raises ValueError where it is too large."""
    number = int(text)
    if abs(number) > LARGEST_NUMBER:
        raise ValueError(text[:20])
    return number
