"""What an address may hold, so that no database is asked for what it cannot store."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter

LARGEST = 2**31 - 1
"""The largest whole number that every database can hold in a column of numbers."""


class StoredNumber(IntegerConverter):
    """A whole number that a row can have; with a larger one the address does not exist."""

    def __init__(self, url_map: Map, *args: Any, **options: Any) -> None:
        super().__init__(url_map, *args, **{"max": LARGEST, **options})
        self.regex = r"\d{1,10}"


class StoredText(UnicodeConverter):
    """Text without the character NUL, which PostgreSQL refuses."""

    def __init__(self, url_map: Map, *args: Any, **options: Any) -> None:
        super().__init__(url_map, *args, **options)
        self.regex = r"[^/\x00]+"


def init_addresses(app: Flask) -> None:
    """Let every route that is added after this take only such numbers and texts."""
    app.url_map.converters.update(int=StoredNumber, default=StoredText, string=StoredText)


def stored_number(text: str) -> int:
    """Read a number of a query string or a form, for `get(type=...)`. Raises ValueError where it is too large."""
    number = int(text)
    if abs(number) > LARGEST:
        raise ValueError(text[:20])
    return number
