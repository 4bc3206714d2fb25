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
        .options(
            joinedload(DutyVersion.duty).joinedload(Duty.agreement),
            joinedload(DutyVersion.duty).joinedload(Duty.authority),
        )
    )
    return session.scalars(query).one_or_none()


def problems_of(version: DutyVersion, until: date | None, reason: str) -> dict[str, Refused]:
    """Return what is wrong with a delay, by the part that must change: "until" or "reason"."""
    found: dict[str, Refused] = {}
    if until is None:
        found["until"] = Refused(N_("Vul een datum in, bijvoorbeeld 1-3-2027."))
    elif version.due_on is None or until <= version.due_on:
        found["until"] = Refused(N_("Kies een dag na de termijn van nu."))
    elif until > today() + FURTHEST:
        found["until"] = Refused(N_("Kies een dag binnen vijf jaar."))
    if not reason.strip():
        found["reason"] = Refused(N_("Schrijf op waarom u uitstel geeft. Iedereen kan dit lezen."))
    elif len(reason) > LONGEST:
        found["reason"] = Refused(N_("Schrijf hoogstens %(number)s tekens."), number=LONGEST)
    return found


def grant_delay(
    session: Session, duty_id: int, until: date, reason: str, *, made_from: int, actor: Actor
) -> DutyVersion:
    """Move a deadline to a later day. `made_from` is the number of the version that the person saw.

    Raises Conflict when the deadline changed meanwhile or is none any more, Refused for the first of `problems_of`.
    """
    ledger.lock(session)
    old = current_version(session, duty_id)
    if old is None or old.due_on is None or (old.ends_on and old.ends_on <= old.due_on):
        raise Conflict(N_("Hier wordt niets meer gevraagd, dus er is geen termijn om te verschuiven."))
    if old.number != made_from:
        raise Conflict(N_("Deze termijn is intussen veranderd. Kijk of uw uitstel nog nodig is."))
    for problem in problems_of(old, until, reason).values():
        raise problem
    reason = " ".join(reason.split())
    new = next_version(session, old, actor, reason, cause=DeadlineCause.DELAY, due_on=until)
    note(session, "duty.delayed", new.duty.agreement, [new], actor, reason)
    return new
