"""Finds what an authority leaves at its merger. One function for each sort of thing.

Obligations are no things of their own: they follow the signature from which they come, with their old deadline.
"""

from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, joinedload

from accounts.models import Membership, User
from common.versions import known_at
from common.vocabulary import Text
from registry.agreements.models import Agreement
from registry.authorities.models import Authority
from registry.buyer_groups.models import BuyerGroup, BuyerGroupMember, BuyerGroupVersion
from registry.certificates.models import Certificate, CertificateVersion
from registry.mergers.things import Heirs, Sort, Thing, bound_by, usual
from registry.plans.models import Plan, PlanDraft, PlanVersion
from registry.reports.models import Report, ReportState, Submission
from registry.signatures.models import Signature, SignatureParty, SignatureVersion


def signatures(session: Session, authority: Authority, heirs: Heirs, day: date) -> list[Thing]:
    """Find the signatures that bind it, oldest first; obligations follow them."""
    query = (
        select(SignatureVersion)
        .join(SignatureVersion.parties)
        .where(known_at(SignatureVersion), SignatureVersion.refused.is_(False), SignatureVersion.ended_on.is_(None))
        .where(SignatureParty.authority_id == authority.id, SignatureParty.binds_to.is_(None))
        .options(joinedload(SignatureVersion.signature).joinedload(Signature.agreement))
        .order_by(SignatureVersion.signed_on)
    )
    found = []
    for version in session.scalars(query).unique():
        signature = version.signature
        bound = bound_by(session, signature.agreement_id, [one.id for one in heirs], day)
        free = tuple(one for one in heirs if one.id not in bound)
        found.append(
            Thing(
                Sort.SIGNATURE, signature.id, f"signature:{signature.key}", authority, _title(signature.agreement),
                day=version.signed_on, takers=free, has_already=tuple(one for one in heirs if one.id in bound),
                may_stay=False, usual=usual(free, "ends"),
            )
        )  # fmt: skip
    return found


def _title(agreement: Agreement) -> Text:
    return dict(max(agreement.versions, key=lambda one: one.number).short_title)


def groups(session: Session, authority: Authority, heirs: Heirs, day: date) -> list[Thing]:
    """Find the buyer groups in which it takes part."""
    query = (
        select(BuyerGroupMember, BuyerGroup.slug, BuyerGroupVersion.title)
        .join(BuyerGroupMember.group)
        .join(BuyerGroupVersion, and_(BuyerGroupVersion.group_id == BuyerGroup.id, known_at(BuyerGroupVersion)))
        .where(BuyerGroupMember.authority_id == authority.id, known_at(BuyerGroupMember))
        .where(BuyerGroupMember.withdrawn.is_(False), BuyerGroupMember.valid_to.is_(None))
        .order_by(BuyerGroup.slug)
    )
    found = []
    for member, slug, title in session.execute(query):
        has = set(
            session.scalars(
                select(BuyerGroupMember.authority_id)
                .where(BuyerGroupMember.group_id == member.group_id, known_at(BuyerGroupMember))
                .where(BuyerGroupMember.withdrawn.is_(False), BuyerGroupMember.valid_to.is_(None))
            )
        )
        free = tuple(one for one in heirs if one.id not in has)
        found.append(
            Thing(
                Sort.GROUP, member.group_id, f"buyer_group:{slug}", authority, title, takers=free,
                has_already=tuple(one for one in heirs if one.id in has), may_stay=False, usual=usual(free, "ends"),
            )
        )  # fmt: skip
    return found


def plans(session: Session, authority: Authority, heirs: Heirs, day: date) -> list[Thing]:
    """Find its public plans."""
    query = (
        select(PlanVersion)
        .join(PlanVersion.plan)
        .where(Plan.authority_id == authority.id, known_at(PlanVersion), PlanVersion.published_at.is_not(None))
        .options(joinedload(PlanVersion.plan).joinedload(Plan.agreement))
    )
    found = []
    for version in session.scalars(query).unique():
        plan = version.plan
        free, has = _without_plan(session, plan.agreement_id, heirs)
        common = usual(free, "stays") if len(heirs) == 1 else "stays"
        subject = f"plan:{authority.code}/{plan.agreement.slug}"
        found.append(
            Thing(
                Sort.PLAN, plan.id, subject, authority, version.title, takers=free, has_already=has, may_end=False,
                usual=common,
            )
        )  # fmt: skip
    return found


