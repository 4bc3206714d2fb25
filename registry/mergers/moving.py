"""Carries out what was chosen for one thing: it moves to successors, or ends. One function for each sort of thing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import invitations, memberships
from accounts.models import Invitation, Membership
from common import ledger
from common.clock import now
from common.files import attaching
from common.files.models import Attachment
from common.ledger import Actor
from common.versions import known_at
from registry.authorities.models import Authority, Merger
from registry.buyer_groups import members
from registry.buyer_groups.models import BuyerGroupMember
from registry.certificates import keeping
from registry.certificates.content import facts_of as certificate_facts
from registry.certificates.models import Certificate
from registry.certificates.reading import current_version as current_certificate
from registry.mergers.things import Thing
from registry.obligations.models import DeadlineCause, Duty, DutyVersion
from registry.obligations.writing import facts_of as duty_facts
from registry.obligations.writing import next_version
from registry.obligations.writing import subject_of as duty_subject
from registry.plans.drafting import find_plan
from registry.plans.drafting import subject_of as plan_subject
from registry.plans.fields import Typed, of_content
from registry.plans.models import Ambition, Plan, PlanAction, PlanDraft, PlanVersion
from registry.plans.publishing import payload_of, seal
from registry.reports.models import Report
from registry.signatures import signing
from registry.signatures.changing import change, copied_parties, current_version
from registry.signatures.models import Signature, SignatureParty, Signing

Heirs = Sequence[Authority]
"""To whom a thing goes; nobody means that it ends."""


def move_signature(session: Session, merger: Merger, thing: Thing, heirs: Heirs, reason: str, actor: Actor) -> None:
    """Let a signature bind the successors from the day of the merger, and the ended authority no more."""
    signature = session.get_one(Signature, thing.id)
    day, old = merger.merged_on, current_version(session, signature)
    parties = copied_parties(old)
    for party in parties:
        if party.authority_id == thing.heir_of.id:
            party.binds_to = day
    known = {party.authority_id for party in parties}
    parties += [
        SignatureParty(authority_id=one.id, binds_from=day, merger_id=thing.via[one.id])
        for one in heirs
        if one.id not in known
    ]
    change(session, signature, {}, parties=parties, reason=reason, actor=actor)
    for heir in heirs:
        _keep_deadlines(session, signature, (thing.heir_of, heir), reason, actor)


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


def move_group(session: Session, merger: Merger, thing: Thing, heirs: Heirs, reason: str, actor: Actor) -> None:
    """End a membership of a buyer group on the day before the merger, and let the successors take part from then on.

    One that begins on the day of the merger or later never was the ended authority's.
    """
    member = session.get_one(BuyerGroupMember, thing.id)
    since, last = merger.merged_on, member.last_day
    if member.valid_from and member.valid_from >= merger.merged_on:
        since = member.valid_from
        members.withdraw(session, member, reason=reason, actor=actor)
    else:
        members.leave(session, member, merger.merged_on - timedelta(days=1), reason=reason, actor=actor)
    for heir in heirs:
        joined = members.join(session, member.group, heir, since, member.source, actor=actor)
        if last:
            members.leave(session, joined, last, reason=reason, actor=actor)


def move_plan(session: Session, merger: Merger, thing: Thing, heirs: Heirs, reason: str, actor: Actor) -> None:
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
            **{**_columns(old), "plan_id": plan.id, "number": 1, "published_at": now(), "change_reason": reason,
               "holds_from": max(merger.merged_on, old.adopted_on or merger.merged_on)},
            recorded_role=actor.role,
            ambitions=[Ambition(**_columns(one, "plan_version_id")) for one in old.ambitions],
            actions=[PlanAction(**_columns(one, "plan_version_id")) for one in old.actions],
        )  # fmt: skip
        version.note = " ".join(part for part in (came_from(thing.heir_of, merger), old.note) if part)
        session.add(version)
        session.flush()
        session.refresh(version)
        seal(session, version)
        payload = {**payload_of(version), "from": thing.heir_of.code}
        ledger.record(session, "plan.published", plan_subject(plan), payload, actor=actor)


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


def move_plan_draft(session: Session, merger: Merger, thing: Thing, heirs: Heirs, reason: str, actor: Actor) -> None:
    """Let the successor go on with the draft of a plan, and with the file that it names."""
    old = session.get_one(Plan, thing.id)
    draft = session.scalars(select(PlanDraft).where(PlanDraft.plan_id == old.id)).one()
    (heir,) = heirs
    plan = find_plan(session, heir.id, old.agreement_id) or Plan(authority=heir, agreement_id=old.agreement_id)
    session.add(plan)
    session.flush()
    draft.plan, draft.base_number = plan, max((one.number for one in plan.versions), default=0)
    chosen = of_content(draft.content).get("document")
    named = session.get(Attachment, int(chosen)) if chosen.isdecimal() else None
    if named and named.subject == f"authority:{thing.heir_of.code}":
        copy = _handed_over(session, named, heir, actor)
        draft.content = Typed({"document": str(copy.id)}).over(of_content(draft.content)).as_content()
    session.flush()
    payload = {"from": thing.heir_of.code}
    ledger.record(session, "plan.started", plan_subject(plan), payload, actor=actor)


def move_report(session: Session, merger: Merger, thing: Thing, heirs: Heirs, reason: str, actor: Actor) -> None:
    """Let the successor go on with a report, with the deadline that it had and what staff asked of it."""
    (heir,) = heirs
    report = session.get_one(Report, thing.id)
    report.authority = heir
    report.version += 1
    session.flush()
    subject = f"report:{heir.code}/{report.edition.agreement.slug}/{report.edition.year}"
    ledger.record(session, "report.started", subject, {"from": thing.heir_of.code}, actor=actor)


def move_certificate(session: Session, merger: Merger, thing: Thing, heirs: Heirs, reason: str, actor: Actor) -> None:
    """Give the successors the same certificate from the day of the merger; of the ended authority it was until then.

    One that begins on that day or later never was the ended authority's.
    """
    certificate = session.get_one(Certificate, thing.id)
    version = current_certificate(session, certificate)
    facts, day = certificate_facts(version), merger.merged_on
    for heir in heirs:
        begins = max(facts.valid_from or day, day)
        keeping.add_certificate(session, heir, replace(facts, valid_from=begins), actor=actor)
    if facts.valid_from and facts.valid_from >= day:
        keeping.withdraw(session, certificate, version.number, reason=reason, actor=actor)
    else:
        ended = replace(facts, valid_until=day - timedelta(days=1))
        keeping.correct(session, certificate, ended, version.number, reason=reason, actor=actor)


def move_documents(session: Session, merger: Merger, thing: Thing, heirs: Heirs, reason: str, actor: Actor) -> None:
    """Give the successors the files that the people of the ended authority could choose from."""
    for attachment in attaching.attachments_of(session, f"authority:{thing.heir_of.code}"):
        if attachment.removed_at is None:
            for heir in heirs:
                _handed_over(session, attachment, heir, actor)


def _handed_over(session: Session, attachment: Attachment, heir: Authority, actor: Actor) -> Attachment:
    """Return the file of a successor with this content: the one that it has, or one made now."""
    subject = f"authority:{heir.code}"
    own = next((one for one in attaching.attachments_of(session, subject) if one.sha256 == attachment.sha256), None)
    if own and own.removed_at is None:
        return own
    return attaching.attach_again(session, subject, attachment, actor=actor)


def move_member(session: Session, merger: Merger, thing: Thing, heirs: Heirs, reason: str, actor: Actor) -> None:
    """Let a person work for the successors in the same role, and for the ended authority no more."""
    membership = session.get_one(Membership, thing.id)
    for heir in heirs:
        memberships.start(session, membership.user, heir.code, membership.role, actor=actor)
    memberships.end(session, membership, actor=actor, reason=reason)


def end_invitation(session: Session, merger: Merger, thing: Thing, heirs: Heirs, reason: str, actor: Actor) -> None:
    """Take back what was asked of somebody for an authority that is no more."""
    invitations.withdraw(session, session.get_one(Invitation, thing.id), actor=actor)


def end_signing(session: Session, merger: Merger, thing: Thing, heirs: Heirs, reason: str, actor: Actor) -> None:
    """Take back what was prepared to be signed: a successor signs for itself."""
    signing.withdraw(session, session.get_one(Signing, thing.id), actor=actor)
