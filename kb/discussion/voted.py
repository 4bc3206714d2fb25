"""What a browser remembers of its answers to "Was dit nuttig?": about which guides, today. Nothing of it is kept here.

The cookie stops a second answer by mistake. It does not stop who deletes it: the limit of an address does (common/web/
limits.py). It says no name and no number of a person, and it goes at the end of the day. It is signed so that what
comes back is a list that we wrote, and not anything else of any length.
"""

from collections.abc import Collection
from datetime import date
from typing import Final

from itsdangerous import BadData, URLSafeSerializer

NAME: Final = "nuttig"
MOST: Final = 200
"""Guides that fit in one cookie; of more in one day the first are forgotten."""


def read_voted(cookie: str, key: str, day: date) -> tuple[int, ...]:
    """Return the numbers of the guides about which this browser answered on this day."""
    try:
        written, guides = _serializer(key).loads(cookie)
    except (BadData, ValueError, TypeError):
        return ()
    return tuple(guides) if written == day.isoformat() else ()


def write_voted(guides: Collection[int], key: str, day: date) -> str:
    """Return the value of the cookie."""
    return str(_serializer(key).dumps([day.isoformat(), list(guides)[-MOST:]]))


def _serializer(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt="nuttig")
