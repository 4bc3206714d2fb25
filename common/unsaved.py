"""What somebody typed in a form when his session had ended: kept until he signs in again, at most a week."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, delete, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from common.clock import now
from common.database import Base

KEPT_FOR = timedelta(days=7)
LARGEST = 1_000_000
"""Characters of one form; a larger one is not kept."""


class UnsavedInput(Base):
    """One form of one person that reached the site after his session had ended."""

    __tablename__ = "unsaved_input"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(index=True)
    path: Mapped[str] = mapped_column(String(500))
    fields: Mapped[dict[str, Any]]
    """Field name -> list of values, as they were sent."""
    kept_at: Mapped[datetime] = mapped_column(default=now)


def keep(session: Session, user_id: int, path: str, fields: dict[str, list[str]]) -> bool:
    """Keep what was typed for `path`; a later form for the same path replaces it. False when it is too large."""
    if sum(len(value) for values in fields.values() for value in values) > LARGEST:
        return False
    forget(session, user_id, path)
    forget_old(session)
    session.add(UnsavedInput(user_id=user_id, path=path, fields=fields))
    return True


def find(session: Session, user_id: int, path: str) -> UnsavedInput | None:
    """Return what this person typed for `path` and could not save, if it is not too old."""
    return session.scalars(
        select(UnsavedInput)
        .where(UnsavedInput.user_id == user_id, UnsavedInput.path == path)
        .where(UnsavedInput.kept_at > now() - KEPT_FOR)
        .order_by(UnsavedInput.id.desc())
    ).first()


def forget(session: Session, user_id: int, path: str) -> None:
    """Drop what was kept for `path`: it was saved, or the person does not want it."""
    session.execute(delete(UnsavedInput).where(UnsavedInput.user_id == user_id, UnsavedInput.path == path))


def find_below(session: Session, user_id: int, path: str) -> list[UnsavedInput]:
    """Return what this person typed on the pages that stand at `path` with a query, newest first."""
    return list(
        session.scalars(
            select(UnsavedInput)
            .where(UnsavedInput.user_id == user_id, UnsavedInput.path.startswith(f"{path}?", autoescape=True))
            .where(UnsavedInput.kept_at > now() - KEPT_FOR)
            .order_by(UnsavedInput.kept_at.desc(), UnsavedInput.id.desc())
        )
    )


def move(session: Session, old_path: str, new_path: str) -> None:
    """Let what anybody typed for a page come back at the address that the page has now, with the query that it had.

    What stands below the page moves along.
    """
    below = (UnsavedInput.path.startswith(f"{old_path}{sign}", autoescape=True) for sign in "?/")
    for kept in session.scalars(select(UnsavedInput).where(or_(UnsavedInput.path == old_path, *below))):
        kept.path = new_path + kept.path.removeprefix(old_path)


def forget_old(session: Session) -> int:
    """Drop what is older than a week; return how many."""
    outcome = session.execute(delete(UnsavedInput).where(UnsavedInput.kept_at <= now() - KEPT_FOR))
    return int(getattr(outcome, "rowcount", 0))
