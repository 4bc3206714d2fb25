"""What the public pages of an agreement show: who is bound, how sure that is, and by which version."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from common.comparing import Part, shortened, words_changed
from common.versions import AsOf, was_known
from registry.agreements.comparing import differences
from registry.agreements.content import AgreementContent
from registry.agreements.models import Agreement, AgreementVersion, Obligation
from registry.agreements.periods import parts_of, yearly_day
from registry.agreements.reading import (
    all_agreements,
    counts_of_sources,
    current_version,
    in_force_among,
    successors_of,
)
from registry.signatures.models import Signature, SignatureParty, SignatureVersion
from registry.signatures.signatories import Signatory, binding, leading, signatories, tally


def versions_of(session: Session, agreement: Agreement, at: AsOf) -> list[AgreementVersion]:
    """Return every version that the site had published at that moment, newest first. Two queries."""
    query = (
        select(AgreementVersion)
        .where(AgreementVersion.agreement_id == agreement.id)
        .options(joinedload(AgreementVersion.agreement), selectinload(AgreementVersion.obligations))
        .order_by(AgreementVersion.number.desc())
    )
    return [one for one in session.scalars(query) if at.moment is None or one.recorded_at <= at.moment]


def changes_between(
    before: AgreementVersion | None, after: AgreementVersion, language: str
) -> list[tuple[str, list[Part]]]:
    """Return what changed from one version to the next, part by part: only the lines that differ, word by word."""
    return [
        (one.label[language], shortened(words_changed("\n".join(one.before[language]), "\n".join(one.after[language]))))
        for one in (differences(before, after) if before else [])
    ]


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
        **_of_parties(parties),
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
        **_of_parties(parties),
    }


def older_numbers(parties: Iterable[Signatory], version: AgreementVersion) -> dict[int, int]:
    """Return how many are bound by each older version, by its number."""
    found = Counter(one.text_number for one in parties if one.text_number < version.number)
    return dict(sorted(found.items()))


def signed_texts(session: Session, authority_id: int, at: AsOf) -> dict[int, int]:
    """Return which version of each agreement binds the authority: its number, by the agreement's id. One query."""
    query = (
        select(Signature.agreement_id, AgreementVersion.number, SignatureVersion.signed_on, SignatureParty.binds_from)
        .join(AgreementVersion, AgreementVersion.id == Signature.agreement_version_id)
        .join(SignatureVersion, SignatureVersion.signature_id == Signature.id)
        .join(SignatureParty, SignatureParty.signature_version_id == SignatureVersion.id)
        .where(SignatureParty.authority_id == authority_id, binding(at))
    )
    first_last = sorted(session.execute(query), key=leading, reverse=True)
    return {row.agreement_id: row.number for row in first_last}


def _of_parties(parties: Sequence[Signatory]) -> dict[str, Any]:
    return {
        "parties": parties,
        "kinds": Counter(one.kind for one in parties),
        "represented": sum(one.represented_by is not None for one in parties),
        "tally": tally(parties),
    }


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
