"""What accounts hold about a person, to hand out, and how a person is erased: the number stays, the person goes."""

import secrets
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from accounts import inviters, memberships, security_events, staff_roles
from accounts.memberships import NotPossible, Why
from accounts.models import GOES_WITH_ACCOUNT, ON_ERASING, Invitation, MailChoice, User
from accounts.security_events import PERSON
from accounts.sign_in_models import BrowserSession, ExternalIdentity, Passkey, SecurityEvent
from common import ledger
from common.clock import now
from common.database import Base
from common.ledger import Actor, LedgerEntry, LedgerSalt
from common.outbox import DROPPED, MailState, OutboxAttachment, OutboxMail, without_secrets
from common.unsaved import UnsavedInput

ERASED_NAME: Final = "oud-medewerker"
"""What stands in the place of a name after erasing; pages say it in the reader's language (filter `person`)."""
_ERASED_DOMAIN: Final = "verwijderd.invalid"
"""RFC 2606: an address under .invalid reaches nobody, and nobody can own it."""
_WENT: Final = (MailState.SENT, MailState.ON_THE_BRINK)


def account(_session: Session, user: User) -> dict[str, Any]:
    """Return the account itself. Of password and factors only that they are there."""
    return {
        "number": user.id,
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "created_at": moment(user.created_at),
        "last_sign_in_at": moment(user.last_sign_in_at),
        "confirmed_at": moment(user.confirmed_at),
        "has_password": user.password is not None,
        "has_authenticator_app": user.tf_totp_secret is not None,
        "recovery_codes_left": len(user.mf_recovery_codes or []),
    }


def roles(_session: Session, user: User) -> dict[str, Any]:
    """Return the staff roles of now, and every membership with its times."""
    return {
        "staff": sorted(role.name for role in user.roles),
        "organisations": [
            {
                "code": one.authority_code,
                "role": one.role.value,
                "from": moment(one.started_at),
                "until": moment(one.ended_at),
            }
            for one in sorted(user.memberships, key=lambda one: one.id)
        ],
    }


def ways_in(session: Session, user: User) -> dict[str, Any]:
    """Return passkeys and identities elsewhere, without keys."""
    keys = session.scalars(select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.id))
    others = session.scalars(select(ExternalIdentity).where(ExternalIdentity.user_id == user.id))
    return {
        "passkeys": [
            {"name": one.name, "made_at": moment(one.create_datetime), "last_used_at": moment(one.lastuse_datetime)}
            for one in keys
        ],
        "elsewhere": [
            {"provider": one.provider, "issuer": one.issuer, "subject": one.subject, "linked_at": moment(one.linked_at)}
            for one in others
        ],
    }


def browsers(session: Session, user: User) -> list[dict[str, Any]]:
    """Return the browsers in which the person was signed in."""
    rows = session.scalars(select(BrowserSession).where(BrowserSession.user_id == user.id).order_by(BrowserSession.id))
    return [
        {
            "device": one.device,
            "means": one.means,
            "from": moment(one.started_at),
            "seen_at": moment(one.seen_at),
            "ended_at": moment(one.ended_at),
        }
        for one in rows
    ]


def events(session: Session, user: User) -> list[dict[str, Any]]:
    """Return the security events of this account; who else did it is not said."""
    rows = session.scalars(select(SecurityEvent).where(SecurityEvent.user_id == user.id).order_by(SecurityEvent.id))
    return [
        {"at": moment(one.at), "what": one.kind, "details": one.details, "by_somebody_else": one.by_id is not None}
        for one in rows
    ]


def invitations(session: Session, user: User) -> dict[str, Any]:
    """Return the invitations to this person; of those that he sent only where to and when, for they name others."""
    received = session.scalars(select(Invitation).where(_invited(user)).order_by(Invitation.id))
    sent = session.scalars(select(Invitation).where(Invitation.invited_by_id == user.id).order_by(Invitation.id))
    return {
        "received": [{**_invitation(one), "email": one.email, "name": one.name} for one in received],
        "sent": [_invitation(one) for one in sent],
    }


def _invited(user: User) -> Any:
    return or_(Invitation.accepted_by_id == user.id, Invitation.email == user.email)


def _invitation(one: Invitation) -> dict[str, Any]:
    return {
        "organisation": one.authority_code,
        "role": one.role,
        "sent_at": moment(one.sent_at),
        "accepted_at": moment(one.accepted_at),
        "withdrawn_at": moment(one.withdrawn_at),
    }


def mail(session: Session, user: User) -> dict[str, Any]:
    """Return the mail to this person, without the secrets in its links, and which kinds he chose."""
    rows = session.scalars(select(OutboxMail).where(_addressed(user)).order_by(OutboxMail.id))
    choices = session.scalars(select(MailChoice).where(MailChoice.user_id == user.id).order_by(MailChoice.kind))
    return {
        "messages": [
            {
                "kind": one.kind,
                "to": one.to_address,
                "subject": one.subject,
                "text": without_secrets(one.body_text),
                "made_at": moment(one.created_at),
                "sent_at": moment(one.sent_at),
            }
            for one in rows
        ],
        "choices": {one.kind: one.wanted for one in choices},
    }


def _addressed(user: User) -> Any:
    return or_(OutboxMail.to_user_id == user.id, func.lower(OutboxMail.to_address) == user.email.lower())


