"""Carries out what was chosen for one thing: it moves to successors, or ends. One function for each sort of thing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import memberships
from accounts.models import Membership
from common import ledger
from common.clock import now
from common.ledger import Actor
from common.versions import known_at
from registry.authorities.models import Authority, Merger
from registry.buyer_groups import members
from registry.buyer_groups.models import BuyerGroupMember
from registry.certificates import keeping
from registry.certificates.content import facts_of as certificate_facts
from registry.certificates.models import Certificate
from registry.certificates.reading import current_version as current_certificate
from registry.mergers.things import Thing, bound_by
from registry.obligations.models import DeadlineCause, Duty, DutyVersion
from registry.obligations.writing import facts_of as duty_facts
from registry.obligations.writing import next_version
from registry.obligations.writing import subject_of as duty_subject
from registry.plans.drafting import find_draft, find_plan
from registry.plans.drafting import subject_of as plan_subject
from registry.plans.models import Ambition, Plan, PlanAction, PlanVersion
from registry.plans.publishing import payload_of, seal
from registry.reports.models import Report
from registry.signatures.changing import change, copied_parties, current_version
from registry.signatures.models import Signature, SignatureParty

Heirs = Sequence[Authority]
"""To whom a thing goes; nobody means that it ends."""


def move_signature(session: Session, merger: Merger, thing: Thing, heirs: Heirs, reason: str, actor: Actor) -> Heirs:
    """Let a signature bind the successors from the day of the merger, and the ended authority no more.

    Whom the agreement binds already is not bound twice. Returns who was bound by this.
    """
    signature = session.get_one(Signature, thing.id)
    day, old = merger.merged_on, current_version(session, signature)
    bound = bound_by(session, signature.agreement_id, [one.id for one in heirs], day)
    fresh = [one for one in heirs if one.id not in bound]
    parties = copied_parties(old)
    for party in parties:
        if party.authority_id == thing.heir_of.id:
            party.binds_to = day
    known = {party.authority_id for party in parties}
    parties += [
        SignatureParty(authority_id=one.id, binds_from=day, merger_id=merger.id) for one in fresh if one.id not in known
    ]
    change(session, signature, {}, parties=parties, reason=reason, actor=actor)
    for heir in fresh:
        _keep_deadlines(session, signature, (thing.heir_of, heir), reason, actor)
    return fresh


def _keep_deadlines(
    session: Session, signature: Signature, pair: tuple[Authority, Authority], reason: str, actor: Actor
) -> None:
    """Give the obligations that a successor took over the deadline that the ended authority had."""
    gone, heir = pair
    query = (
        select(DutyVersion)
        .join(DutyVersion.duty)
        .where(Duty.agreement_id == signature.agreement_id, Duty.authority_id.in_([gone.id, heir.id]))
        .where(known_at(DutyVersion))
    )
    found: dict[tuple[int, str, int], DutyVersion] = {
        (one.duty.authority_id, one.duty.code, one.duty.year): one for one in session.scalars(query)
    }
    for (authority_id, code, year), new in found.items():
        old = found.get((gone.id, code, year))
        if authority_id != heir.id or old is None or new.cause is not DeadlineCause.STARTED:
            continue
        days = {"due_on": old.due_on, "grace_days": old.grace_days}
        taken = next_version(session, new, actor, reason, cause=DeadlineCause.TAKEN_OVER, **days)
        payload = {**duty_facts(taken), "from": gone.code, "reason": reason}
        subject = duty_subject(signature.agreement, new.duty, heir.code)
        ledger.record(session, "duty.taken_over", subject, payload, actor=actor)


def move_group(session: Session, merger: Merger, thing: Thing, heirs: Heirs, reason: str, actor: Actor) -> Heirs:
    """End a membership of a buyer group on the day before the merger, and let the successors take part from then on."""
    query = (
        select(BuyerGroupMember)
        .where(BuyerGroupMember.group_id == thing.id, BuyerGroupMember.authority_id == thing.heir_of.id)
        .where(known_at(BuyerGroupMember), BuyerGroupMember.valid_to.is_(None))
    )
    member = session.scalars(query).one()
    members.leave(session, member, merger.merged_on - timedelta(days=1), reason=reason, actor=actor)
    for heir in heirs:
        members.join(session, member.group, heir, merger.merged_on, member.source, actor=actor)
    return heirs


def move_plan(session: Session, merger: Merger, thing: Thing, heirs: Heirs, reason: str, actor: Actor) -> Heirs:
    """Give the successors a plan of their own that says what the old one said, and whose it was."""
    query = select(PlanVersion).where(PlanVersion.plan_id == thing.id, known_at(PlanVersion))
    old = session.scalars(query).one()
    for heir in heirs:
        plan = find_plan(session, heir.id, old.plan.agreement_id) or Plan(
            authority=heir, agreement_id=old.plan.agreement_id
        )
        session.add(plan)
        session.flush()
        version = PlanVersion(
            **{**_columns(old), "plan_id": plan.id, "number": 1, "published_at": now(), "change_reason": reason},
            recorded_role=actor.role,
            ambitions=[Ambition(**_columns(one, "plan_version_id")) for one in old.ambitions],
            actions=[PlanAction(**_columns(one, "plan_version_id")) for one in old.actions],
        )
        version.note = " ".join(part for part in (came_from(thing.heir_of, merger), old.note) if part)
        session.add(version)
        session.flush()
        session.refresh(version)
        seal(session, version)
        payload = {**payload_of(version), "from": thing.heir_of.code}
        ledger.record(session, "plan.published", plan_subject(plan), payload, actor=actor)
    return heirs


def came_from(authority: Authority, merger: Merger) -> str:
    """Return the sentence that a plan carries which was another's before a merger."""
    name = max(
        (one for one in authority.versions if one.superseded_at is None), key=lambda one: (one.valid_to is None, one.id)
    ).name
    return f"Overgenomen van {name} bij de herindeling van {merger.merged_on:%d-%m-%Y}."


