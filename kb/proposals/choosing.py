"""Finds the guide that somebody wants to change, by words of its title."""

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from kb.guides.models import Guide, Revision
from kb.guides.reading import is_public

MOST_FOUND = 10
_ESCAPE = "\\"


def guides_named(session: Session, words: str) -> list[tuple[str, str]]:
    """Return address and title of the public guides whose title has all these words, at most ten. One query."""
    wanted = and_(*(Revision.title.ilike(f"%{_plain(word)}%", escape=_ESCAPE) for word in words.split()))
    query = select(Guide.slug, Revision.title).join(Revision.guide).where(is_public(), wanted)
    return [(slug, title) for slug, title in session.execute(query.order_by(Revision.title).limit(MOST_FOUND))]


def _plain(word: str) -> str:
    return word.replace(_ESCAPE, _ESCAPE * 2).replace("%", f"{_ESCAPE}%").replace("_", f"{_ESCAPE}_")
