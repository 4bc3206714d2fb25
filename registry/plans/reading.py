"""Reads plans: what was published by a day, as the register said at a moment."""

from sqlalchemy import ColumnElement, and_, or_

from common.clock import day_after
from common.versions import AsOf
from registry.plans.models import PlanVersion


def published_by(at: AsOf) -> ColumnElement[bool]:
    """Return the condition "public, adopted or published by that day, and recorded by that moment".

    Every published version counts, also one that a later plan replaced: the first one met the obligation.
    """
    known = [PlanVersion.published_at <= at.moment] if at.moment else []
    begun = or_(
        PlanVersion.adopted_on <= at.day,
        and_(PlanVersion.adopted_on.is_(None), PlanVersion.published_at < day_after(at.day)),
    )
    return and_(PlanVersion.published_at.is_not(None), begun, *known)
