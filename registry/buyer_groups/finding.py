"""Finds the authority that somebody means by a name or a code."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from common.clock import today
from common.versions import as_of, known_at
from registry.authorities.models import Authority, AuthorityVersion
from registry.authorities.naming import fold

MOST = 20


def found_authorities(session: Session, typed: str, *, is_example: bool) -> Sequence[Authority]:
    """Return the authorities of today that are meant: by code, by the exact name, else by a part of the name."""
    wanted = fold(typed)
    if not wanted:
        return []
    query = (
        select(Authority)
        .join(AuthorityVersion, AuthorityVersion.authority_id == Authority.id)
        .where(Authority.is_example == is_example)
        .options(selectinload(Authority.versions.and_(known_at(AuthorityVersion))))
        .limit(MOST)
    )
    named = query.where(as_of(AuthorityVersion, today()))
    by_code = session.scalars(query.where(Authority.code == wanted)).unique().all()
    if by_code:
        return by_code
    whole = (
        session.scalars(named.where(or_(AuthorityVersion.sort_name == wanted, AuthorityVersion.name == typed.strip())))
        .unique()
        .all()
    )
    if len(whole) == 1:
        return whole
    return session.scalars(named.where(AuthorityVersion.search_text.contains(wanted, autoescape=True))).unique().all()
