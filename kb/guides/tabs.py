"""What an editor types and has not saved: kept per open page, so that two tabs of one person keep apart.

A page that opens gets a name of its own (`new_tab`). What it keeps makes no version: it is a row of the unsaved input
that goes when the text is saved, and after a week. A page that goes on with what another kept takes that row over at
its first keystroke, unless the other page kept something since.
"""

import re
import secrets

from sqlalchemy.orm import Session

from common import unsaved
from common.unsaved import UnsavedInput

_TAB = re.compile(r"[0-9a-f]{12}")


def new_tab() -> str:
    """Return a name for a page that opens now."""
    return secrets.token_hex(6)


def page_of(slug: str) -> str:
    """Return the path of the form of a guide; of a new one where `slug` is empty."""
    return f"/redactie/gidsen/{slug or 'nieuw'}"


def path_of(slug: str, tab: str) -> str:
    """Return the address at which what a page keeps comes back."""
    return f"{page_of(slug)}?tab={tab}"


def is_tab(typed: str) -> bool:
    """Say whether it is a name that this site gave to a page."""
    return bool(_TAB.fullmatch(typed))


def mark_of(kept: UnsavedInput) -> str:
    """Return which kept text a page goes on with, for its hidden field."""
    return f"{kept.path.rpartition('=')[2]}@{kept.kept_at.isoformat()}"


def keep_typed(session: Session, user_id: int, slug: str, tab: str, fields: dict[str, list[str]]) -> bool:
    """Keep what a page holds now; False when it is too large. Its field `uit` says which kept text it went on with."""
    if not unsaved.keep(session, user_id, path_of(slug, tab), fields):
        return False
    drop_source(session, user_id, slug, (fields.get("uit") or [""])[0])
    return True


def drop_source(session: Session, user_id: int, slug: str, mark: str) -> None:
    """Drop the kept text that a page went on with, unless another page kept something there since."""
    tab, _at, moment = mark.partition("@")
    kept = find_typed(session, user_id, slug, tab)
    if kept is not None and kept.kept_at.isoformat() == moment:
        unsaved.forget(session, user_id, kept.path)


def find_typed(session: Session, user_id: int, slug: str, tab: str) -> UnsavedInput | None:
    """Return what one page of this person kept."""
    return unsaved.find(session, user_id, path_of(slug, tab)) if is_tab(tab) else None
