"""Reads agreements: which there are, which one is in force, and what its current version says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from common.versions import known_at
from common.vocabulary import Text
from registry.agreements.models import Agreement, AgreementVersion, Obligation, ObligationKind


def all_agreements(session: Session) -> list[Agreement]:
    """Return every agreement with its current version and obligations, newest first, examples last. One query."""
    query = (
        select(Agreement)
        .join(Agreement.versions)
        .where(known_at(AgreementVersion))
        .options(
            joinedload(Agreement.versions.and_(known_at(AgreementVersion))).joinedload(AgreementVersion.obligations)
        )
    )
    found = session.scalars(query).unique().all()
    return sorted(found, key=lambda a: (a.is_example, -current_version(a).period_from.toordinal()))


def find_agreement(session: Session, slug: str) -> Agreement | None:
    """Return the agreement at this address, or None."""
    return next((agreement for agreement in all_agreements(session) if agreement.slug == slug), None)


def agreement_in_force(session: Session, today: date) -> Agreement | None:
    """Return the newest real agreement that has begun, whether or not its period has passed; None without any."""
    return in_force_among(all_agreements(session), today)


def in_force_among(agreements: Sequence[Agreement], today: date) -> Agreement | None:
    """Choose the newest real agreement that has begun; else the newest real one; else an example."""
    begun = [a for a in agreements if not a.is_example and current_version(a).period_from <= today]
    return next(iter([*begun, *agreements]), None)


def current_version(agreement: Agreement) -> AgreementVersion:
    """Return what the agreement says now."""
    return max(
        (version for version in agreement.versions if version.superseded_at is None),
        key=lambda version: version.number,
    )


def successors_of(agreement: Agreement, agreements: Sequence[Agreement]) -> list[Agreement]:
    """Return the agreements that name this one as their predecessor."""
    return [other for other in agreements if current_version(other).predecessor_slug == agreement.slug]


def obligation_of(version: AgreementVersion, kind: ObligationKind) -> Obligation | None:
    """Return what the agreement asks of this kind, or None where it does not."""
    return next((obligation for obligation in version.obligations if obligation.kind is kind), None)


@dataclass(frozen=True)
class SourceCount:
    """A number of participants as a source gave it, with the day as exactly as the source tells it."""

    number: int
    text: Text
    source: str
    day: date | None
    precision: str


def counts_of_sources(version: AgreementVersion) -> list[SourceCount]:
    """Return the numbers that sources gave, in the order of the file. Dates are written 2022-11-24, 2022-11 or 2022."""
    return [
        SourceCount(row["number"], row["text"], row["source"], *_written_day(str(row["date"] or "")))
        for row in version.counts
    ]


def _written_day(written: str) -> tuple[date | None, str]:
    parts = [int(part) for part in written.split("-")] if written else []
    if not parts:
        return None, "unknown"
    return date(*parts, *[1] * (3 - len(parts))), ("year", "month", "day")[len(parts) - 1]
