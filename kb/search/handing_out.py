"""What a person gets of what he did for searching when he asks what is held about him."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.privacy import moment
from kb.search.models import SearchSynonym


def words_by(session: Session, user: User) -> list[dict[str, Any]]:
    """Return the words that he let mean the same, with when."""
    rows = session.scalars(select(SearchSynonym).where(SearchSynonym.added_by_id == user.id).order_by(SearchSynonym.id))
    return [{"words": row.words, "at": moment(row.added_at)} for row in rows]