def unsaved_input(session: Session, user: User) -> list[dict[str, Any]]:
    """Return what the person typed and could not save."""
    rows = session.scalars(select(UnsavedInput).where(UnsavedInput.user_id == user.id).order_by(UnsavedInput.id))
    return [{"page": one.path, "fields": one.fields, "kept_at": moment(one.kept_at)} for one in rows]


def moment(value: datetime | None) -> str | None:
    """Write a moment as ISO 8601 in UTC."""
    return value.isoformat(timespec="seconds") if value else None


def is_last_coordinator_of(session: Session, user: User) -> list[str]:
    """Return the codes of the authorities that lose their last coördinator when this person goes."""
    return [one.authority_code for one in user.memberships if memberships.is_last_coordinator(session, one)]


def erase(session: Session, user: User, *, actor: Actor | None = None, reason: str = "") -> None:
    """Erase a person: his account stays as a number, for what refers to it.

    `actor` is who does it where that is somebody else, with his reason. Raises NotPossible for the last beheerder.
    Erasing twice changes nothing.
    """
    ledger.lock(session)
    session.refresh(user, with_for_update=True)
    if user.erased_at:
        return
    if staff_roles.is_last_administrator(session, user):
        raise NotPossible(Why.LAST_ADMINISTRATOR)
    by = actor or Actor(PERSON, user.id)
    _end_roles(session, user, by)
    security_events.note(
        session, "account.erased", user.id, by=by, details={"by_somebody_else": bool(actor)},
        personal={"reason": reason or None},
    )  # fmt: skip
    session.flush()
    _empty_mail(session, user)
    for table in (BrowserSession, ExternalIdentity, MailChoice, UnsavedInput, SecurityEvent):
        session.execute(delete(table).where(table.user_id == user.id))
    for other in Base.metadata.sorted_tables:  # of the floors above, which say so themselves
        if forget := other.info.get(ON_ERASING):
            forget(session, user.id)
        if column := other.info.get(GOES_WITH_ACCOUNT):
            session.execute(delete(other).where(other.c[column] == user.id))
    session.execute(delete(Invitation).where(_invited(user)))
    _empty_account(user)
    session.flush()
    ledger.forget_person(session, user.id)


def _end_roles(session: Session, user: User, by: Actor) -> None:
    for membership in [one for one in user.memberships if one.ended_at is None]:
        memberships.end(session, membership, actor=by)
    for role in staff_roles.roles_of(user):
        security_events.note(session, "staff.revoked", user.id, by=by, details={"role": role.value})
    user.roles.clear()
    inviters.withdraw_unbacked(session, user, actor=by)


def _empty_mail(session: Session, user: User) -> None:
    """Drop what did not go, and empty what went: its row keeps the message-id, so that nothing is sent twice.

    Mail to others that names him goes as well.
    """
    drop_mail(session, or_(_addressed(user), OutboxMail.about_user_id == user.id))


def drop_mail(session: Session, which: Any) -> int:
    """Drop or empty the mails for which the condition holds; return how many said something until now.

    Files of them go after the commit (common.outbox.remove_files).
    """
    session.info[DROPPED] = True
    session.execute(delete(OutboxAttachment).where(OutboxAttachment.mail_id.in_(select(OutboxMail.id).where(which))))
    gone = session.execute(delete(OutboxMail).where(which, OutboxMail.state.not_in(_WENT)))
    rows = session.scalars(select(OutboxMail).where(which, OutboxMail.to_address != "")).all()
    for one in rows:
        one.to_address = one.subject = one.body_text = one.body_html = ""
        one.to_user_id = one.about_user_id = one.end_link = one.last_error = None
    session.flush()
    return int(getattr(gone, "rowcount", 0)) + len(rows)


def _empty_account(user: User) -> None:
    user.email = f"nummer-{user.id}@{_ERASED_DOMAIN}"
    user.name, user.language, user.active = ERASED_NAME, "nl", False
    user.password = user.tf_primary_method = user.tf_totp_secret = user.mf_recovery_codes = None
    user.fs_webauthn_user_handle = None
    user.fs_uniquifier = secrets.token_hex(16)
    user.confirmed_at = user.last_sign_in_at = None
    user.webauthn.clear()
    user.erased_at = now()


def forgotten_accounts(session: Session, before: datetime) -> list[User]:
    """Return the accounts to erase by themselves: nobody signed in, and no role began or ended, since `before`.

    A last beheerder is never among them, nor an account of the example world.
    """
    unseen = or_(User.last_sign_in_at.is_(None), User.last_sign_in_at < before)
    rows = session.scalars(
        select(User)
        .where(User.erased_at.is_(None), User.created_at < before, ~User.is_example, unseen)
        .order_by(User.id)
    )
    return [
        user
        for user in rows
        if _roles_changed_at(session, user) < before and not staff_roles.is_last_administrator(session, user)
    ]


def _roles_changed_at(session: Session, user: User) -> datetime:
    """Return when a role of this person last began or ended; of a staff role only the ledger knows when."""
    moments = [user.created_at]
    for one in user.memberships:
        moments += [one.started_at, one.ended_at or one.started_at]
    noted = session.scalar(
        select(func.max(LedgerEntry.recorded_at))
        .join(LedgerSalt, LedgerSalt.seq == LedgerEntry.seq)
        .where(LedgerSalt.user_id == user.id, LedgerEntry.event.in_(("staff.granted", "staff.revoked")))
    )
    return max(*moments, noted or user.created_at)
