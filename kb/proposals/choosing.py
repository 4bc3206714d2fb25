"""Finds the guide that somebody wants to change, by words of its title."""

import re
from difflib import get_close_matches

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from kb.guides.models import Guide, Revision
from kb.guides.reading import is_public

MOST_FOUND = 10
_ESCAPE = "\\"
_WORD = re.compile(r"[^\W_]+")
_ALIKE = 0.75
"""How much of a word must be as it was typed: one wrong or missing letter in four."""


def guides_named(session: Session, words: str) -> list[tuple[str, str]]:
    """Return address and title of the public guides whose title has all these words, at most ten. One query."""
    wanted = and_(*(Revision.title.ilike(f"%{_plain(word)}%", escape=_ESCAPE) for word in words.split()))
    query = select(Guide.slug, Revision.title).join(Revision.guide).where(is_public(), wanted)
    return [(slug, title) for slug, title in session.execute(query.order_by(Revision.title).limit(MOST_FOUND))]


def likely_words(session: Session, words: str) -> str:
    """Return the words as titles of public guides spell them; "" where one is like no word of a title. One query.

    For a search that found nothing: it reads all titles.
    """
    titles = session.scalars(select(Revision.title).where(is_public()))
    known = {word.lower() for title in titles for word in _WORD.findall(title)}
    meant = [get_close_matches(word.lower(), known, 1, _ALIKE) for word in _WORD.findall(words)]
    return " ".join(found[0] for found in meant) if all(meant) else ""


def guide_titled(session: Session, title: str) -> tuple[str, str] | None:
    """Return address and title of the public guide that has exactly this title; capitals do not count. One query."""
    wanted = " ".join(title.split())
    if not wanted:
        return None
    same = or_(Revision.title == wanted, func.lower(Revision.title) == wanted.lower())
    row = session.execute(select(Guide.slug, Revision.title).join(Revision.guide).where(is_public(), same)).first()
    return (row[0], row[1]) if row else None


def _plain(word: str) -> str:
    return word.replace(_ESCAPE, _ESCAPE * 2).replace("%", f"{_ESCAPE}%").replace("_", f"{_ESCAPE}_")
