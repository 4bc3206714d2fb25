"""Authorities under an agreement: who takes part, and how each stands with what was asked."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.together import read_together
from common.versions import AsOf
from registry.agreements.models import Agreement, ObligationKind
from registry.agreements.reading import all_agreements, current_version
from registry.authorities.models import Authority
from registry.authorities.naming import fold
from registry.authorities.reading import has_ended, heirs_in, merger_query, merger_stories, version_on
from registry.obligations.models import Duty
from registry.obligations.reading import AskedDuty, asked_duties, duties, duty_query
from registry.obligations.rule import DueState, Met, Standing
from registry.participants.records import (
    EditionRecords,
    edition_records,
    plan_days,
    plan_days_of,
    records_of_authority,
)
from registry.participants.standings import (
    NOTHING_ASKED,
    Circumstances,
    EditionRecord,
    ParticipantStatus,
    ReportStanding,
    decisive_report,
    overall,
    plan_standing,
    report_standings,
)
from registry.signatures.models import Signature, SignatureParty, SignatureVersion
from registry.signatures.signatories import Signatory, binding, signatories


@dataclass(frozen=True)
class Participant:
    """One row of the list of an agreement."""

    who: Signatory
    search_text: str
    """As `searchable` writes it."""
    plan: Standing
    reports: tuple[ReportStanding, ...]
    """Oldest year first."""
    status: ParticipantStatus
    latest_report: int | None = None
    """The newest year whose report is published."""
    heirs: tuple["Heir", ...] = ()
    """In which authorities it went on, where it ended."""

    @property
    def decisive(self) -> ReportStanding | None:
        """The year that decides: one that is still missing, else the newest that was asked."""
        return decisive_report(self.reports)

    @property
    def report(self) -> Standing:
        """The standing of the year that decides."""
        return self.decisive.standing if self.decisive else NOTHING_ASKED

    @property
    def report_year(self) -> int | None:
        """The year that `report` is about."""
        return self.decisive.edition.year if self.decisive else None

    @property
    def missing_years(self) -> list[int]:
        """Every year whose report is late, oldest first."""
        return [one.edition.year for one in self.reports if one.standing.state is DueState.LATE]


@dataclass(frozen=True)
class Heir:
    """An authority in which a participant went on, and whether the same agreement binds it."""

    name: str
    slug: str
    is_bound: bool


@dataclass(frozen=True)
class ObligationStanding:
    """What one agreement asks of an authority, where that stands, and what met it."""

    agreement: Agreement
    kind: ObligationKind
    standing: Standing
    edition: EditionRecord | None = None
    """Of a report: its year, and what was handed in for it. When it was met, the standing says (`met_on`)."""


def list_participants(session: Session, agreement: Agreement, at: AsOf) -> list[Participant]:
    """Return everybody who takes part in the agreement, by name. Four queries of plain columns, for any number."""
    circumstances = Circumstances(at.day, at.known_to, current_version(agreement, at.moment).followed)
    plans = plan_days(session, agreement.id, at)
    records = edition_records(session, agreement.id, at)
    parties = signatories(session, agreement.id, at)
    gone = [one.authority_id for one in parties if one.ended_on]
    queries = {"duties": duty_query(at.moment, Duty.agreement_id == agreement.id)}
    rows = read_together(session, {**queries, **({"mergers": merger_query(gone, at)} if gone else {})})
    asked: dict[int, list[AskedDuty]] = defaultdict(list)
    for one in asked_duties(rows["duties"]):
        asked[one.authority_id].append(one)
    bound = {one.authority_id for one in parties}
    heirs = heirs_in(merger_stories(rows.get("mergers", [])))
    return [
        replace(
            _participant(who, asked[who.authority_id], (plans, records), replace(circumstances, gone_on=who.ended_on)),
            heirs=tuple(Heir(one.name, one.slug, one.id in bound) for one in heirs.get(who.authority_id, ())),
        )
        for who in parties
    ]


def _participant(
    who: Signatory,
    asked: list[AskedDuty],
    delivered: tuple[Mapping[int, Met], EditionRecords],
    circumstances: Circumstances,
) -> Participant:
    plans, records = delivered
    editions = records.of(who.authority_id)
    plan = plan_standing(asked, plans.get(who.authority_id), circumstances)
    reports = report_standings(asked, editions, circumstances)
    return Participant(
        who,
        searchable(who.search_text),
        plan,
        tuple(reports),
        status=overall([plan, *(one.standing for one in reports)], circumstances),
        latest_report=max((edition.year for edition in editions if edition.published), default=None),
    )


def searchable(text: str) -> str:
    """Return the words of a text, folded and without marks, so that "'s-Gravenhage" is found by "s gravenhage"."""
    return " ".join(re.findall(r"\w+", fold(text)))


def obligations_of(session: Session, authority: Authority, at: AsOf) -> list[ObligationStanding]:
    """Return what the agreements that bind the authority ask of it, the plan first and then the years.

    Five queries. Nothing is asked under an agreement that it did not sign, or after it ended itself.
    """
    version = version_on(authority, at.day, at.moment)
    gone_on = version.valid_to if has_ended(version, at.day) else None
    agreements = {agreement.id: agreement for agreement in all_agreements(session, at.moment)}
    asked = duties(session, at.moment, authority_id=authority.id)
    plans = plan_days_of(session, authority.id, at)
    editions = records_of_authority(session, authority.id, at)
    found: list[ObligationStanding] = []
    for agreement_id in _signed(session, authority.id, at):
        agreement = agreements.get(agreement_id)
        if agreement is None:
            continue  # signed, as the register says it now, before it knew the agreement
        circumstances = Circumstances(at.day, at.known_to, current_version(agreement, at.moment).followed, gone_on)
        own = [one for one in asked if one.agreement_id == agreement_id]
        records = [edition for edition in editions if edition.agreement_id == agreement_id]
        met = plans.get(agreement_id)
        if met or any(not one.year for one in own):
            plan = plan_standing(own, met, circumstances)
            found.append(ObligationStanding(agreement, ObligationKind.ACTION_PLAN, plan))
        found += _reports(agreement, report_standings(own, records, circumstances))
    return found


def _reports(agreement: Agreement, reports: Iterable[ReportStanding]) -> list[ObligationStanding]:
    return [ObligationStanding(agreement, ObligationKind.ANNUAL_REPORT, one.standing, one.edition) for one in reports]


def _signed(session: Session, authority_id: int, at: AsOf) -> list[int]:
    """Return the agreements that bind the authority, the first that it signed in front."""
    query = (
        select(Signature.agreement_id)
        .join(SignatureVersion, SignatureVersion.signature_id == Signature.id)
        .join(SignatureParty, SignatureParty.signature_version_id == SignatureVersion.id)
        .where(SignatureParty.authority_id == authority_id, binding(at))
        .order_by(SignatureVersion.signed_on)
    )
    return list(dict.fromkeys(session.scalars(query)))
