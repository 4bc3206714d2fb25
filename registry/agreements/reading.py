"""Reads agreements: which there are, which one is in force, and what its current version says."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.datastructures import MultiDict

from common.versions import AsOf, known_at, was_known
from common.vocabulary import Text
from registry.agreements.models import Agreement, AgreementVersion, Obligation, ObligationKind


def all_agreements(session: Session, moment: datetime | None = None) -> list[Agreement]:
    """Return every agreement with its version at that moment, newest first, examples last. One query."""
    known = known_at(AgreementVersion, moment)
    query = (
        select(Agreement)
        .join(Agreement.versions)
        .where(known)
        .options(joinedload(Agreement.versions.and_(known)).joinedload(AgreementVersion.obligations))
    )
    found = session.scalars(query, execution_options={"populate_existing": moment is not None}).unique().all()
    return sorted(found, key=lambda a: (a.is_example, -current_version(a, moment).period_from.toordinal()))


def find_agreement(session: Session, slug: str, moment: datetime | None = None) -> Agreement | None:
    """Return the agreement at this address, or None."""
    return next((agreement for agreement in all_agreements(session, moment) if agreement.slug == slug), None)


def in_force_among(agreements: Sequence[Agreement], at: AsOf) -> Agreement | None:
    """Choose the newest real agreement that has begun; else the newest real one; else an example."""
    begun = [a for a in agreements if not a.is_example and current_version(a, at.moment).period_from <= at.day]
    return next(iter([*begun, *agreements]), None)


def asks_for_another(args: "MultiDict[str, str]", slugs: Collection[str]) -> bool:
    """Say whether an address asks for an agreement that is not one of these: no other is shown in its place."""
    wanted = {slug for slug in args.getlist("afspraak") if slug}
    return bool(wanted) and wanted.isdisjoint(slugs)


def current_version(agreement: Agreement, moment: datetime | None = None) -> AgreementVersion:
    """Return what the agreement says now, or said at that moment."""
    return max(
        (version for version in agreement.versions if was_known(version, moment)),
        key=lambda version: version.number,
    )


def successors_of(
    agreement: Agreement, agreements: Sequence[Agreement], moment: datetime | None = None
) -> list[Agreement]:
    """Return the agreements that name this one as their predecessor."""
    return [other for other in agreements if current_version(other, moment).predecessor_slug == agreement.slug]


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
