"""What a browser remembers of its answers to "Was dit nuttig?": about which guides, today. Nothing of it is kept here.

An answer without a sentence is remembered as it was given, so that its reader may still add one (useful.py: complete).

The cookie stops a second answer by mistake. It does not stop who deletes it: the limit of an address does (common/web/
limits.py). It says no name and no number of a person, and it goes at the end of the day. It is signed so that what
comes back is a list that we wrote, and not anything else of any length.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from itsdangerous import BadData, URLSafeSerializer

NAME: Final = "nuttig"
DONE: Final = ""
"""Answered with a sentence: nothing can be added to it. Else "ja" or "nee"."""
MOST: Final = 150
"""Guides that fit in one cookie; of more in one day the first are forgotten."""


def read_voted(cookie: str, key: str, day: date) -> dict[int, str]:
    """Return by its number each guide about which this browser answered on this day: DONE, or what it answered."""
    try:
        written, guides = _serializer(key).loads(cookie)
        return dict(guides) if written == day.isoformat() else {}
    except (BadData, ValueError, TypeError):
        return {}


def write_voted(guides: Mapping[int, str], key: str, day: date) -> str:
    """Return the value of the cookie; the answers stand in the order in which they were given."""
    return str(_serializer(key).dumps([day.isoformat(), list(guides.items())[-MOST:]]))


def _serializer(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt="nuttig")
