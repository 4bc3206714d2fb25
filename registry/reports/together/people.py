"""The people of one authority: who may get a task, and whom a message mentions."""

import re
from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from accounts.models import MemberRole, Membership, User

WRITERS = (MemberRole.CONTRIBUTOR, MemberRole.COORDINATOR)


def colleagues(session: Session, code: str, roles: Collection[MemberRole] = tuple(MemberRole)) -> Sequence[User]:
    """Return who works for an authority now in one of these roles, by name."""
    works = select(Membership.user_id).where(
        Membership.authority_code == code, Membership.ended_at.is_(None), Membership.role.in_(roles)
    )
    query = select(User).where(User.id.in_(works), User.active).order_by(User.name, User.id)
    return session.scalars(query.options(lazyload(User.roles), lazyload(User.memberships))).all()


def mentioned(text: str, people: Sequence[User]) -> tuple[list[User], list[str]]:
    """Return who is named with an @ in a text, and the names that nobody or more than one person has. Pure.

    One writes the whole name, or the first name where only one colleague has it; capitals make no difference.
    """
    found: dict[int, User] = {}
    unknown: list[str] = []
    for start in re.finditer(r"(?<![\w@.])@(?=\w)", text):
        after = text[start.end() :]
        who = [one for one in people if _begins(after, one.name)]
        who = [one for one in who if len(one.name) == max(len(other.name) for other in who)]
        who = who or [one for one in people if _begins(after, one.name.split(" ")[0])]
        if len(who) == 1:
            found[who[0].id] = who[0]
        else:
            unknown.append(re.split(r"[^\w'-]", after, maxsplit=1)[0][:40])
    return list(found.values()), list(dict.fromkeys(unknown))


def _begins(text: str, name: str) -> bool:
    return text.lower().startswith(name.lower()) and not re.match(r"\w", text[len(name) :])
