"""What other parts of the site show at a guide: each brings a template and reads its own facts.

The knowledge base knows nothing of the register, and its guides know nothing of comments or proposals. So who stands
above adds his part when the site is put together; the page shows the parts in the order in which they were added.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from kb.guides.reading import GuideCard

if TYPE_CHECKING:
    from flask import Flask

Read = Callable[[Session, GuideCard], Any]
_KEY = "guides_beside"


@dataclass(frozen=True)
class Part:
    """One part of a guide's page: its template, and what that template finds as `part`."""

    template: str
    value: Any


def add_beside(app: "Flask", template: str, read: Read) -> None:
    """Show `template` at every guide for which `read` returns something, in the main column after the sources.

    The template finds what `read` returned as `part`, and the guide as `guide` and `card_data`. The page is kept for
    every visitor alike: what differs per person belongs in a fragment of its own.
    """
    app.extensions.setdefault(_KEY, []).append((template, read))


def parts_beside(app: "Flask", session: Session, card: GuideCard) -> list[Part]:
    """Return what the others show at this guide."""
    read = ((template, reader(session, card)) for template, reader in app.extensions.get(_KEY, []))
    return [Part(template, value) for template, value in read if value is not None]
