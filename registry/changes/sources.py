"""Where changes are found: for each noun one query of its public versions, as number, moment and what happened.

Drafts, what was not confirmed or refused, and unpublished plans stand in none of them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, literal, select, true
from sqlalchemy.orm import aliased

from registry.agreements.models import AgreementVersion
from registry.authorities.models import AuthorityVersion, Merger, MergerParty
from registry.buyer_groups.models import BuyerGroupMember, BuyerGroupVersion
from registry.certificates.models import Certificate, CertificateVersion
from registry.changes.subjects import of_subjects
from registry.changes.wanted import ChangeKind, Happened, Wanted
from registry.editions.models import Edition
from registry.obligations.models import Duty, DutyVersion
from registry.plans.models import Plan, PlanVersion
from registry.reports.models import Publication, Report
from registry.signatures.models import Signature, SignatureParty, SignatureVersion

Keys = Select[Any]
Condition = ColumnElement[bool]

FROM_FILE = "systeem"
"""The role of what a file or a rule recorded; many of those at once are one line."""


def keys_of(kind: ChangeKind, wanted: Wanted) -> list[Keys]:
    """Return the queries that find the changes of one noun: (kind, id, at, happened, role)."""
    return _SOURCES[kind](wanted)


def _rows(kind: ChangeKind, version: Any, first: Condition, wanted: Wanted, *conditions: Condition) -> Keys:
    """Return the rows of one table of versions; `first` says of a row that it is the first public one."""
    happened = case((first, Happened.NEW.value), else_=Happened.CHANGED.value)
    if wanted.also_new:
        return _select(kind, version, version.recorded_at, happened, wanted, *conditions)
    return _select(kind, version, version.recorded_at, literal(Happened.CHANGED.value), wanted, ~first, *conditions)


def _gone(kind: ChangeKind, version: Any, wanted: Wanted, *conditions: Condition) -> Keys:
    """Return the rows that were superseded by nothing."""
    ended = version.superseded_at.is_not(None)
    return _select(kind, version, version.superseded_at, literal(Happened.GONE.value), wanted, ended, *conditions)


def _select(kind: ChangeKind, version: Any, at: Any, happened: Any, wanted: Wanted, *conditions: Condition) -> Keys:
    query = select(
        literal(kind.value).label("kind"), version.id.label("id"), at.label("at"), happened.label("happened"),
        version.recorded_role.label("role"),
    )  # fmt: skip
    if wanted.begins:
        query = query.where(at >= wanted.begins)
    if wanted.until:
        query = query.where(at <= wanted.until)
    return query.where(*conditions, of_subjects(kind, wanted.subjects))


def _authorities(wanted: Wanted) -> list[Keys]:
    version, other = AuthorityVersion, aliased(AuthorityVersion)
    same = other.authority_id == version.authority_id
    first = ~exists().where(same, other.recorded_at < version.recorded_at)
    replaced = exists().where(same, other.recorded_at == version.superseded_at)
    own = _is(version.authority_id, wanted.authority_id), _never_under(wanted)
    return [
        _rows(ChangeKind.AUTHORITY, version, first, wanted, *own),
        _gone(ChangeKind.AUTHORITY, version, wanted, ~replaced, *own),
    ]


def _mergers(wanted: Wanted) -> list[Keys]:
    later = aliased(Merger)
    party = exists().where(MergerParty.merger_id == Merger.id, MergerParty.authority_id == wanted.authority_id)
    own = party if wanted.authority_id is not None else true(), _never_under(wanted)
    replaced = exists().where(later.replaces_id == Merger.id)
    return [
        _rows(ChangeKind.MERGER, Merger, Merger.replaces_id.is_(None), wanted, *own),
        _gone(ChangeKind.MERGER, Merger, wanted, ~replaced, *own),
    ]


def _agreements(wanted: Wanted) -> list[Keys]:
    version = AgreementVersion
    own = _is(version.agreement_id, wanted.agreement_id), _of_nobody(wanted)
    return [_rows(ChangeKind.AGREEMENT, version, version.number == 1, wanted, *own)]


def _signatures(wanted: Wanted) -> list[Keys]:
    """Return confirmed versions, and those that took a confirmed one back: only that it went is told."""
    version, earlier, party = SignatureVersion, aliased(SignatureVersion), aliased(SignatureVersion)
    before = and_(earlier.signature_id == version.signature_id, earlier.confirmed.is_(True))
    first = ~exists().where(before, earlier.number < version.number)
    bound = (
        select(party.signature_id)
        .join(SignatureParty, SignatureParty.signature_version_id == party.id)
        .where(SignatureParty.authority_id == wanted.authority_id, party.confirmed.is_(True))
    )
    chosen: Condition = version.signature_id.in_(bound) if wanted.authority_id is not None else true()
    under = select(Signature.id).where(Signature.agreement_id == wanted.agreement_id)
    chosen = and_(chosen, version.signature_id.in_(under)) if wanted.agreement_id is not None else chosen
    undone = exists().where(before, earlier.number == version.number - 1)
    taken_back = _select(
        ChangeKind.SIGNATURE, version, version.recorded_at, literal(Happened.GONE.value), wanted, chosen, undone,
        version.confirmed.is_(False),
    )  # fmt: skip
    return [_rows(ChangeKind.SIGNATURE, version, first, wanted, chosen, version.confirmed.is_(True)), taken_back]


def _duties(wanted: Wanted) -> list[Keys]:
    version = DutyVersion
    own = version.duty_id.in_(
        select(Duty.id).where(_is(Duty.authority_id, wanted.authority_id), _is(Duty.agreement_id, wanted.agreement_id))
    )
    narrowed = own if wanted.authority_id is not None or wanted.agreement_id is not None else true()
    return [_rows(ChangeKind.DUTY, version, version.number == 1, wanted, narrowed)]


def _plans(wanted: Wanted) -> list[Keys]:
    version, earlier = PlanVersion, aliased(PlanVersion)
    first = ~exists().where(
        earlier.plan_id == version.plan_id, earlier.number < version.number, earlier.published_at.is_not(None)
    )
    own = version.plan_id.in_(
        select(Plan.id).where(_is(Plan.authority_id, wanted.authority_id), _is(Plan.agreement_id, wanted.agreement_id))
    )
    return [_rows(ChangeKind.PLAN, version, first, wanted, own, version.published_at.is_not(None))]


def _reports(wanted: Wanted) -> list[Keys]:
    """Return what was published and corrected, and what was withdrawn; after that it is as good as new."""
    version, earlier, taken = Publication, aliased(Publication), aliased(Publication)
    same = and_(earlier.report_id == version.report_id, earlier.id < version.id, earlier.withdrawn.is_(False))
    since = and_(taken.report_id == version.report_id, taken.withdrawn, taken.id > earlier.id, taken.id < version.id)
    first = ~exists().where(same, ~exists().where(since))
    own = version.report_id.in_(
        select(Report.id)
        .join(Edition, Edition.id == Report.edition_id)
        .where(_is(Report.authority_id, wanted.authority_id), _is(Edition.agreement_id, wanted.agreement_id))
    )
    replaced = exists().where(earlier.report_id == version.report_id, earlier.recorded_at >= version.superseded_at)
    gone = literal(Happened.GONE.value)
    return [
        _rows(ChangeKind.REPORT, version, first, wanted, own, version.withdrawn.is_(False)),
        _select(ChangeKind.REPORT, version, version.recorded_at, gone, wanted, own, version.withdrawn.is_(True)),
        _gone(ChangeKind.REPORT, version, wanted, ~replaced, own),
    ]


def _certificates(wanted: Wanted) -> list[Keys]:
    version = CertificateVersion
    own = version.certificate_id.in_(select(Certificate.id).where(_is(Certificate.authority_id, wanted.authority_id)))
    return [_rows(ChangeKind.CERTIFICATE, version, version.number == 1, wanted, own, _never_under(wanted))]


def _buyer_groups(wanted: Wanted) -> list[Keys]:
    version, none = BuyerGroupVersion, (_of_nobody(wanted), _never_under(wanted))
    return [_rows(ChangeKind.BUYER_GROUP, version, version.number == 1, wanted, *none)]


def _members(wanted: Wanted) -> list[Keys]:
    version, other = BuyerGroupMember, aliased(BuyerGroupMember)
    same = and_(other.group_id == version.group_id, other.authority_id == version.authority_id)
    first = ~exists().where(same, other.recorded_at < version.recorded_at)
    replaced = exists().where(same, other.recorded_at == version.superseded_at)
    own = _is(version.authority_id, wanted.authority_id), _never_under(wanted)
    return [
        _rows(ChangeKind.MEMBER, version, first, wanted, *own),
        _gone(ChangeKind.MEMBER, version, wanted, ~replaced, *own),
    ]


def _is(column: Any, wanted: int | None) -> Condition:
    return column == wanted if wanted is not None else true()


def _never_under(wanted: Wanted) -> Condition:
    """Return the condition of what belongs to no agreement: nothing of it fits when one is asked for."""
    return false() if wanted.agreement_id is not None else true()


def _of_nobody(wanted: Wanted) -> Condition:
    return false() if wanted.authority_id is not None else true()


def loads(keys: Any) -> Keys:
    """Return one row for what became public from a file, for each noun and day: (kind, id, at, happened, number)."""
    day = func.date(keys.c.at)
    return (
        select(
            keys.c.kind, func.max(keys.c.id).label("id"), func.max(keys.c.at).label("at"),
            func.max(keys.c.happened).label("happened"), func.count().label("number"),
        )
        .where(keys.c.happened == Happened.NEW.value, keys.c.role == FROM_FILE)
        .group_by(keys.c.kind, day)
    )  # fmt: skip


def single(keys: Any) -> Keys:
    """Return every other row by itself, in the same columns."""
    alone = (keys.c.happened != Happened.NEW.value) | (keys.c.role != FROM_FILE)
    return select(keys.c.kind, keys.c.id, keys.c.at, keys.c.happened, literal(1).label("number")).where(alone)


_SOURCES: Mapping[ChangeKind, Callable[[Wanted], list[Keys]]] = {
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
