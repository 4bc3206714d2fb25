"""Who a person is to the site: his roles, the authorities he works for, and what the ledger calls him."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from accounts.addresses import address_key
from accounts.models import MemberRole, StaffRole, User
from common.ledger import Actor


def has_staff_role(user: Any, *roles: StaffRole) -> bool:
    """Say whether the person has one of these staff roles; a stranger has none."""
    if not user.is_authenticated:
        return False
    names = {role.name for role in user.roles}
    return any(role.value in names for role in roles)


def is_staff(user: Any) -> bool:
    """Say whether the person has any staff role."""
    return has_staff_role(user, *StaffRole)


def authority_codes(user: Any) -> list[str]:
    """Return the codes of the authorities for which the person works now, each once."""
    if not user.is_authenticated:
        return []
    return list(dict.fromkeys(m.authority_code for m in user.memberships if m.ended_at is None))


def member_roles(user: Any, authority_code: str) -> Collection[MemberRole]:
    """Return the person's roles at one authority; none for a stranger or another authority's person."""
    if not user.is_authenticated:
        return set()
    return {m.role for m in user.memberships if m.authority_code == authority_code and m.ended_at is None}


def actor_for(user: User, role: MemberRole | StaffRole) -> Actor:
    """Return how the ledger names this person when he acts in `role`."""
    return Actor(role=role.value, user_id=user.id)


def person_with_address(session: Session, address: str) -> User | None:
    """Return who has the address, whether his account is active or not; capitals make no difference.

    Roles and memberships are left for later: reading them would take time that only an account with them takes.
    """
    found = select(User).where(User.email == address_key(address))
    return session.scalars(found.options(lazyload(User.roles), lazyload(User.memberships))).first()