def _columns(row: Any, *without: str) -> dict[str, Any]:
    """Return the fields of a row for a copy of it, without its number, its time and its fingerprint."""
    left = {"id", "recorded_at", "superseded_at", "recorded_role", "change_reason", "fingerprint", *without}
    return {one.key: getattr(row, one.key) for one in row.__table__.columns if one.key not in left}


def move_plan_draft(session: Session, merger: Merger, thing: Thing, heirs: Heirs, reason: str, actor: Actor) -> Heirs:
    """Let the first successor go on with the draft of a plan."""
    old = session.get_one(Plan, thing.id)
    draft = find_draft(session, old)
    if draft is None or not heirs:
        return []
    heir = heirs[0]
    plan = find_plan(session, heir.id, old.agreement_id) or Plan(authority=heir, agreement_id=old.agreement_id)
    session.add(plan)
    session.flush()
    draft.plan, draft.base_number = plan, max((one.number for one in plan.versions), default=0)
    session.flush()
    payload = {"from": thing.heir_of.code}
    ledger.record(session, "plan.started", plan_subject(plan), payload, actor=actor)
    return [heir]


def move_report(session: Session, merger: Merger, thing: Thing, heirs: Heirs, reason: str, actor: Actor) -> Heirs:
    """Let the first successor go on with the draft of a report, with the deadline that it had."""
    if not heirs:
        return []
    report, heir = session.get_one(Report, thing.id), heirs[0]
    report.authority = heir
    report.version += 1
    session.flush()
    subject = f"report:{heir.code}/{report.edition.agreement.slug}/{report.edition.year}"
    ledger.record(session, "report.started", subject, {"from": thing.heir_of.code}, actor=actor)
    return [heir]


def move_certificate(session: Session, merger: Merger, thing: Thing, heirs: Heirs, reason: str, actor: Actor) -> Heirs:
    """Give the successors the same certificate; of the ended authority it was valid until the day before."""
    certificate = session.get_one(Certificate, thing.id)
    version = current_certificate(session, certificate)
    facts = certificate_facts(version)
    for heir in heirs:
        keeping.add_certificate(session, heir, replace(facts, document_id=None), actor=actor)
    last = merger.merged_on - timedelta(days=1)
    ended = replace(facts, valid_until=max(last, facts.valid_from) if facts.valid_from else last)
    keeping.correct(session, certificate, ended, version.number, reason=reason, actor=actor)
    return heirs


def move_member(session: Session, merger: Merger, thing: Thing, heirs: Heirs, reason: str, actor: Actor) -> Heirs:
    """Let a person work for the successors in the same role, and for the ended authority no more."""
    membership = session.get_one(Membership, thing.id)
    for heir in heirs:
        memberships.start(session, membership.user, heir.code, membership.role, actor=actor)
    memberships.end(session, membership, actor=actor, reason=reason)
    return heirs
