"""Events that matter to the safety of an account: readable for a year, in the ledger for ever as hashes."""

import logging

from sqlalchemy.orm import Session

from accounts.sign_in_models import SecurityEvent
from common import ledger
from common.clock import now
from common.ledger import Actor

log = logging.getLogger("manifestkompas.security")

PERSON = "persoon"
"""The actor's role where somebody acts on his own account, or nobody knows who it was."""


def note(
    session: Session,
    event: str,
    user_id: int | None,
    *,
    by: Actor | None = None,
    details: dict[str, object] | None = None,
    personal: dict[str, str | None] | None = None,
) -> SecurityEvent:
    """Write a security event, in the transaction of what happened, and one line in the log of such events.

    `event` reads `account.verb`, `session.verb`, `staff.verb` or `membership.verb`. `details` are plain words without
    names, addresses or secrets; what names a person goes into `personal`, of which only salted hashes are kept.
    """
    by_id = by.user_id if by else None
    actor = by or Actor(PERSON, user_id)
    who = {"account": str(user_id) if user_id else None, **(personal or {})}
    entry = ledger.record(session, event, "account:person", details or {}, actor=actor, personal=who)
    ledger.belongs_to(session, entry, user_id)
    found = SecurityEvent(
        at=now(), kind=event, user_id=user_id, by_id=by_id if by_id != user_id else None, details=details or {}
    )
    session.add(found)
    log.info(event, extra={"event": event, "role": actor.role})
    return found
