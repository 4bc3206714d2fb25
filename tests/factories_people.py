"""Invitations and people for tests. Plain functions; the caller commits."""

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts import invitations
from accounts.invitations import Sent, Wish
from accounts.models import Invitation, MemberRole, Membership, StaffRole, User
from common.ledger import SYSTEM
from common.outbox import OutboxMail
from website.example.accounts import make_account

DEMO = "vb001"
PASSWORD = "vier grijze vogels zwemmen"


def invite(
    session: Session,
    email: str = "nieuw@organisatie.example",
    role: MemberRole | StaffRole = MemberRole.CONTRIBUTOR,
    code: str | None = DEMO,
) -> Sent:
    """Ask somebody; the answer holds the secret of the link."""
    where = None if isinstance(role, StaffRole) else code
    return invitations.invite(session, Wish(email, "Nieuwe Collega", role, where), by=None, actor=SYSTEM)


def make_member(
    app: Flask,
    session: Session,
    email: str,
    *roles: StaffRole | tuple[str, MemberRole],
    name: str = "Voorbeeld Collega",
) -> User:
    """Make somebody with a password who works somewhere already."""
    with app.app_context():
        return make_account(session, email, name, *roles, password=PASSWORD)


def credentials(user: User) -> dict[str, str]:
    """Return what the person types to sign in."""
    return {"email": user.email, "password": PASSWORD}


def person(session: Session, email: str) -> User:
    """Return somebody with his roles, as the database has them now."""
    session.expire_all()
    return session.scalars(select(User).where(User.email == email)).one()


def membership(session: Session, email: str) -> Membership:
    """Return the one place where somebody works now."""
    return next(one for one in person(session, email).memberships if one.ended_at is None)


def mails(session: Session, kind: str) -> list[OutboxMail]:
    """Return the mails of a kind, oldest first."""
    session.expire_all()
    return list(session.scalars(select(OutboxMail).where(OutboxMail.kind == kind).order_by(OutboxMail.id)))


def count_invitations(session: Session) -> int:
    """Return how many invitations there are."""
    return session.scalar(select(func.count(Invitation.id))) or 0


def route_values(app: Flask, session: Session) -> dict[str, str]:
    """Make a colleague and an open invitation at the example's first organisation; return them for addresses."""
    colleague = make_member(app, session, "collega@lindenveen.voorbeeld.example", (DEMO, MemberRole.CONTRIBUTOR))
    colleague.tf_totp_secret = "versleuteld"  # so that there is a second step to take off
    sent = invite(session)
    session.commit()
    return {
        "code": DEMO, "token": sent.token, "invitation_id": str(sent.invitation.id),
        "membership_id": str(colleague.memberships[0].id), "user_id": str(colleague.id),
    }  # fmt: skip
