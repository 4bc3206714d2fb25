"""Whom a comment may mention with @: only people whose names its writer knows anyway.

Somebody with an account names his colleagues, who takes part in the thread, and who of staff said something at this
guide; staff name all of staff too. Without a name one asks for @redactie. Nobody gets any other names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, lazyload

from accounts.models import Membership, StaffRole, User, user_role
from accounts.people import authority_codes, has_staff_role, is_staff
from common.mentioning import mentioned
from kb.discussion.models import Comment

DESK = "redactie"


@dataclass(frozen=True)
class Mentions:
    """Who is mentioned in a text; `unknown` are names that nobody among those one may mention has."""

    people: tuple[User, ...]
    desk: bool
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class _Desk:
    id: int = 0
    name: str = DESK


def mentionable(session: Session, guide_id: int, first_id: int | None, user: Any) -> Sequence[User]:
    """Return whom this person may mention in a thread (None: one that begins now), by name, himself left out."""
    said = select(Comment.author_id).where(Comment.guide_id == guide_id, Comment.removed_at.is_(None))
    staff = User.id.in_(select(user_role.c.user_id))
    here = User.id.in_(said.where(or_(Comment.id == first_id, Comment.answers_id == first_id)))
    codes = Membership.authority_code.in_(authority_codes(user))
    colleagues = User.id.in_(select(Membership.user_id).where(codes, Membership.ended_at.is_(None)))
    known = or_(colleagues, here, staff if is_staff(user) else staff & User.id.in_(said))
    return [one for one in _users(session, known) if one.id != user.id]


def mentions_in(text: str, people: Sequence[User]) -> Mentions:
    """Return who is mentioned; @redactie is the desk."""
    named: Sequence[User | _Desk] = [*people, _Desk()]
    found, unknown = mentioned(text, named)
    who = tuple(one for one in found if isinstance(one, User))
    return Mentions(who, len(who) < len(found), tuple(unknown))


def editors(session: Session) -> Sequence[User]:
    """Return who works as redacteur or beheerder now."""
    rows = _users(session, User.id.in_(select(user_role.c.user_id)))
    return [one for one in rows if has_staff_role(one, StaffRole.EDITOR, StaffRole.ADMINISTRATOR)]


def took_part(session: Session, first_id: int) -> Sequence[User]:
    """Return who said something in a thread, by name."""
    of_thread = or_(Comment.id == first_id, Comment.answers_id == first_id)
    return _users(session, User.id.in_(select(Comment.author_id).where(of_thread, Comment.removed_at.is_(None))))


def _users(session: Session, which: ColumnElement[bool]) -> Sequence[User]:
    query = select(User).where(which, User.active, User.erased_at.is_(None)).order_by(User.name, User.id)
    return session.scalars(query.options(lazyload(User.memberships))).unique().all()
