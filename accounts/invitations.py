"""Joining: somebody is asked by mail, for one role, by a link that works once and for fourteen days.

Nobody registers himself. Of the secret in the link only the SHA-256 is kept, so whoever reads the database cannot join.
The ledger names an invitation by its number: who was asked stands in the row alone, and goes when the row goes.
"""

import enum
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import memberships, security_events, staff_roles
from accounts.addresses import address_key
from accounts.inviters import is_backed, note
from accounts.memberships import NotPossible, Why
from accounts.models import Invitation, MemberRole, StaffRole, User
from accounts.people import person_with_address
from common import ledger
from common.clock import now
from common.ledger import Actor, sha256

VALID_FOR = timedelta(days=14)


class State(enum.StrEnum):
    """Where an invitation stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Wish:
    """Whom to ask, for which role, where. `email` is normalised already (`accounts.addresses.normal_address`)."""

    email: str
    name: str
    role: MemberRole | StaffRole
    authority_code: str | None = None
    """Empty for a role of staff."""
    language: str = "nl"


@dataclass(frozen=True)
class Sent:
    """An invitation with the secret for its link, which is known only now."""

    invitation: Invitation
    token: str
    again: bool = False
    """Whether the same person was asked for the same before."""


def state_of(invitation: Invitation) -> State:
    """Return where the invitation stands now."""
    if invitation.accepted_at:
        return State.ACCEPTED
    if invitation.withdrawn_at:
        return State.WITHDRAWN
    return State.OPEN if now() < invitation.expires_at else State.EXPIRED


def state_now(session: Session, invitation: Invitation) -> State:
    """Return where it stands for who was invited: without anybody behind it, it is as good as withdrawn."""
    state = state_of(invitation)
    return State.WITHDRAWN if state is State.OPEN and not is_backed(session, invitation) else state


def role_of(invitation: Invitation) -> MemberRole | StaffRole:
    """Return what the person is asked for."""
    return MemberRole(invitation.role) if invitation.authority_code else StaffRole(invitation.role)


def find(session: Session, token: str) -> Invitation | None:
    """Return the invitation to which this secret belongs, in whatever state."""
    return session.scalars(select(Invitation).where(Invitation.token_hash == sha256(token))).first()


def pending(session: Session, code: str | None) -> Sequence[Invitation]:
    """Return what is not answered at an authority (without a code: of staff), expired ones included, newest first."""
    query = select(Invitation).where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    return session.scalars(query.where(Invitation.authority_code == code).order_by(Invitation.sent_at.desc())).all()


def open_for_address(session: Session, address: str) -> Sequence[Invitation]:
    """Return the invitations that somebody with this address can accept now, oldest first."""
    query = select(Invitation).where(
        Invitation.email == address_key(address),
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > now(),
    )
    return [one for one in session.scalars(query.order_by(Invitation.id)) if is_backed(session, one)]


def invite(session: Session, wish: Wish, *, by: User | None, actor: Actor) -> Sent:
    """Ask somebody to join. Who was asked for the same before is asked again, with a new link.

    Raises NotPossible where the address belongs to somebody who has that role already.
    """
    ledger.lock(session)
    person = person_with_address(session, wish.email)
    if person and _has_role(session, person, wish):
        raise NotPossible(Why.ALREADY_THERE)
    same = [one for one in pending(session, wish.authority_code) if (one.email, one.role) == (wish.email, wish.role)]
    if same:
        same[0].name, same[0].language = wish.name, wish.language
        return send_again(session, same[0], by=by, actor=actor)
    token, moment = secrets.token_urlsafe(32), now()
    invitation = Invitation(
        token_hash=sha256(token), email=wish.email, name=wish.name, language=wish.language, role=wish.role.value,
        authority_code=wish.authority_code, invited_by_id=by.id if by else None,
        created_at=moment, sent_at=moment, expires_at=moment + VALID_FOR,
    )  # fmt: skip
    session.add(invitation)
    session.flush()
    note(session, "invitation.sent", invitation, actor)
    return Sent(invitation, token)


def _has_role(session: Session, person: User, wish: Wish) -> bool:
    if wish.authority_code is None:
        return wish.role in staff_roles.roles_of(person)
    return memberships.current(session, person.id, wish.authority_code, MemberRole(wish.role)) is not None


def send_again(session: Session, invitation: Invitation, *, by: User | None, actor: Actor) -> Sent:
    """Make a new link, valid for fourteen days from now; the old link is dead from this moment.

    Whoever sends it stands behind it from now on, in the place of who sent it before.
    Raises NotPossible when the invitation was accepted or withdrawn.
    """
    _lock(session, invitation, State.OPEN, State.EXPIRED)
    token, moment = secrets.token_urlsafe(32), now()
    invitation.token_hash = sha256(token)
    invitation.sent_at, invitation.expires_at = moment, moment + VALID_FOR
    invitation.invited_by_id = by.id if by else None
    note(session, "invitation.sent", invitation, actor, again=True)
    return Sent(invitation, token, again=True)


def withdraw(session: Session, invitation: Invitation, *, actor: Actor) -> None:
    """Take an invitation back. Raises NotPossible when it was accepted or withdrawn."""
    _lock(session, invitation, State.OPEN, State.EXPIRED)
    invitation.withdrawn_at = now()
    note(session, "invitation.withdrawn", invitation, actor)


def new_person(
    session: Session, invitation: Invitation, *, name: str = "", language: str = "", password_hash: str | None = None
) -> User:
    """Make an account for the invited address; without a password he signs in by a provider.

    Raises NotPossible when the invitation is no longer open, or the address has an account already.
    """
    _lock(session, invitation, State.OPEN)
    if not is_backed(session, invitation):
        raise NotPossible(Why.NOT_OPEN)
    if person_with_address(session, invitation.email):
        raise NotPossible(Why.ALREADY_THERE)
    user = User(
        email=invitation.email, name=name or invitation.name, language=language or invitation.language,
        password=password_hash, fs_uniquifier=secrets.token_hex(16), confirmed_at=now(), created_at=now(),
    )  # fmt: skip
    session.add(user)
    session.flush()
    security_events.note(session, "account.made", user.id)
    return user


def accept(session: Session, invitation: Invitation, user: User) -> None:
    """Let the invited person join. Raises NotPossible when the invitation is not open, or is somebody else's.

    An invitation is not open either when who sent it may no longer invite for it.
    A view calls `accounts.joining.join`, which also tells the coördinatoren.
    """
    _lock(session, invitation, State.OPEN)
    if not is_backed(session, invitation):
        raise NotPossible(Why.NOT_OPEN)
    if user.email != invitation.email:
        raise NotPossible(Why.OTHER_ADDRESS)
    invitation.accepted_at, invitation.accepted_by_id = now(), user.id
    role = role_of(invitation)
    actor = Actor(role.value, user.id)
    note(session, "invitation.accepted", invitation, actor, user_id=user.id)
    if isinstance(role, StaffRole):
        staff_roles.grant(session, user, role, actor=actor)
    else:
        memberships.start(session, user, str(invitation.authority_code), role, actor=actor)


def _lock(session: Session, invitation: Invitation, *allowed: State) -> None:
    """Let one answer in at a time, and look again at what the invitation is now."""
    ledger.lock(session)
    session.flush()
    session.refresh(invitation)
    if state_of(invitation) not in allowed:
        raise NotPossible(Why.NOT_OPEN)
