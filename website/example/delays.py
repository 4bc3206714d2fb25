"""A delay in the invented world: a plan that may come later, with a reason that everybody reads."""

from datetime import date, timedelta
from functools import partial

from sqlalchemy import select

from accounts.models import StaffRole
from accounts.people import actor_for
from registry.agreements.periods import deadline
from registry.authorities.models import Authority
from registry.obligations.moving import grant_delay
from registry.obligations.reading import duties
from website.example.days import moment, workday
from website.example.world import World

DELAYED = "Waterschap Oosterzegge"
"""Of who signed not so long ago and has no plan (profiles.py)."""
REASON = (
    "Na de verkiezingen trad het nieuwe bestuur later aan dan gepland. Het stelt het actieplan in zijn tweede "
    "vergadering vast."
)


def plan_delay(world: World) -> None:
    """Put on the timeline that staff give one authority more time for its plan, three weeks before its last day."""
    one = next(each for each in world.profiles if each.name == DELAYED)
    assert one.signed_on
    due_on = deadline(one.signed_on, "P1Y")
    granted_on = workday(due_on - timedelta(days=21))
    until = max(workday(world.days.today + timedelta(days=45)), due_on + timedelta(days=90))
    if granted_on < world.days.today:
        world.timeline.at(moment(granted_on), partial(_grant, world, one.code, until))


def _grant(world: World, code: str, until: date) -> None:
    authority = world.session.scalars(select(Authority).where(Authority.code == code)).one()
    asked = duties(world.session, authority_id=authority.id, agreement_id=world.agreement.id)
    plan = next(each for each in asked if not each.year)
    actor = actor_for(world.accounts.staff[StaffRole.ADMINISTRATOR], StaffRole.ADMINISTRATOR)
    grant_delay(world.session, plan.duty_id, until, REASON, made_from=plan.number, actor=actor)
