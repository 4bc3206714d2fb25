"""Linking an identity at a provider to an account, with its mail: at once, or when the second step was given.

Who has a second step is not let in by the provider alone, and so neither may the provider alone add a way in. What it
proved waits in the signed cookie, with the rest of what waits for the second step (accounts/second_step.py).
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from accounts import identities, openid
from accounts.identities import NotLinked
from accounts.models import Invitation, User
from accounts.openid import Proof
from accounts.openid_pages import Reason
from common.web.mails import queue_mail, site_link


def link(database: Session, user: User, proof: Proof) -> None:
    """Link, and tell the person."""
    identities.link(database, user, proof)
    queue_mail(
        database,
        "account_identity_linked",
        user.email,
        user.language,
        to_user_id=user.id,
        person=user.name,
        provider=proof.provider.label(user.language),
        link=site_link("/mijn/instellingen", user.language),
    )


def kept(proof: Proof) -> dict[str, Any]:
    """Return what the cookie keeps of a proof that may be linked: the provider verified its address."""
    return {
        "provider": proof.provider.name,
        "subject": proof.subject,
        "email": proof.email,
        "started": proof.started_at.timestamp(),
    }


def link_kept(database: Session, user: User, waiting: dict[str, Any]) -> None:
    """Link what `kept` made to who gave his second step now. Raises NotLinked where that may no longer be.

    All is looked at again: an address may have changed, or another browser may have linked, in the meantime.
    """
    client = openid.client_of(waiting["provider"])
    if client is None:
        raise NotLinked(Reason.NO_ACCOUNT)
    proof = Proof(
        provider=client.provider,
        subject=waiting["subject"],
        email=waiting["email"],
        email_verified=True,
        second_step=False,
        started_at=datetime.fromtimestamp(waiting["started"], UTC),
    )
    found, is_new = identities.person_of(database, proof, _nobody_joins)
    if found.id != user.id:
        raise NotLinked(Reason.NO_ACCOUNT)
    if is_new:
        link(database, user, proof)


def _nobody_joins(_database: Session, _invitation: Invitation) -> User:
    """Who waited had an account already: an account made for an invitation has no second step to wait for."""
    raise NotLinked(Reason.NO_ACCOUNT)
