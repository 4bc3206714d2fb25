"""Moves one deadline: a delay that staff grant, with a reason that everybody can read."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from common import ledger
from common.clock import today
from common.errors import N_, Conflict, Refused
from common.ledger import Actor
from common.versions import known_at
from registry.obligations.models import DeadlineCause, Duty, DutyVersion
from registry.obligations.writing import next_version, note

LONGEST = 1000
"""Characters of a reason."""
FURTHEST = timedelta(days=5 * 365)
"""No delay ends later than this from today: further away is a slip of the pen."""


def current_version(session: Session, duty_id: int) -> DutyVersion | None:
    """Return what the register says of an obligation now, with whose it is, or None where there is none."""
    query = (
        select(DutyVersion)
        .where(DutyVersion.duty_id == duty_id, known_at(DutyVersion))
        .options(joinedload(DutyVersion.duty).joinedload(Duty.agreement))
    )
    return session.scalars(query).one_or_none()


def grant_delay(
    session: Session, duty_id: int, until: date, reason: str, *, made_from: int, actor: Actor
) -> DutyVersion:
    """Move a deadline to a later day. `made_from` is the number of the version that the person saw.

    Raises Conflict when the deadline changed meanwhile, Refused when there is none any more, when the day is not
    later or unbelievably far away, and without a reason.
    """
    ledger.lock(session)
    old = current_version(session, duty_id)
    if old is None or old.due_on is None or (old.ends_on and old.ends_on <= old.due_on):
        raise Refused(N_("Hier wordt niets meer gevraagd, dus er is geen termijn om te verschuiven."))
    if old.number != made_from:
        raise Conflict(N_("Deze termijn is intussen veranderd. Kijk of uw uitstel nog nodig is."))
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(N_("Schrijf op waarom u uitstel geeft. Iedereen kan dit lezen."))
    if len(reason) > LONGEST:
        raise Refused(N_("Schrijf hoogstens %(number)s tekens."), number=LONGEST)
    if until <= old.due_on:
        raise Refused(N_("Kies een dag na de termijn van nu."))
    if until > today() + FURTHEST:
        raise Refused(N_("Kies een dag binnen vijf jaar."))
    new = next_version(session, old, actor, reason, cause=DeadlineCause.DELAY, due_on=until)
    note(session, "duty.delayed", new.duty.agreement, [new], actor, reason)
    return new
