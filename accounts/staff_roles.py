"""Who is staff, and in which roles. The site always keeps somebody who can give roles: a last beheerder stays."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import inviters, security_events
from accounts.memberships import NotPossible, Why
from accounts.models import Role, StaffRole, User
from common import ledger
from common.ledger import Actor


def staff(session: Session) -> Sequence[User]:
    """Return everybody with a staff role, by name."""
    query = select(User).where(User.roles.any(), User.active).order_by(User.name, User.id)
    return session.scalars(query).all()


def roles_of(user: User) -> set[StaffRole]:
    """Return the staff roles that a person has now."""
    return {StaffRole(role.name) for role in user.roles}


def grant(session: Session, user: User, role: StaffRole, *, actor: Actor, reason: str = "") -> None:
    """Give a person a staff role; who has it keeps it."""
    if role in roles_of(user):
        return
    found = session.scalar(select(Role).where(Role.name == role.value))
    user.roles.append(found or Role(name=role.value))
    session.flush()
    _note(session, "staff.granted", user, role, reason, actor)


def change(
    session: Session, user: User, wanted: Collection[StaffRole], *, actor: Actor, reason: str
) -> tuple[set[StaffRole], set[StaffRole]]:
    """Give a person exactly these staff roles; return which came and which went.

    Raises NotPossible when nothing would change, or when nobody could give roles any more. The ledger's lock comes
    first: of two beheerders who take each other's role in the same moment, the second is refused.
    """
    ledger.lock(session)
    session.refresh(user, ["roles"])
    has = roles_of(user)
    granted, revoked = set(wanted) - has, has - set(wanted)
    if not granted and not revoked:
        raise NotPossible(Why.NOTHING_CHANGED)
    if StaffRole.ADMINISTRATOR in revoked and is_last_administrator(session, user):
        raise NotPossible(Why.LAST_ADMINISTRATOR)
    for role in sorted(granted):
        grant(session, user, role, actor=actor, reason=reason)
    for role in sorted(revoked):
        user.roles.remove(next(one for one in user.roles if one.name == role.value))
        session.flush()
        _note(session, "staff.revoked", user, role, reason, actor)
    if revoked:
        inviters.withdraw_unbacked(session, user, actor=actor)
    return granted, revoked


def is_last_administrator(session: Session, user: User) -> bool:
    """Say whether nobody but this person is beheerder."""
    query = (
        select(User.id)
        .join(User.roles)
        .where(Role.name == StaffRole.ADMINISTRATOR.value, User.active, User.id != user.id)
    )
    return StaffRole.ADMINISTRATOR in roles_of(user) and session.scalars(query).first() is None


def _note(session: Session, event: str, user: User, role: StaffRole, reason: str, actor: Actor) -> None:
    details: dict[str, object] = {"role": role.value}
    security_events.note(
        session, event, user.id, by=actor, details=details, personal={"reason": reason} if reason else None
    )
