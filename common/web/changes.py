"""How often a thing was changed since it became public: the pages below ask it of the list of changes above them."""

from collections.abc import Sequence
from typing import Any, Protocol, cast

from flask import Flask, current_app
from sqlalchemy import Select
from sqlalchemy.orm import Session

from common.versions import AsOf


class Counting(Protocol):
    """The query of registry/changes/reading.py, of one row with one `number`."""

    def __call__(self, at: AsOf, *, subjects: Sequence[str] = (), authority_id: int | None = None) -> Select[Any]:
        """Count the changes of these subjects of the ledger, or of everything about one authority."""


def init_change_counts(app: Flask, counting: Counting) -> None:
    """Let every floor ask how often something changed; `counting` is a function of the register."""
    app.extensions["change_counting"] = counting


def change_count(session: Session, at: AsOf, *, subjects: Sequence[str]) -> int:
    """Return how often these subjects ("plan:gm0361/mvoi-2022-2025") changed since publication.

    One query. Show it with the macro changes_line (components/time.html).
    """
    return int(session.scalar(_counting()(at, subjects=subjects)) or 0)


def change_count_query(at: AsOf, *, subjects: Sequence[str] = (), authority_id: int | None = None) -> Select[Any]:
    """Return the query for how often these subjects, or anything about an authority, changed: to ask more at once."""
    return _counting()(at, subjects=subjects, authority_id=authority_id)


def _counting() -> Counting:
    return cast(Counting, current_app.extensions["change_counting"])
