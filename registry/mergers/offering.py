"""Tells which successors can take a thing over, and which have such a thing themselves: nobody gets two."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from common.versions import known_at
from registry.authorities.models import Authority
from registry.buyer_groups.models import BuyerGroupMember
from registry.mergers.things import Sort, Thing
from registry.plans.models import Plan, PlanDraft, PlanVersion
from registry.reports.models import Report
from registry.signatures.models import Signature, SignatureParty, SignatureVersion

WITHOUT_HEIR = {Sort.INVITATION, Sort.SIGNING}
"""These are of who asked and signed; a successor asks and signs anew."""


def offer(session: Session, thing: Thing, heirs: Sequence[Authority], day: date) -> Thing:
    """Return the thing with the successors that can take it over on that day."""
    if thing.sort in WITHOUT_HEIR:
        return thing
    has = have_already(session, thing, [one.id for one in heirs], day)
    free = tuple(one for one in heirs if one.id not in has)
    return replace(thing, takers=free, has_already=tuple(one for one in heirs if one.id in has))


def have_already(session: Session, thing: Thing, ids: Collection[int], day: date) -> set[int]:
    """Return which of these authorities have on that day what the thing would give them. At most one query."""
    find = _HAVE.get(thing.sort)
    return find(session, thing.slot or 0, ids, day) if find and ids else set()


def _bound(session: Session, agreement_id: int, ids: Collection[int], day: date) -> set[int]:
    """Return whom a signature binds on that day or later: who signed by itself after a merger keeps its own days."""
    query = (
        select(SignatureParty.authority_id)
        .join(SignatureVersion, SignatureVersion.id == SignatureParty.signature_version_id)
        .join(Signature, Signature.id == SignatureVersion.signature_id)
        .where(Signature.agreement_id == agreement_id, SignatureParty.authority_id.in_(ids))
        .where(known_at(SignatureVersion), SignatureVersion.confirmed.is_(True))
        .where(or_(SignatureVersion.ended_on.is_(None), SignatureVersion.ended_on > day))
        .where(or_(SignatureParty.binds_to.is_(None), SignatureParty.binds_to > day))
    )
    return set(session.scalars(query))


def _take_part(session: Session, group_id: int, ids: Collection[int], day: date) -> set[int]:
    member = BuyerGroupMember
    query = (
        select(member.authority_id)
        .where(member.group_id == group_id, member.authority_id.in_(ids), known_at(member))
        .where(member.withdrawn.is_(False), or_(member.valid_to.is_(None), member.valid_to > day))
    )
    return set(session.scalars(query))


def _planned(session: Session, agreement_id: int, ids: Collection[int], _day: date) -> set[int]:
    query = (
        select(Plan.authority_id)
        .join(Plan.versions)
        .where(Plan.agreement_id == agreement_id, Plan.authority_id.in_(ids), known_at(PlanVersion))
    )
    return set(session.scalars(query))


def _plan(session: Session, agreement_id: int, ids: Collection[int], _day: date) -> set[int]:
    query = select(Plan.authority_id).join(PlanDraft, PlanDraft.plan_id == Plan.id)
    return set(session.scalars(query.where(Plan.agreement_id == agreement_id, Plan.authority_id.in_(ids))))


def _report(session: Session, edition_id: int, ids: Collection[int], _day: date) -> set[int]:
    query = select(Report.authority_id).where(Report.edition_id == edition_id, Report.authority_id.in_(ids))
    return set(session.scalars(query))


_HAVE: Mapping[Sort, Callable[[Session, int, Collection[int], date], set[int]]] = {
    Sort.SIGNATURE: _bound,
    Sort.GROUP: _take_part,
    Sort.PLAN: _planned,
    Sort.PLAN_DRAFT: _plan,
    Sort.REPORT: _report,
}
