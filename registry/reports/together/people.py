"""The people of one authority: who may get a task, and whom a message may mention (`common.mentioning`)."""

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