def _without_plan(
    session: Session, agreement_id: int, heirs: Heirs
) -> tuple[tuple[Authority, ...], tuple[Authority, ...]]:
    query = (
        select(Plan.authority_id)
        .join(Plan.versions)
        .where(Plan.agreement_id == agreement_id, Plan.authority_id.in_([one.id for one in heirs]))
        .where(known_at(PlanVersion))
    )
    has = set(session.scalars(query))
    return tuple(one for one in heirs if one.id not in has), tuple(one for one in heirs if one.id in has)


def plan_drafts(session: Session, authority: Authority, heirs: Heirs, day: date) -> list[Thing]:
    """Find the plans that it was writing."""
    query = select(PlanDraft).join(PlanDraft.plan).where(Plan.authority_id == authority.id)
    found = []
    for draft in session.scalars(query.options(joinedload(PlanDraft.plan).joinedload(Plan.agreement))):
        agreement = draft.plan.agreement
        busy = set(
            session.scalars(
                select(Plan.authority_id)
                .join(PlanDraft, PlanDraft.plan_id == Plan.id)
                .where(Plan.agreement_id == agreement.id)
            )
        )
        free = tuple(one for one in heirs if one.id not in busy)
        thing = Thing(
            Sort.PLAN_DRAFT, draft.plan_id, f"plan_draft:{authority.code}/{agreement.slug}", authority,
            _title(agreement),
            has_already=tuple(one for one in heirs if one.id in busy), may_end=False,
            takers=free[:1] if len(heirs) == 1 else free, usual=usual(free, "stays") if len(heirs) == 1 else "stays",
        )  # fmt: skip
        found.append(thing)
    return found


def reports(session: Session, authority: Authority, heirs: Heirs, day: date) -> list[Thing]:
    """Find drafts that were never handed in: what was handed in says whose it is, and stays."""
    sent = select(Submission.id).where(Submission.report_id == Report.id).exists()
    query = select(Report).where(Report.authority_id == authority.id, Report.state == ReportState.DRAFT, ~sent)
    found = []
    for report in session.scalars(query):
        edition = report.edition
        has = set(session.scalars(select(Report.authority_id).where(Report.edition_id == report.edition_id)))
        free = tuple(one for one in heirs if one.id not in has)
        common = usual(free, "stays") if len(heirs) == 1 else "stays"
        subject = f"report:{authority.code}/{edition.agreement.slug}/{edition.year}"
        found.append(
            Thing(
                Sort.REPORT, report.id, subject, authority, edition.agreement.slug, year=edition.year, takers=free,
                has_already=tuple(one for one in heirs if one.id in has), may_end=False, usual=common,
            )
        )  # fmt: skip
    return found


def certificates(session: Session, authority: Authority, heirs: Heirs, day: date) -> list[Thing]:
    """Find the certificates that are valid on the day of the merger."""
    query = (
        select(CertificateVersion)
        .join(CertificateVersion.certificate)
        .where(Certificate.authority_id == authority.id, known_at(CertificateVersion))
        .where(CertificateVersion.withdrawn.is_(False))
        .options(joinedload(CertificateVersion.certificate))
        .order_by(CertificateVersion.id)
    )
    return [
        Thing(
            Sort.CERTIFICATE, one.certificate_id, f"certificate:{one.certificate.key}", authority, one.holder,
            day=one.valid_until, takers=tuple(heirs), usual="stays",
        )
        for one in session.scalars(query)
        if one.valid_until is None or one.valid_until >= day
    ]  # fmt: skip


def members(session: Session, authority: Authority, heirs: Heirs, day: date) -> list[Thing]:
    """Find the people who work for it."""
    query = (
        select(Membership)
        .join(Membership.user)
        .where(Membership.authority_code == authority.code, Membership.ended_at.is_(None), User.active)
        .options(joinedload(Membership.user))
        .order_by(User.name, Membership.id)
    )
    return [
        Thing(
            Sort.MEMBERSHIP, one.id, f"membership:{one.id}", authority, one.user.name, role=one.role.value,
            takers=tuple(heirs), usual=usual(heirs, "ends"),
        )
        for one in session.scalars(query)
    ]  # fmt: skip
