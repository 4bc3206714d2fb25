"""Who works for an authority, in which role, from when until when. Nothing is deleted: an ended row stays.

Changes are made one at a time: SQLite's immediate transaction sees to that, and on PostgreSQL the ledger's lock,
which each function takes before it reads what it decides on.
"""

import enum
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts import inviters, security_events
from accounts.models import MemberRole, Membership, User
from common import ledger
from common.clock import now
from common.errors import Conflict, Refused
from common.ledger import Actor

LONGEST_REASON = 1000


class Why(enum.StrEnum):
    """Why a change of people is refused; the page puts it in words."""

    ALREADY_THERE = "already_there"
    SAME_ROLE = "same_role"
    NOT_OPEN = "not_open"
    OTHER_ADDRESS = "other_address"
    LAST_ADMINISTRATOR = "last_administrator"
    NOTHING_CHANGED = "nothing_changed"


class NotPossible(Refused):
    """A change of people that the rules do not allow now; `why` says which rule."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


def members(session: Session, code: str) -> Sequence[Membership]:
    """Return who works for the authority now, by name, one row for each role. One query."""
    query = (
        select(Membership)
        .join(Membership.user)
        .where(Membership.authority_code == code, Membership.ended_at.is_(None), User.active)
        .options(joinedload(Membership.user))
        .order_by(User.name, User.id, Membership.id)
    )
    return session.scalars(query).all()


def coordinators(session: Session, code: str) -> list[User]:
    """Return the people who are coördinator of the authority now, by name."""
    return [one.user for one in members(session, code) if one.role is MemberRole.COORDINATOR]


def is_last_coordinator(session: Session, membership: Membership) -> bool:
    """Say whether without this membership the authority has no coördinator any more."""
    if membership.role is not MemberRole.COORDINATOR or membership.ended_at is not None:
        return False
    return not [one for one in members(session, membership.authority_code) if _other_coordinator(one, membership)]


def _other_coordinator(one: Membership, than: Membership) -> bool:
    return one.role is MemberRole.COORDINATOR and one.id != than.id


def start(session: Session, user: User, code: str, role: MemberRole, *, actor: Actor) -> Membership:
    """Let a person work for an authority. Who has the role there already keeps what he has."""
    found = current(session, user.id, code, role)
    if found:
        return found
    membership = Membership(authority_code=code, role=role, started_at=now())
    user.memberships.append(membership)
    session.flush()
    details: dict[str, object] = {"authority": code, "role": role.value}
    security_events.note(session, "membership.started", user.id, by=actor, details=details)
    return membership


def current(session: Session, user_id: int, code: str, role: MemberRole) -> Membership | None:
    """Return the person's membership in this role at this authority, where he has it now."""
    query = select(Membership).where(
        Membership.user_id == user_id,
        Membership.authority_code == code,
        Membership.role == role,
        Membership.ended_at.is_(None),
    )
    return session.scalars(query).first()


def change_role(
    session: Session, membership: Membership, role: MemberRole, *, actor: Actor, reason: str = ""
) -> Membership:
    """Give a member another role: the old row ends and a new one begins, so that both stay known.

    Raises Conflict when the membership ended meanwhile, NotPossible when he has that role already.
    """
    _lock(session, membership)
    user, code, before = membership.user, membership.authority_code, membership.role
    if current(session, user.id, code, role):
        raise NotPossible(Why.SAME_ROLE)
    last = is_last_coordinator(session, membership)
    membership.ended_at = now()
    changed = Membership(authority_code=code, role=role, started_at=now())
    user.memberships.append(changed)
    session.flush()
    details: dict[str, object] = {"authority": code, "from": before.value, "to": role.value, "last_coordinator": last}
    _note(session, "membership.changed", user, details, reason, actor)
    inviters.withdraw_unbacked(session, user, actor=actor)
    return changed


def end(session: Session, membership: Membership, *, actor: Actor, reason: str = "") -> None:
    """Let a member go. Raises Conflict when that was done meanwhile."""
    _lock(session, membership)
    last = is_last_coordinator(session, membership)
    membership.ended_at = now()
    session.flush()
    code, role = membership.authority_code, membership.role.value
    details: dict[str, object] = {"authority": code, "role": role, "last_coordinator": last}
    _note(session, "membership.ended", membership.user, details, reason, actor)
    inviters.withdraw_unbacked(session, membership.user, actor=actor)


def _lock(session: Session, membership: Membership) -> None:
    ledger.lock(session)
    session.refresh(membership)
    if membership.ended_at is not None:
        raise Conflict


def _note(session: Session, event: str, user: User, details: dict[str, object], reason: str, actor: Actor) -> None:
    # A reason may name people: the person reads it in his mail, the ledger keeps its salted hash.
    security_events.note(session, event, user.id, by=actor, details=details, personal={"reason": reason or None})
