"""Finds what authorities leave at their merger. One function for each sort of thing, for all authorities at once.

Obligations are no things of their own: they follow the signature from which they come, with their old deadline.
Reports that were published, or lie with staff for review, say whose they are and stay; one that staff send back after
the merger turns up here by itself.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, joinedload

from accounts.models import Invitation, Membership, User
from common.files.models import Attachment
from common.versions import known_at
from common.vocabulary import Text
from registry.agreements.models import Agreement
from registry.authorities.models import Authority
from registry.buyer_groups.models import BuyerGroup, BuyerGroupMember, BuyerGroupVersion
from registry.certificates.models import Certificate, CertificateVersion
from registry.editions.models import Edition
from registry.mergers.things import Sort, Thing
from registry.plans.models import Plan, PlanDraft, PlanVersion
from registry.reports.models import WRITABLE, Report, ReportState
from registry.signatures.models import Signature, SignatureParty, SignatureVersion, Signing


@dataclass(frozen=True)
class Leaver:
    """An authority that ends, and the day of its merger."""

    authority: Authority
    day: date


Leavers = Mapping[int, Leaver]
"""By the number of the authority."""


def _title(agreement: Agreement) -> Text:
    return dict(max(agreement.versions, key=lambda one: one.number).short_title)


def _signatures(session: Session, leaving: Leavers) -> list[Thing]:
    """Find the signatures that bind them until the merger or longer, oldest first; obligations follow them."""
    agreement = joinedload(SignatureVersion.signature).joinedload(Signature.agreement)
    query = (
        select(SignatureVersion, SignatureParty)
        .join(SignatureVersion.parties)
        .where(known_at(SignatureVersion), SignatureVersion.refused.is_(False))
        .where(SignatureParty.authority_id.in_(leaving))
        .options(agreement, agreement.selectinload(Agreement.versions))
        .order_by(SignatureVersion.signed_on)
    )
    return [
        Thing(
            Sort.SIGNATURE, version.signature_id, f"signature:{version.signature.key}", its.authority,
            _title(version.signature.agreement), day=version.signed_on, slot=version.signature.agreement_id,
            left_already=party.binds_to == its.day,
        )
        for version, party in session.execute(query)
        if (its := leaving[party.authority_id])
        and (version.ended_on is None or version.ended_on > its.day)
        and (party.binds_to is None or party.binds_to >= its.day)
    ]  # fmt: skip


def _groups(session: Session, leaving: Leavers) -> list[Thing]:
    """Find the buyer groups in which they take part on the day of the merger or later."""
    member = BuyerGroupMember
    query = (
        select(member, BuyerGroup.slug, BuyerGroupVersion.title)
        .join(member.group)
        .join(BuyerGroupVersion, and_(BuyerGroupVersion.group_id == BuyerGroup.id, known_at(BuyerGroupVersion)))
        .where(member.authority_id.in_(leaving), known_at(member), member.withdrawn.is_(False))
        .order_by(BuyerGroup.slug, member.id)
    )
    return [
        Thing(Sort.GROUP, one.id, f"buyer_group:{slug}", its.authority, title, slot=one.group_id)
        for one, slug, title in session.execute(query)
        if (its := leaving[one.authority_id]) and (one.valid_to is None or one.valid_to > its.day)
    ]


def _plans(session: Session, leaving: Leavers) -> list[Thing]:
    """Find their public plans."""
    query = (
        select(PlanVersion)
        .join(PlanVersion.plan)
        .where(Plan.authority_id.in_(leaving), known_at(PlanVersion), PlanVersion.published_at.is_not(None))
        .options(joinedload(PlanVersion.plan).joinedload(Plan.agreement))
        .order_by(PlanVersion.id)
    )
    return [
        Thing(
            Sort.PLAN, one.plan_id, f"plan:{its.authority.code}/{one.plan.agreement.slug}", its.authority, one.title,
            slot=one.plan.agreement_id,
        )
        for one in session.scalars(query)
        if (its := leaving[one.plan.authority_id])
    ]  # fmt: skip


def _plan_drafts(session: Session, leaving: Leavers) -> list[Thing]:
    """Find the plans that they were writing."""
    query = select(PlanDraft).join(PlanDraft.plan).where(Plan.authority_id.in_(leaving)).order_by(PlanDraft.id)
    agreement = joinedload(PlanDraft.plan).joinedload(Plan.agreement)
    return [
        Thing(
            Sort.PLAN_DRAFT, one.plan_id, f"plan_draft:{its.authority.code}/{one.plan.agreement.slug}", its.authority,
            _title(one.plan.agreement), slot=one.plan.agreement_id,
        )
        for one in session.scalars(query.options(agreement, agreement.selectinload(Agreement.versions)))
        if (its := leaving[one.plan.authority_id])
    ]  # fmt: skip


def _reports(session: Session, leaving: Leavers) -> list[Thing]:
    """Find the reports on which they still worked: drafts, and what staff sent back."""
    in_work = Report.state.in_(WRITABLE)
    query = select(Report).where(Report.authority_id.in_(leaving), in_work).order_by(Report.id)
    found = []
    for report in session.scalars(query.options(joinedload(Report.edition).joinedload(Edition.agreement))):
        edition, its = report.edition, leaving[report.authority_id]
        subject = f"report:{its.authority.code}/{edition.agreement.slug}/{edition.year}"
        found.append(
            Thing(
                Sort.REPORT, report.id, subject, its.authority, edition.agreement.slug, year=edition.year,
                sent_back=report.state is ReportState.QUESTION_SENT, slot=report.edition_id,
            )
        )  # fmt: skip
    return found


def _certificates(session: Session, leaving: Leavers) -> list[Thing]:
    """Find the certificates that are valid on the day of the merger."""
    query = (
        select(CertificateVersion)
        .join(CertificateVersion.certificate)
        .where(Certificate.authority_id.in_(leaving), known_at(CertificateVersion))
        .where(CertificateVersion.withdrawn.is_(False))
        .options(joinedload(CertificateVersion.certificate))
        .order_by(CertificateVersion.id)
    )
    return [
        Thing(
            Sort.CERTIFICATE, one.certificate_id, f"certificate:{one.certificate.key}", its.authority, one.holder,
            day=one.valid_until,
        )
        for one in session.scalars(query)
        if (its := leaving[one.certificate.authority_id]) and (one.valid_until is None or one.valid_until >= its.day)
    ]  # fmt: skip


def _documents(session: Session, leaving: Leavers) -> list[Thing]:
    """Find the files that their people can choose for plans; those of an authority are one thing."""
    by_subject = {f"authority:{its.authority.code}": its.authority for its in leaving.values()}
    query = select(Attachment.subject).where(Attachment.subject.in_(by_subject), Attachment.removed_at.is_(None))
    return [
        Thing(Sort.DOCUMENTS, its.id, f"documents:{its.code}", its, its.code, number=number)
        for subject, number in Counter(session.scalars(query)).items()
        if (its := by_subject[subject])
    ]


def _by_code(leaving: Leavers) -> dict[str, Authority]:
    return {its.authority.code: its.authority for its in leaving.values()}


def _members(session: Session, leaving: Leavers) -> list[Thing]:
    """Find the people who work for them."""
    its = _by_code(leaving)
    query = (
        select(Membership)
        .join(Membership.user)
        .where(Membership.authority_code.in_(its), Membership.ended_at.is_(None), User.active)
        .options(joinedload(Membership.user))
        .order_by(User.name, Membership.id)
    )
    return [
        Thing(
            Sort.MEMBERSHIP, one.id, f"membership:{one.id}", its[one.authority_code], one.user.name,
            role=one.role.value,
        )
        for one in session.scalars(query)
    ]  # fmt: skip


def _invitations(session: Session, leaving: Leavers) -> list[Thing]:
    """Find who was asked to work for them and did not answer."""
    its = _by_code(leaving)
    query = select(Invitation).where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    return [
        Thing(
            Sort.INVITATION, one.id, f"invitation:{one.id}", its[one.authority_code or ""], one.name, role=one.role
        )
        for one in session.scalars(query.where(Invitation.authority_code.in_(its)).order_by(Invitation.id))
    ]  # fmt: skip


def _signings(session: Session, leaving: Leavers) -> list[Thing]:
    """Find the agreements that they were about to sign."""
    query = select(Signing).where(Signing.authority_id.in_(leaving), Signing.ended_at.is_(None)).order_by(Signing.id)
    agreement = joinedload(Signing.agreement)
    return [
        Thing(
            Sort.SIGNING, one.id, f"signing:{one.id}", leaving[one.authority_id].authority, _title(one.agreement)
        )
        for one in session.scalars(query.options(agreement, agreement.selectinload(Agreement.versions)))
    ]  # fmt: skip


FINDERS: tuple[Callable[[Session, Leavers], list[Thing]], ...] = (
    _signatures, _groups, _plans, _plan_drafts, _reports, _certificates, _documents, _members, _invitations, _signings,
)  # fmt: skip
