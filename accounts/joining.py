"""The mails of joining and leaving, in the transaction of the change. Names of authorities come from the roof."""

from collections.abc import Callable
from typing import Any, cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

from accounts import invitations, memberships
from accounts.invitations import Sent
from accounts.models import Invitation, MemberRole, Membership, User
from common.vocabulary import vocabulary
from common.web.mails import queue_mail, site_link

NAMES = "authority_names"
"""Where the roof leaves its function from an authority's code to its name: people stand a floor below the register."""


def init_joining(app: Flask, name_of: Callable[[Session, str], str]) -> None:
    """Let the mails call authorities by their name."""
    app.extensions[NAMES] = name_of


def authority_name(session: Session, code: str) -> str:
    """Return what an authority is called today, or its code where nobody told."""
    name_of = cast("Callable[[Session, str], str] | None", current_app.extensions.get(NAMES))
    return name_of(session, code) if name_of else code


def role_word(role: str, language: str) -> str:
    """Return a role as it stands in a sentence."""
    words = vocabulary().roles[role].name
    return (words.get(language) or words["nl"]).lower()


def mail_invitation(session: Session, sent: Sent, inviter: User | None) -> str:
    """Queue the mail with the link; return the link."""
    invitation = sent.invitation
    language = invitation.language
    link = site_link(f"/uitnodiging/{sent.token}", language)
    queue_mail(
        session,
        "account_invitation",
        invitation.email,
        language,
        about_user_id=inviter.id if inviter else None,
        person=invitation.name,
        inviter=inviter.name if inviter else "",
        link=link,
        expires=invitation.expires_at,
        **_where(session, invitation.authority_code, invitation.role, language),
    )
    return link


def join(session: Session, invitation: Invitation, user: User) -> None:
    """Accept an invitation, and tell the coördinatoren who were there already. Raises as `invitations.accept` does."""
    invitations.accept(session, invitation, user)
    code = invitation.authority_code
    if code is None:
        return
    for coordinator in memberships.coordinators(session, code):
        if coordinator.id != user.id:
            _mail(
                session, "account_member_joined", coordinator, f"/mijn/mensen?organisatie={code}",
                about_user_id=user.id, joined=user.name, **_where(session, code, invitation.role, coordinator.language),
            )  # fmt: skip


def mail_role_changed(
    session: Session, changed: Membership, before: MemberRole, *, by_staff: bool, reason: str = ""
) -> None:
    """Tell a person that his role at an authority changed; `changed` is what he has now."""
    user, code = changed.user, changed.authority_code
    _mail(
        session, "account_roles_changed", user, f"/mijn/mensen?organisatie={code}",
        before=role_word(before, user.language), by_staff=by_staff, reason=reason,
        **_where(session, code, changed.role, user.language),
    )  # fmt: skip


def mail_membership_ended(
    session: Session, user: User, code: str, role: str, *, by_staff: bool, reason: str = ""
) -> None:
    """Tell a person that he no longer works for an authority on this site."""
    words = _where(session, code, role, user.language)
    _mail(session, "account_membership_ended", user, "/mijn", by_staff=by_staff, reason=reason, **words)


def mail_staff_roles_changed(
    session: Session, user: User, granted: set[Any], revoked: set[Any], *, reason: str
) -> None:
    """Tell a person which staff roles came and went."""
    _mail(
        session, "account_staff_changed", user, "/redactie", reason=reason,
        granted=[role_word(role.value, user.language) for role in sorted(granted)],
        revoked=[role_word(role.value, user.language) for role in sorted(revoked)],
    )  # fmt: skip


def _where(session: Session, code: str | None, role: str, language: str) -> dict[str, Any]:
    return {"authority": authority_name(session, code) if code else "", "role": role_word(role, language)}


def _mail(session: Session, kind: str, to: User, path: str, **words: Any) -> None:
    link = site_link(path, to.language)
    queue_mail(session, kind, to.email, to.language, to_user_id=to.id, person=to.name, link=link, **words)
