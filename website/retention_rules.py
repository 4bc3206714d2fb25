"""What a rule of keeping personal data says; retention.py lists them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from common.vocabulary import Text

DAY: Final = timedelta(days=1)
YEAR: Final = timedelta(days=365)
Clean = Callable[[Session, datetime], int]
"""Cleans what is older than a moment; returns how much went. The caller commits."""
Find = Callable[[Session, datetime], list[int]]
"""Returns the numbers of what holds something older than a moment; only reads."""
CleanOne = Callable[[Session, int, datetime], int]
"""Cleans one of these, as `Clean` does."""


@dataclass(frozen=True)
class Rule:
    """What is kept, why, and how long; with the function that cleans it where time decides.

    Where finding takes long, `find` and `clean_one` stand in the place of `clean`: nobody waits for the finding.
    """

    key: str
    what: Text
    why: Text
    how_long: Text
    tables: tuple[str, ...]
    kept: timedelta = timedelta(0)
    clean: Clean | None = None
    find: Find | None = None
    clean_one: CleanOne | None = None
