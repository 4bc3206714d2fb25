"""How often a thing was changed since it became public: the pages below ask it of the list of changes above them."""

from collections.abc import Sequence
from typing import Protocol, cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

from common.versions import AsOf


class Counter(Protocol):
    """The count of registry/changes/reading.py."""

    def __call__(
        self, session: Session, at: AsOf, *, subjects: Sequence[str] = (), authority_id: int | None = None
    ) -> int:
        """Count the changes of these subjects of the ledger, or of everything about one authority."""


def init_change_counts(app: Flask, counter: Counter) -> None:
    """Let every floor ask how often something changed; `counter` is a function of the register."""
    app.extensions["change_counter"] = counter


def change_count(session: Session, at: AsOf, *, subjects: Sequence[str] = (), authority_id: int | None = None) -> int:
    """Return how often these subjects ("plan:gm0361/mvoi-2022-2025"), or an authority, changed since publication.

    One query. Show it with the macro changes_line (components/time.html).
    """
    counter = cast(Counter, current_app.extensions["change_counter"])
    return counter(session, at, subjects=subjects, authority_id=authority_id)
