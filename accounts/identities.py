"""Who a person is elsewhere: linking an identity at a provider to an account, and taking the link away."""

import unicodedata
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import security_events
from accounts.invitations import open_for_address
from accounts.models import Invitation, User
from accounts.openid import Proof
from accounts.openid_pages import Reason
from accounts.people import person_with_address
from accounts.security_events import PERSON
from accounts.sign_in_models import ExternalIdentity
from common import ledger
from common.ledger import Actor

Join = Callable[[Session, Invitation], User]
"""Makes the account of an invited person."""


class NotLinked(Exception):
    """This identity belongs to no account here, and may not be linked to one; the reason chooses the page."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def identities_of(session: Session, user_id: int) -> list[ExternalIdentity]:
    """Return the identities that are linked to an account, oldest first."""
    mine = select(ExternalIdentity).where(ExternalIdentity.user_id == user_id).order_by(ExternalIdentity.id)
    return list(session.scalars(mine))


def person_of(session: Session, proof: Proof, join: Join | None) -> tuple[User, bool]:
    """Return whose account this identity opens, and whether it must still be linked to it; call `link` for that.

    Without `join` only a linked identity opens anything. An unknown one may be linked only to the one account, or the
    open invitation, with the same address, and only when the provider verified that address. Raises NotLinked, with the
    same reason whatever may be known of an address.
    """
    ledger.lock(session)  # two browsers that come back at once shall not both link
    known = session.scalars(
        select(ExternalIdentity).where(
            ExternalIdentity.issuer == proof.provider.issuer, ExternalIdentity.subject == proof.subject
        )
    ).one_or_none()
    if known:
        return _use(session, known, proof), False
    if join is None:
        raise NotLinked(Reason.SOMEBODY_ELSE)
    if not proof.email_verified:
        raise NotLinked(Reason.NOT_VERIFIED)
    if not _is_in_one_form(proof.email):
        raise NotLinked(Reason.NO_ACCOUNT)
    user = _account_with(session, proof.email)
    if user is None:
        invitations = open_for_address(session, proof.email)
        if not invitations:
            raise NotLinked(Reason.NO_ACCOUNT)
        user = join(session, invitations[0])
    _refuse_second_subject(session, user, proof)
    return user, True


def is_usable(user: User | None) -> bool:
    """Say whether somebody may sign in with this account at all."""
    return user is not None and user.active and user.erased_at is None


def _use(session: Session, known: ExternalIdentity, proof: Proof) -> User:
    user = session.get(User, known.user_id)
    if user is None or not is_usable(user):
        raise NotLinked(Reason.NO_ACCOUNT)
    # The state lies in the browser, which could give it twice; here stands which was used last.
    if known.last_started_at and proof.started_at <= known.last_started_at:
        raise NotLinked(Reason.EXPIRED)
    known.last_started_at = proof.started_at
    return user


def _is_in_one_form(address: str) -> bool:
    """Say whether an address is in the one form of Unicode: the Kelvin sign would become a k by it, of another."""
    return unicodedata.is_normalized("NFC", address)


def _account_with(session: Session, address: str) -> User | None:
    found = person_with_address(session, address)
    if found and not is_usable(found):
        raise NotLinked(Reason.NO_ACCOUNT)
    return found


def _refuse_second_subject(session: Session, user: User, proof: Proof) -> None:
    """Refuse where the account already has another subject at this issuer: an address may pass to somebody else."""
    if any(one.issuer == proof.provider.issuer for one in identities_of(session, user.id)):
        security_events.note(session, "account.identity-refused", user.id, details={"provider": proof.provider.name})
        raise NotLinked(Reason.NO_ACCOUNT)


def link(session: Session, user: User, proof: Proof) -> None:
    """Link what `person_of` said may be linked, in the same transaction, when the person may come in."""
    session.add(
        ExternalIdentity(
            user_id=user.id,
            provider=proof.provider.name,
            issuer=proof.provider.issuer,
            subject=proof.subject,
            last_started_at=proof.started_at,
        )
    )
    security_events.note(
        session,
        "account.identity-linked",
        user.id,
        by=Actor(PERSON, user.id),
        details={"provider": proof.provider.name},
        personal={"subject": proof.subject},
    )


def has_another_way_in(session: Session, user: User, identity: ExternalIdentity, *, passwords: bool) -> bool:
    """Say whether a person can still sign in without this identity; `passwords`: whether the site takes them."""
    if passwords and user.password:
        return True
    if any(passkey.usage == "first" for passkey in user.webauthn):
        return True
    return any(one.id != identity.id for one in identities_of(session, user.id))


def links_of(session: Session, user: User, *, passwords: bool) -> list[tuple[ExternalIdentity, bool]]:
    """Return the identities of a person, each with whether it may be taken away."""
    found = identities_of(session, user.id)
    return [(one, has_another_way_in(session, user, one, passwords=passwords)) for one in found]


def unlink(session: Session, user: User, identity: ExternalIdentity) -> None:
    """Take a link away. The view checked that the identity is the person's own and that another way in remains."""
    session.delete(identity)
    details: dict[str, object] = {"provider": identity.provider}
    security_events.note(session, "account.identity-unlinked", user.id, by=Actor(PERSON, user.id), details=details)
