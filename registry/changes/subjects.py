"""The subjects of the ledger as conditions on the tables: which versions belong to "signature:<key>" and the like."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from registry.agreements.models import Agreement, AgreementVersion
from registry.authorities.models import Authority, AuthorityVersion, Merger, MergerParty
from registry.buyer_groups.models import BuyerGroup, BuyerGroupMember, BuyerGroupVersion
from registry.certificates.models import Certificate, CertificateVersion
from registry.changes.wanted import ChangeKind
from registry.editions.models import Edition
from registry.obligations.models import Duty, DutyVersion
from registry.plans.models import Plan, PlanVersion
from registry.reports.models import Publication, Report
from registry.signatures.models import Signature, SignatureVersion

NOUNS = ("authority", "merger", "agreement", "signature", "duty", "plan", "report", "certificate", "buyer_group")


def of_subjects(kind: ChangeKind, subjects: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition "a version of one of these", for the table of this kind; no subjects means all."""
    if not subjects:
        return true()
    conditions = [_of(kind, *subject.split(":", 1)) for subject in subjects if ":" in subject]
    return or_(false(), *conditions)


def _of(kind: ChangeKind, noun: str, key: str) -> ColumnElement[bool]:
    found = _COLUMNS.get((kind, noun))
    if not found:
        return false()
    column, ids = found
    query = ids(key)
    return false() if query is None else column.in_(query)


def _authority(key: str) -> Select[Any]:
    return select(Authority.id).where(Authority.code == key)


def _mergers_of(key: str) -> Select[Any]:
    return select(MergerParty.merger_id).join(Authority).where(Authority.code == key)


def _merger(key: str) -> Select[Any] | None:
    return select(Merger.id).where(Merger.id == int(key)) if key.isascii() and key.isdigit() and len(key) < 10 else None


def _agreement(key: str) -> Select[Any]:
    return select(Agreement.id).where(Agreement.slug == key)


def _signature(key: str) -> Select[Any]:
    return select(Signature.id).where(Signature.key == key)


def _plan(key: str) -> Select[Any] | None:
    code, _, slug = key.partition("/")
    return select(Plan.id).join(Authority).join(Agreement).where(Authority.code == code, Agreement.slug == slug)


def _duty(key: str) -> Select[Any] | None:
    """Read <authority>/<agreement>/<obligation>, with /<year> where it is yearly."""
    code, slug, obligation, year = (*key.split("/"), "", "", "0")[:4]
    if not obligation or not _is_number(year):
        return None
    query = select(Duty.id).join(Authority).join(Agreement)
    return query.where(Authority.code == code, Agreement.slug == slug, Duty.code == obligation, Duty.year == int(year))


def _report(key: str) -> Select[Any] | None:
    code, slug, year = (*key.split("/"), "", "")[:3]
    if not _is_number(year):
        return None
    query = select(Report.id).join(Authority).join(Edition, Edition.id == Report.edition_id).join(Agreement)
    return query.where(Authority.code == code, Agreement.slug == slug, Edition.year == int(year))


def _certificate(key: str) -> Select[Any]:
    return select(Certificate.id).where(Certificate.key == key)


def _buyer_group(key: str) -> Select[Any]:
    return select(BuyerGroup.id).where(BuyerGroup.slug == key)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4


Ids = Callable[[str], Select[Any] | None]
_COLUMNS: Mapping[tuple[ChangeKind, str], tuple[Any, Ids]] = {
    (ChangeKind.AUTHORITY, "authority"): (AuthorityVersion.authority_id, _authority),
    (ChangeKind.MERGER, "authority"): (Merger.id, _mergers_of),
    (ChangeKind.MERGER, "merger"): (Merger.id, _merger),
    (ChangeKind.AGREEMENT, "agreement"): (AgreementVersion.agreement_id, _agreement),
    (ChangeKind.SIGNATURE, "signature"): (SignatureVersion.signature_id, _signature),
    (ChangeKind.DUTY, "duty"): (DutyVersion.duty_id, _duty),
    (ChangeKind.PLAN, "plan"): (PlanVersion.plan_id, _plan),
    (ChangeKind.REPORT, "report"): (Publication.report_id, _report),
    (ChangeKind.CERTIFICATE, "certificate"): (CertificateVersion.certificate_id, _certificate),
    (ChangeKind.BUYER_GROUP, "buyer_group"): (BuyerGroupVersion.group_id, _buyer_group),
    (ChangeKind.MEMBER, "buyer_group"): (BuyerGroupMember.group_id, _buyer_group),
}
