"""What a change says: each version beside the one that it replaced. One query of versions for each noun."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from registry.agreements.models import Agreement, AgreementVersion
from registry.authorities.models import Authority, AuthorityVersion, Merger, MergerParty
from registry.buyer_groups.models import BuyerGroup, BuyerGroupMember, BuyerGroupVersion
from registry.certificates.models import Certificate, CertificateVersion
from registry.changes import comparing
from registry.changes.answers import changed_answers
from registry.changes.comparing import changes
from registry.changes.wanted import ChangeKind, Detail, FieldChange, Happened, Key, both
from registry.editions.models import Edition
from registry.obligations.models import Duty, DutyVersion
from registry.plans.models import Plan, PlanVersion
from registry.reports.models import Publication, Report, Submission
from registry.signatures.models import Signature, SignatureParty, SignatureVersion

Details = dict[int, Detail]
BOUND = both("Geldt voor", "Binds")
SIGNED_FOR = both("Ondertekend door", "Signed by")


def details_of(session: Session, kind: ChangeKind, keys: Sequence[Key]) -> Details:
    """Return what these changes of one noun say, by the number of the version."""
    return _READERS[kind](session, keys)


def _ids(keys: Sequence[Key]) -> list[int]:
    return [key.id for key in keys]


def _why(version: Any, fields: tuple[FieldChange, ...], keys: Sequence[Key]) -> tuple[str, str | None, Any]:
    """Return role, reason and fields; of what went, nothing is told but that it went."""
    gone = any(key.id == version.id and key.happened is Happened.GONE for key in keys)
    return (version.recorded_role, None, ()) if gone else (version.recorded_role, version.change_reason, fields)


def _authorities(session: Session, keys: Sequence[Key]) -> Details:
    version, earlier = AuthorityVersion, aliased(AuthorityVersion)
    query = (
        select(version, earlier, Authority)
        .join(Authority, Authority.id == version.authority_id)
        .outerjoin(
            earlier, and_(earlier.authority_id == version.authority_id, earlier.superseded_at == version.recorded_at)
        )
        .where(version.id.in_(_ids(keys)))
    )
    best: dict[int, tuple[Any, Any, Any]] = {}
    for new, old, authority in session.execute(query):
        held = best.get(new.id)
        # More names can be replaced at one moment: the one of the same period is what became this one.
        if held is None or (old is not None and old.valid_from == new.valid_from):
            best[new.id] = (new, old, authority)
    return {
        new.id: Detail(
            f"authority:{authority.code}", *_why(new, changes(comparing.AUTHORITY, old, new), keys),
            authority_ids=(authority.id,), is_example=authority.is_example,
        )
        for new, old, authority in best.values()
    }  # fmt: skip


def _mergers(session: Session, keys: Sequence[Key]) -> Details:
    earlier = aliased(Merger)
    query = (
        select(Merger, earlier)
        .outerjoin(earlier, earlier.id == Merger.replaces_id)
        .where(Merger.id.in_(_ids(keys)))
        .options(selectinload(Merger.parties).joinedload(MergerParty.authority))
    )
    return {
        new.id: Detail(
            f"merger:{new.id}", *_why(new, changes(comparing.MERGER, old, new), keys),
            authority_ids=tuple(one.authority_id for one in sorted(new.parties, key=lambda one: (one.part, one.id))),
            is_example=any(party.authority.is_example for party in new.parties),
        )
        for new, old in session.execute(query)
    }  # fmt: skip


def _agreements(session: Session, keys: Sequence[Key]) -> Details:
    query = _numbered(AgreementVersion, "agreement_id", Agreement, AgreementVersion.id.in_(_ids(keys)))
    return {
        new.id: Detail(
            f"agreement:{head.slug}",
            *_why(new, changes(comparing.AGREEMENT, old, new, comparing.AGREEMENT_HIDDEN), keys),
            agreement_id=head.id, is_example=head.is_example,
        )
        for new, old, head in session.execute(query)
    }  # fmt: skip


def _numbered(version: Any, key: str, head: Any, condition: Any) -> Any:
    """Return the query for versions beside the one before, by number, with what they are versions of."""
    earlier = aliased(version)
    own, before = getattr(version, key), getattr(earlier, key)
    return (
        select(version, earlier, head)
        .join(head, head.id == own)
        .outerjoin(earlier, and_(before == own, earlier.number == version.number - 1))
        .where(condition)
    )


def _signatures(session: Session, keys: Sequence[Key]) -> Details:
    version, earlier, older = SignatureVersion, aliased(SignatureVersion), aliased(SignatureVersion)
    before = (
        select(func.max(older.number))
        .where(older.signature_id == version.signature_id, older.confirmed.is_(True), older.number < version.number)
        .scalar_subquery()
    )
    query = (
        select(version, earlier, Signature)
        .join(Signature, Signature.id == version.signature_id)
        .outerjoin(earlier, and_(earlier.signature_id == version.signature_id, earlier.number == before))
        .where(version.id.in_(_ids(keys)))
        .options(
            selectinload(version.parties), selectinload(earlier.parties), joinedload(Signature.agreement),
            joinedload(version.represented_by), joinedload(earlier.represented_by),
        )
    )  # fmt: skip
    return {new.id: _signature(new, old, head, keys) for new, old, head in session.execute(query)}


def _signature(new: SignatureVersion, old: SignatureVersion | None, head: Signature, keys: Sequence[Key]) -> Detail:
    fields = changes(comparing.SIGNATURE, old, new, comparing.SIGNATURE_HIDDEN)
    shown = new if new.confirmed or old is None else old
    role, reason, fields = _why(new, fields, keys)
    return Detail(
        # The reason of a first confirmation is its proof, which is not public.
        f"signature:{head.key}", role, reason if old else None, fields + (_bound(old, new) if fields or reason else ()),
        authority_ids=tuple(sorted(party.authority_id for party in shown.parties)),
        agreement_id=head.agreement_id, title=shown.name_as_signed, is_example=head.agreement.is_example,
    )  # fmt: skip


def _bound(old: SignatureVersion | None, new: SignatureVersion) -> tuple[FieldChange, ...]:
    if old is None or _parties(old.parties) == _parties(new.parties):
        return ()
    return (FieldChange(BOUND, None, None, hidden=True),)


def _parties(parties: Sequence[SignatureParty]) -> set[tuple[Any, ...]]:
    return {(one.authority_id, one.binds_from, one.binds_to) for one in parties}


def _duties(session: Session, keys: Sequence[Key]) -> Details:
    query = _numbered(DutyVersion, "duty_id", Duty, DutyVersion.id.in_(_ids(keys)))
    query = query.options(joinedload(Duty.authority), joinedload(Duty.agreement))
    return {
        new.id: Detail(
            f"duty:{duty.authority.code}/{duty.agreement.slug}/{duty.code}{f'/{duty.year}' if duty.year else ''}",
            *_why(new, changes(comparing.DUTY, old, new), keys),
            authority_ids=(duty.authority_id,), agreement_id=duty.agreement_id, year=duty.year or None,
            is_example=duty.authority.is_example,
        )
        for new, old, duty in session.execute(query)
    }  # fmt: skip


def _plans(session: Session, keys: Sequence[Key]) -> Details:
    version, earlier, older = PlanVersion, aliased(PlanVersion), aliased(PlanVersion)
    before = (
        select(func.max(older.number))
        .where(older.plan_id == version.plan_id, older.published_at.is_not(None), older.number < version.number)
        .scalar_subquery()
    )
    loaded = [selectinload(one.ambitions) for one in (version, earlier)]
    loaded += [selectinload(one.actions) for one in (version, earlier)]
    query = (
        select(version, earlier, Plan)
        .join(Plan, Plan.id == version.plan_id)
        .outerjoin(earlier, and_(earlier.plan_id == version.plan_id, earlier.number == before))
        .where(version.id.in_(_ids(keys)))
        .options(*loaded, joinedload(Plan.authority), joinedload(Plan.agreement))
    )
    return {
        new.id: Detail(
            f"plan:{plan.authority.code}/{plan.agreement.slug}",
            *_why(new, changes(comparing.PLAN, old, new) + comparing.ambitions(old, new), keys),
            authority_ids=(plan.authority_id,), agreement_id=plan.agreement_id, title=new.title,
            is_example=plan.authority.is_example,
        )
        for new, old, plan in session.execute(query)
    }  # fmt: skip


def _reports(session: Session, keys: Sequence[Key]) -> Details:
    version, earlier, older = Publication, aliased(Publication), aliased(Publication)
    before = select(func.max(older.id)).where(older.report_id == version.report_id, older.id < version.id)
    whole = joinedload(Publication.submission).joinedload(Submission.report).joinedload(Report.edition)
    query = (
        select(version, earlier, Report)
        .join(Report, Report.id == version.report_id)
        .outerjoin(earlier, earlier.id == before.scalar_subquery())
        .where(version.id.in_(_ids(keys)))
        .options(whole, joinedload(earlier.submission), joinedload(Report.authority))
        .options(joinedload(Report.edition).joinedload(Edition.agreement))
    )
    return {
        new.id: Detail(
            f"report:{report.authority.code}/{report.edition.agreement.slug}/{report.edition.year}",
            *_why(new, changed_answers(old.submission, new.submission) if old else (), keys),
            authority_ids=(report.authority_id,), agreement_id=report.edition.agreement_id, year=report.edition.year,
            is_example=report.authority.is_example,
        )
        for new, old, report in session.execute(query)
    }  # fmt: skip


def _certificates(session: Session, keys: Sequence[Key]) -> Details:
    query = _numbered(CertificateVersion, "certificate_id", Certificate, CertificateVersion.id.in_(_ids(keys)))
    return {
        new.id: Detail(
            f"certificate:{head.key}", *_why(new, changes(comparing.CERTIFICATE, old, new), keys),
            authority_ids=(head.authority_id,), is_example=head.authority.is_example,
        )
        for new, old, head in session.execute(query.options(joinedload(Certificate.authority)))
    }  # fmt: skip


def _buyer_groups(session: Session, keys: Sequence[Key]) -> Details:
    query = _numbered(BuyerGroupVersion, "group_id", BuyerGroup, BuyerGroupVersion.id.in_(_ids(keys)))
    return {
        new.id: Detail(
            f"buyer_group:{head.slug}", *_why(new, changes(comparing.BUYER_GROUP, old, new), keys),
            title=new.title, slug=head.slug, is_example=head.is_example,
        )
        for new, old, head in session.execute(query)
    }  # fmt: skip


def _members(session: Session, keys: Sequence[Key]) -> Details:
    version, earlier = BuyerGroupMember, aliased(BuyerGroupMember)
    same = and_(earlier.group_id == version.group_id, earlier.authority_id == version.authority_id)
    query = (
        select(version, earlier, BuyerGroup, BuyerGroupVersion.title)
        .join(BuyerGroup, BuyerGroup.id == version.group_id)
        .outerjoin(earlier, and_(same, earlier.superseded_at == version.recorded_at))
        .outerjoin(
            BuyerGroupVersion,
            and_(BuyerGroupVersion.group_id == BuyerGroup.id, or_(BuyerGroupVersion.superseded_at.is_(None))),
        )
        .where(version.id.in_(_ids(keys)))
    )
    return {
        new.id: Detail(
            f"buyer_group:{group.slug}", *_why(new, changes(comparing.MEMBER, old, new), keys),
            authority_ids=(new.authority_id,), title=title, slug=group.slug, is_example=group.is_example,
        )
        for new, old, group, title in session.execute(query)
    }  # fmt: skip


_READERS: Mapping[ChangeKind, Callable[[Session, Sequence[Key]], Details]] = {
    ChangeKind.AUTHORITY: _authorities,
    ChangeKind.MERGER: _mergers,
    ChangeKind.AGREEMENT: _agreements,
    ChangeKind.SIGNATURE: _signatures,
    ChangeKind.DUTY: _duties,
    ChangeKind.PLAN: _plans,
    ChangeKind.REPORT: _reports,
    ChangeKind.CERTIFICATE: _certificates,
    ChangeKind.BUYER_GROUP: _buyer_groups,
    ChangeKind.MEMBER: _members,
}
