"""What is held about a person in plans: which drafts he saved last. Public versions name no person."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.privacy import moment
from registry.plans.drafting import subject_of
from registry.plans.models import PlanDraft


def saved_by(session: Session, user: User) -> list[dict[str, Any]]:
    """Return the drafts of plans that this person saved last; the text itself is the authority's."""
    rows = session.scalars(select(PlanDraft).where(PlanDraft.updated_by_id == user.id).order_by(PlanDraft.id))
    return [{"draft": subject_of(one.plan), "saved_at": moment(one.updated_at)} for one in rows]
