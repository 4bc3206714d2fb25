"""Reads plans: what was published by a day, as the register said at a moment, and how far an authority's draft is."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from common.clock import day_after, local
from common.files.models import Attachment
from common.ledger import SYSTEM
from common.versions import AsOf
from registry.plans.models import Plan, PlanDraft, PlanDraftState, PlanVersion


def published_by(at: AsOf) -> ColumnElement[bool]:
    """Return the condition "public, adopted or published by that day, and recorded by that moment".

    Every published version counts, also one that a later plan replaced, but none before the first one does. One that an
    authority took over at a merger is its plan from then on, whenever the other adopted it.
    """
    known = [PlanVersion.published_at <= at.moment] if at.moment else []
    first = aliased(PlanVersion)
    later_first = (
        select(first.id)
        .where(first.plan_id == PlanVersion.plan_id, first.number < PlanVersion.number)
        .where(first.published_at.is_not(None), first.recorded_role != SYSTEM.role, not_(_begun(first, at)))
    )
    return and_(PlanVersion.published_at.is_not(None), _begun(PlanVersion, at), ~later_first.exists(), *known)


def _begun(version: Any, at: AsOf) -> ColumnElement[bool]:
    day = func.coalesce(version.holds_from, version.adopted_on)
    return or_(day <= at.day, and_(day.is_(None), version.published_at < day_after(at.day)))


def first_delivered(versions: Sequence[Any]) -> Any | None:
    """Return which public version of one plan met the obligation: of versions, or rows with their days, oldest first.

    That is the first: no revision changes when it came. Only what content files told from a source can be put right:
    by a later source, or by the authority where no source told the day.
    """
    told = list(takewhile(lambda one: one.recorded_role == SYSTEM.role, versions))
    counted = [*told[-1:], *versions[len(told) :]]
    return next((one for one in counted if one.holds_from or one.adopted_on), next(iter(counted), None))


def begins_on(version: Any) -> date | None:
    """Return the day from which a version, or a row with its days, is the plan; None while it is not public."""
    published = version.published_at and local(version.published_at).date()
    return version.holds_from or version.adopted_on or published


def newest_version(session: Session, plan: Plan) -> PlanVersion | None:
    """Return the newest version of a plan, public or not."""
    query = select(PlanVersion).where(PlanVersion.plan_id == plan.id).order_by(PlanVersion.number.desc()).limit(1)
    return session.scalars(query).one_or_none()


def only_from_source(version: PlanVersion) -> bool:
    """Say whether the register knows this plan from a source only, so that its authority can still fill it in."""
    return version.source is not None and not version.ambitions


def public_versions(session: Session, authority_id: int, agreement_id: int, at: AsOf) -> Sequence[PlanVersion]:
    """Return the public versions of a plan as of that day and moment, oldest first; the last is the one that holds.

    Three queries.
    """
    query = (
        select(PlanVersion)
        .join(PlanVersion.plan)
        .where(Plan.authority_id == authority_id, Plan.agreement_id == agreement_id, published_by(at))
        .order_by(PlanVersion.number)
        .options(selectinload(PlanVersion.ambitions), selectinload(PlanVersion.actions))
    )
    return session.scalars(query).all()


def named_by_public_plan(session: Session, attachment_id: int) -> bool:
    """Say whether a public version of a plan, of now or of before, names this file as its document."""
    query = select(PlanVersion.id).where(
        PlanVersion.document_id == attachment_id, PlanVersion.published_at.is_not(None)
    )
    return session.scalar(query.limit(1)) is not None


def document_of(session: Session, version: PlanVersion) -> Attachment | None:
    """Return the file that a version names, removed or not."""
    return session.get(Attachment, version.document_id) if version.document_id else None


class DraftStep(enum.StrEnum):
    """How far an authority is with a plan that is not public."""

    NONE = "none"
    DRAFT = "draft"
    ADOPTED = "adopted"


@dataclass(frozen=True)
class PlanProgress:
    """How far an authority is with its plan under one agreement; for its own people only."""

    agreement: str
    """The slug of the agreement."""
    step: DraftStep
    revises: bool
    """Whether a version of it is public already."""


def draft_of(session: Session, authority_id: int) -> dict[int, PlanProgress]:
    """Return, by agreement, how far the authority is with its plan. One query. Not for the public."""
    public = select(PlanVersion.id).where(PlanVersion.plan_id == Plan.id, PlanVersion.published_at.is_not(None))
    query = (
        select(Plan, PlanDraft.state, public.exists().label("revises"))
        .outerjoin(PlanDraft, PlanDraft.plan_id == Plan.id)
        .join(Plan.agreement)
        .where(Plan.authority_id == authority_id)
    )
    steps = {None: DraftStep.NONE, PlanDraftState.DRAFT: DraftStep.DRAFT, PlanDraftState.ADOPTED: DraftStep.ADOPTED}
    return {
        plan.agreement_id: PlanProgress(plan.agreement.slug, steps[state], revises)
        for plan, state, revises in session.execute(query)
    }
