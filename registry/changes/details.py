"""What a change says: each version beside the one that it replaced. Three queries for all nouns together."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace as Row
from typing import Any

from sqlalchemy import Select, and_, exists, func, select, true
from sqlalchemy.orm import Session, aliased, joinedload

from common.together import columns_of, part_of, read_together
from registry.agreements.models import Agreement, AgreementVersion, Obligation
from registry.authorities.models import Authority, AuthorityVersion, Merger, MergerParty
from registry.buyer_groups.models import BuyerGroup, BuyerGroupMember, BuyerGroupVersion
from registry.certificates.models import Certificate, CertificateVersion
from registry.changes.answers import changed_answers
from registry.changes.telling import TELLERS
from registry.changes.wanted import ChangeKind, Detail, Happened, Key
from registry.editions.models import Edition
from registry.obligations.models import Duty, DutyVersion
from registry.plans.models import Ambition, Plan, PlanAction, PlanVersion
from registry.reports.models import Publication, Report, Submission
from registry.signatures.models import Signature, SignatureParty, SignatureVersion

Details = dict[tuple[ChangeKind, int], Detail]
Query = Select[Any]


def details_of(session: Session, keys: Iterable[Key], moment: datetime | None = None) -> Details:
    """Return what these changes say, as the site said it at `moment` (None: now).

    Three queries at most, whatever the nouns and the number.
    """
    by_kind: dict[ChangeKind, list[Key]] = defaultdict(list)
    for key in keys:
        by_kind[key.kind].append(key)
    read = {kind: _READERS[kind]([key.id for key in wanted]) for kind, wanted in by_kind.items() if kind in _READERS}
    found = read_together(session, {kind.value: query for kind, query in read.items()})
    rows = {kind: [_beside(row) for row in found[kind.value]] for kind in read}
    _add_parts(session, rows)
    details: Details = {}
    for kind, wanted in by_kind.items():
        gone = {key.id for key in wanted if key.happened is Happened.GONE}
        if kind is ChangeKind.REPORT:
            told = _reports(session, wanted, gone, moment)
        else:
            told = {row.new.id: TELLERS[kind](row, row.new.id in gone) for row in _one_each(rows[kind])}
        details |= {(kind, number): detail for number, detail in told.items()}
    return details


def _beside(row: Row) -> Row:
    """Return the version, the one before it (None for a first) and what they are versions of."""
    return Row(new=part_of(row, "new"), old=part_of(row, "old"), head=part_of(row, "head"), more=row)


def _one_each(rows: Sequence[Row]) -> Iterable[Row]:
    """Choose one row for each version: more names can be replaced at one moment; that of the same period became it."""
    best: dict[int, Row] = {}
    for row in rows:
        if row.new.id not in best or (row.old and row.old.valid_from == row.new.valid_from):
            best[row.new.id] = row
    return best.values()


_PARTS: Mapping[str, tuple[ChangeKind, Any, Any]] = {
    "parties": (ChangeKind.SIGNATURE, SignatureParty, SignatureParty.signature_version_id),
    "ambitions": (ChangeKind.PLAN, Ambition, Ambition.plan_version_id),
    "actions": (ChangeKind.PLAN, PlanAction, PlanAction.plan_version_id),
    "obligations": (ChangeKind.AGREEMENT, Obligation, Obligation.agreement_version_id),
}
"""The rows that belong to a version, by the name that the version has for them."""


def _add_parts(session: Session, rows: Mapping[ChangeKind, Sequence[Row]]) -> None:
    """Give versions their parties, ambitions, actions and obligations, and mergers their parties. One query."""
    queries: dict[str, Query] = {}
    for name, (kind, entity, owner) in _PARTS.items():
        if kind in rows:
            ids = [one.id for row in rows[kind] for one in (row.new, row.old) if one]
            queries[name] = select(*columns_of(entity, "part"), owner.label("owner")).where(owner.in_(ids))
    if ChangeKind.MERGER in rows:
        ids = [row.new.id for row in rows[ChangeKind.MERGER]]
        queries["merged"] = (
            select(*columns_of(MergerParty, "part"), MergerParty.merger_id.label("owner"), Authority.is_example)
            .join(Authority, Authority.id == MergerParty.authority_id)
            .where(MergerParty.merger_id.in_(ids))
        )
    found = {name: _by_owner(parts) for name, parts in read_together(session, queries).items()}
    for name, (kind, _entity, _owner) in _PARTS.items():
        for row in rows.get(kind, ()):
            for one in filter(None, (row.new, row.old)):
                setattr(one, name, found[name].get(one.id, []))
    for row in rows.get(ChangeKind.MERGER, ()):
        row.new.parties = found["merged"].get(row.new.id, [])


def _by_owner(parts: Sequence[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in parts:
        part = part_of(row, "part")
        if part:
            part.is_example = getattr(row, "is_example", None)
            found[row.owner].append(part)
    return {owner: sorted(own, key=lambda part: part.id) for owner, own in found.items()}


def _authorities(ids: Sequence[int]) -> Query:
    version, earlier = AuthorityVersion, aliased(AuthorityVersion)
    replaced = and_(earlier.authority_id == version.authority_id, earlier.superseded_at == version.recorded_at)
    return _beside_each_other(version, earlier, Authority, version.authority_id, replaced).where(version.id.in_(ids))


def _beside_each_other(version: Any, earlier: Any, head: Any, own: Any, replaced: Any) -> Query:
    return (
        select(*columns_of(version, "new"), *columns_of(earlier, "old"), *columns_of(head, "head"))
        .join(head, head.id == own)
        .outerjoin(earlier, replaced)
    )


def _mergers(ids: Sequence[int]) -> Query:
    earlier = aliased(Merger)
    return (
        select(*columns_of(Merger, "new"), *columns_of(earlier, "old"))
        .outerjoin(earlier, earlier.id == Merger.replaces_id)
        .where(Merger.id.in_(ids))
    )


def _numbered(
    version: Any, key: str, head: Any, ids: Sequence[int], public: Callable[[Any], Any] | None = None
) -> Query:
    """Return the query for versions beside the one before by number or, with `public`, the newest public one before."""
    earlier, older = aliased(version), aliased(version)
    own, before = getattr(version, key), getattr(earlier, key)
    number: Any = version.number - 1
    if public:
        same = (getattr(older, key) == own, older.number < version.number, public(older))
        number = select(func.max(older.number)).where(*same).scalar_subquery()
    query = _beside_each_other(version, earlier, head, own, and_(before == own, earlier.number == number))
    return query.where(version.id.in_(ids))


def _agreements(ids: Sequence[int]) -> Query:
    return _numbered(AgreementVersion, "agreement_id", Agreement, ids)


def _signatures(ids: Sequence[int]) -> Query:
    query = _numbered(SignatureVersion, "signature_id", Signature, ids, lambda one: one.confirmed.is_(True))
    return query.add_columns(Agreement.is_example).join(Agreement, Agreement.id == Signature.agreement_id)


def _with_names(query: Query, head: Any) -> Query:
    """Add whose it is, and under which agreement."""
    return (
        query.add_columns(Authority.code, Authority.is_example, Agreement.slug)
        .join(Authority, Authority.id == head.authority_id)
        .join(Agreement, Agreement.id == head.agreement_id)
    )


def _duties(ids: Sequence[int]) -> Query:
    return _with_names(_numbered(DutyVersion, "duty_id", Duty, ids), Duty)


def _plans(ids: Sequence[int]) -> Query:
    return _with_names(_numbered(PlanVersion, "plan_id", Plan, ids, lambda one: one.published_at.is_not(None)), Plan)


def _certificates(ids: Sequence[int]) -> Query:
    query = _numbered(CertificateVersion, "certificate_id", Certificate, ids)
    return query.add_columns(Authority.is_example).join(Authority, Authority.id == Certificate.authority_id)


def _buyer_groups(ids: Sequence[int]) -> Query:
    return _numbered(BuyerGroupVersion, "group_id", BuyerGroup, ids)


def _members(ids: Sequence[int]) -> Query:
    version, earlier, title = BuyerGroupMember, aliased(BuyerGroupMember), aliased(BuyerGroupVersion)
    same = and_(earlier.group_id == version.group_id, earlier.authority_id == version.authority_id)
    replaced = and_(same, earlier.superseded_at == version.recorded_at)
    return (
        _beside_each_other(version, earlier, BuyerGroup, version.group_id, replaced)
        .add_columns(title.title.label("title"))
        .outerjoin(title, and_(title.group_id == version.group_id, title.superseded_at.is_(None)))
        .where(version.id.in_(ids))
    )


_READERS: Mapping[ChangeKind, Callable[[Sequence[int]], Query]] = {
    ChangeKind.AUTHORITY: _authorities,
    ChangeKind.MERGER: _mergers,
    ChangeKind.AGREEMENT: _agreements,
    ChangeKind.SIGNATURE: _signatures,
    ChangeKind.DUTY: _duties,
    ChangeKind.PLAN: _plans,
    ChangeKind.CERTIFICATE: _certificates,
    ChangeKind.BUYER_GROUP: _buyer_groups,
    ChangeKind.MEMBER: _members,
}


def _reports(session: Session, keys: Sequence[Key], gone: set[int], moment: datetime | None) -> dict[int, Detail]:
    """Read reports apart: what their answers say needs the form of the edition. One query.

    Of what is withdrawn by now it is told that it was, and nothing of what it said.
    """
    version, earlier, older = Publication, aliased(Publication), aliased(Publication)
    before = select(func.max(older.id)).where(older.report_id == version.report_id, older.id < version.id)
    taken = aliased(Publication)
    by_now = taken.recorded_at <= moment if moment else true()
    withdrawn = exists().where(taken.report_id == version.report_id, taken.withdrawn, taken.id > version.id, by_now)
    whole = joinedload(Publication.submission).joinedload(Submission.report).joinedload(Report.edition)
    query = (
        select(version, earlier, Report, withdrawn.label("withdrawn"))
        .join(Report, Report.id == version.report_id)
        .outerjoin(earlier, earlier.id == before.scalar_subquery())
        .where(version.id.in_([key.id for key in keys]))
        .options(whole, joinedload(earlier.submission), joinedload(Report.authority))
        .options(joinedload(Report.edition).joinedload(Edition.agreement))
    )
    return {
        new.id: Detail(
            f"report:{report.authority.code}/{report.edition.agreement.slug}/{report.edition.year}",
            new.recorded_role, new.change_reason if new.withdrawn or new.id not in gone else None,
            changed_answers(old.submission, new.submission) if tells and old and not old.withdrawn else (),
            authority_ids=(report.authority_id,), agreement_id=report.edition.agreement_id, year=report.edition.year,
            is_example=report.authority.is_example,
        )
        for new, old, report, hidden in session.execute(query)
        for tells in (new.id not in gone and not new.withdrawn and not hidden,)
    }  # fmt: skip
