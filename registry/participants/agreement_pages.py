"""What the public pages of an agreement show: who is bound, how sure that is, and by which version."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from common.comparing import Part
from common.versions import AsOf, was_known
from registry.agreements.content import AgreementContent, content_of
from registry.agreements.forms import differences
from registry.agreements.models import Agreement, AgreementVersion, Obligation
from registry.agreements.periods import parts_of, yearly_day
from registry.agreements.reading import (
    all_agreements,
    counts_of_sources,
    current_version,
    in_force_among,
    successors_of,
)
from registry.authorities.models import Authority
from registry.signatures.models import Origin, Signature, SignatureParty, SignatureVersion
from registry.signatures.signatories import binding, signatories


@dataclass(frozen=True)
class Bound:
    """An authority that an agreement binds, by which version, and how the register knows."""

    authority_id: int
    version_id: int
    origin: Origin

    @property
    def by_itself(self) -> bool:
        """Whether the authority signed on this site or on paper; else the register has it from a public source."""
        return self.origin is not Origin.SOURCE


def bound_by(session: Session, agreement_id: int, at: AsOf) -> dict[int, Bound]:
    """Return whom the agreement binds, by the authority's id. One query.

    Who signed twice is bound by the newest version that he signed; what he said himself counts above a source.
    """
    query = (
        select(SignatureParty.authority_id, Signature.agreement_version_id, SignatureVersion.origin)
        .select_from(Signature)
        .join(SignatureVersion, SignatureVersion.signature_id == Signature.id)
        .join(SignatureParty, SignatureParty.signature_version_id == SignatureVersion.id)
        .where(Signature.agreement_id == agreement_id, binding(at))
    )
    rows = [Bound(*row) for row in session.execute(query)]
    return {one.authority_id: one for one in sorted(rows, key=lambda one: (one.version_id, one.by_itself))}


def authority_ids(session: Session, codes: Collection[str]) -> dict[str, int]:
    """Return the ids of authorities by their codes. One query, none without codes."""
    if not codes:
        return {}
    rows = session.execute(select(Authority.code, Authority.id).where(Authority.code.in_(codes)))
    return {row.code: row.id for row in rows}


def versions_of(session: Session, agreement: Agreement, at: AsOf) -> list[AgreementVersion]:
    """Return every version that the site had published at that moment, newest first. Two queries."""
    query = (
        select(AgreementVersion)
        .where(AgreementVersion.agreement_id == agreement.id)
        .options(joinedload(AgreementVersion.agreement), selectinload(AgreementVersion.obligations))
        .order_by(AgreementVersion.number.desc())
    )
    return [one for one in session.scalars(query) if at.moment is None or one.recorded_at <= at.moment]


def changes_between(before: AgreementVersion | None, after: AgreementVersion) -> list[tuple[str, list[Part]]]:
    """Return what changed from one version to the next, field by field; nothing of a first one."""
    return differences(content_of(before), content_of(after)) if before else []


def is_current(version: AgreementVersion, at: AsOf) -> bool:
    """Say whether this is what the site showed at that moment."""
    return was_known(version, at.moment)


def detail_values(session: Session, slug: str, at: AsOf) -> dict[str, Any] | None:
    """Return what the page of an agreement shows; None where there is none at that moment."""
    agreements = all_agreements(session, at.moment)
    agreement = next((one for one in agreements if one.slug == slug), None)
    if agreement is None:
        return None
    version = current_version(agreement, at.moment)
    parties = signatories(session, agreement.id, at)
    return {
        **_around(agreements, agreement, version, at),
        "kinds": Counter(one.kind for one in parties),
        "represented": sum(one.represented_by is not None for one in parties),
        "bound": bound_by(session, agreement.id, at),
    }


def preview_values(session: Session, content: AgreementContent, number: int, at: AsOf) -> dict[str, Any]:
    """Return what the page will show once this is published. Nothing of it is written."""
    agreements = all_agreements(session)
    public = next((one for one in agreements if one.slug == content.slug), None)
    agreement = public or Agreement(slug=content.slug, is_example=content.is_example)
    rows = [Obligation(id=place, **_readable(row)) for place, row in enumerate(content.obligations)]
    version = AgreementVersion(number=number, obligations=rows, **content.version)
    parties = signatories(session, public.id, at) if public else []
    return {
        **_around(agreements, agreement, version, at),
        "kinds": Counter(one.kind for one in parties),
        "represented": sum(one.represented_by is not None for one in parties),
        "bound": bound_by(session, public.id, at) if public else {},
    }


def older_numbers(
    bound: Collection[Bound], version: AgreementVersion, versions: Sequence[AgreementVersion]
) -> dict[int, int]:
    """Return how many are bound by each older version, by its number."""
    numbers = {one.id: one.number for one in versions}
    found = Counter(numbers[one.version_id] for one in bound if one.version_id in numbers)
    return {number: count for number, count in sorted(found.items()) if number < version.number}


def _around(
    agreements: Sequence[Agreement], agreement: Agreement, version: AgreementVersion, at: AsOf
) -> dict[str, Any]:
    by_slug = {one.slug: one for one in agreements}
    predecessor = by_slug.get(version.predecessor_slug or "")
    return {
        "is_example": agreement.is_example,
        "agreement": agreement,
        "version": version,
        "today": at.day,
        "in_force": in_force_among(agreements, at) is agreement,
        "predecessor": (predecessor.slug, current_version(predecessor, at.moment)) if predecessor else None,
        "successors": [
            (one.slug, current_version(one, at.moment)) for one in successors_of(agreement, agreements, at.moment)
        ],
        "source_counts": counts_of_sources(version),
    }


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    """Return an obligation of a draft without a term that cannot be read yet."""
    found = dict(row)
    for name, read in (("within", parts_of), ("yearly_by", lambda said: yearly_day(said, 2001))):
        try:
            found[name] = row[name] if row[name] and read(row[name]) else None
        except ValueError:
            found[name] = None
    return found
