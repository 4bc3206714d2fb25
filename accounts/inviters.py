"""Who stands behind an invitation: it lasts no longer than the right to invite of the person who sent it last."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import security_events
from accounts.models import Invitation, User
from accounts.permissions import may_invite_coordinator, may_invite_member, may_manage_staff
from common.clock import now
from common.ledger import Actor


def may_invite_for(user: User, invitation: Invitation) -> bool:
    """Say whether this person may invite for what the invitation asks, in any of his roles."""
    code = invitation.authority_code
    if code is None:
        return may_manage_staff(user)
    return may_invite_coordinator(user) or may_invite_member(user, code)


def is_backed(session: Session, invitation: Invitation) -> bool:
    """Say whether the inviter may still invite for it. What the command line sent has no inviter, and needs none.

    The inviter is read anew: what stood in memory may be from before a lock for which this transaction waited.
    """
    if invitation.invited_by_id is None:
        return True
    inviter = session.get(User, invitation.invited_by_id, populate_existing=True)
    return inviter is not None and may_invite_for(inviter, invitation)


def withdraw_unbacked(session: Session, user: User, *, actor: Actor) -> None:
    """Take back the open invitations that this person sent by a role that he lost just now.

    Stands in the transaction in which the role ends, after the lock of the ledger.
    """
    session.flush()
    session.refresh(user, ["roles", "memberships"])
    query = select(Invitation).where(
        Invitation.invited_by_id == user.id,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > now(),
    )
    for invitation in session.scalars(query.order_by(Invitation.id)).all():
        if not may_invite_for(user, invitation):
            invitation.withdrawn_at = now()
            note(session, "invitation.withdrawn", invitation, actor, inviter_lost_role=True)
    session.flush()


def note(
    session: Session,
    event: str,
    invitation: Invitation,
    actor: Actor,
    *,
    user_id: int | None = None,
    **more: bool,
) -> None:
    """Write what happened with an invitation, by its number; of `more` only what is true."""
    details: dict[str, object] = {"invitation": invitation.id, "role": invitation.role}
    if invitation.authority_code:
        details["authority"] = invitation.authority_code
    details.update({name: True for name, said in more.items() if said})
    security_events.note(session, event, user_id, by=actor, details=details)
