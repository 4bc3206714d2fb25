"""Authorities under an agreement: who takes part, and how each stands with what was asked."""

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.versions import AsOf
from registry.agreements.models import Agreement, AgreementVersion, Obligation, ObligationKind
from registry.agreements.reading import all_agreements, current_version
from registry.authorities.models import Authority
from registry.authorities.naming import fold
from registry.authorities.reading import has_ended, version_on
from registry.obligations.rule import Standing
from registry.participants.records import (
    EditionRecords,
    edition_records,
    plan_days,
    plan_days_of,
    records_of_authority,
)
from registry.participants.standings import (
    NOTHING_ASKED,
    EditionRecord,
    ParticipantStatus,
    ReportStanding,
    decisive_report,
    overall,
    plan_standing,
    report_standings,
)
from registry.signatures.models import DatePrecision, Signature, SignatureParty, SignatureVersion
from registry.signatures.signatories import Signatory, binding, signatories


@dataclass(frozen=True)
class Participant:
    """One row of the list of an agreement."""

    authority_id: int
    code: str
    slug: str
    name: str
    sort_name: str
    search_text: str
    kind: str
    province: str | None
    signed_on: date | None
    precision: DatePrecision
    represented_by: str | None
    ended_on: date | None
    """The day on which the authority itself no longer existed."""
    plan: Standing
    report: Standing
    report_year: int | None
    """The year that `report` is about: one that is still missing, else the newest that was asked."""
    latest_report: int | None
    """The newest year whose report is published."""
    status: ParticipantStatus


@dataclass(frozen=True)
class ObligationStanding:
    """What one agreement asks of an authority, where that stands, and what met it."""

    agreement: Agreement
    obligation: Obligation
    standing: Standing
    edition: EditionRecord | None = None
    """Of a report: its year, and what was handed in for it. When it was met, the standing says (`met_on`)."""


def list_participants(session: Session, agreement: Agreement, at: AsOf) -> list[Participant]:
    """Return everybody who takes part in the agreement, by name. Three queries of plain columns, for any number."""
    version = current_version(agreement, at.moment)
    plans = plan_days(session, agreement.id, at)
    records = edition_records(session, agreement.id, at)
    return [_participant(one, version, plans, records, at.day) for one in signatories(session, agreement.id, at)]


def _participant(
    one: Signatory, version: AgreementVersion, plans: dict[int, date], records: EditionRecords, today: date
) -> Participant:
    editions = records.of(one.authority_id)
    plan = plan_standing(version, one.signed_on, plans.get(one.authority_id), today, one.ended_on)
    decisive = decisive_report(report_standings(version, one.signed_on, editions, today, one.ended_on))
    report = decisive.standing if decisive else NOTHING_ASKED
    return Participant(
        one.authority_id, one.code, one.slug, one.name, one.sort_name, searchable(one.search_text), one.kind,
        one.province, one.signed_on, one.precision, one.represented_by, one.ended_on, plan, report,
        report_year=decisive.edition.year if decisive else None,
        latest_report=max((edition.year for edition in editions if edition.published), default=None),
        status=overall(version, plan, report, one.ended_on),
    )  # fmt: skip


def searchable(text: str) -> str:
    """Return the words of a text, folded and without marks, so that "'s-Gravenhage" is found by "s gravenhage"."""
    return " ".join(re.findall(r"\w+", fold(text)))


def obligations_of(session: Session, authority: Authority, at: AsOf) -> list[ObligationStanding]:
    """Return what the agreements that bind the authority ask of it, the plan first and then the years.

    Four queries. Nothing is asked under an agreement that it did not sign, or after it ended itself.
    """
    today = at.day
    version = version_on(authority, today, at.moment)
    ended_on = version.valid_to if has_ended(version, today) else None
    agreements = {agreement.id: agreement for agreement in all_agreements(session, at.moment)}
    signed = _signed_days(session, authority.id, at)
    plans = plan_days_of(session, authority.id, at)
    editions = records_of_authority(session, authority.id, at)
    found: list[ObligationStanding] = []
    for agreement_id, signed_on in signed.items():
        own = [edition for edition in editions if edition.agreement_id == agreement_id]
        agreement = agreements[agreement_id]
        asked = current_version(agreement, at.moment)
        plan = plan_standing(asked, signed_on, plans.get(agreement_id), today, ended_on)
        found += _listed(agreement, asked, plan, report_standings(asked, signed_on, own, today, ended_on))
    return found


def _listed(
    agreement: Agreement, asked: AgreementVersion, plan: Standing, reports: list[ReportStanding]
) -> list[ObligationStanding]:
    found = []
    for obligation in asked.obligations:
        if obligation.kind is ObligationKind.ACTION_PLAN:
            found.append(ObligationStanding(agreement, obligation, plan))
        else:
            found += [ObligationStanding(agreement, obligation, one.standing, one.edition) for one in reports]
    return found


def _signed_days(session: Session, authority_id: int, at: AsOf) -> dict[int, date | None]:
    query = (
        select(Signature.agreement_id, SignatureVersion.signed_on)
        .join(SignatureVersion, SignatureVersion.signature_id == Signature.id)
        .join(SignatureParty, SignatureParty.signature_version_id == SignatureVersion.id)
        .where(SignatureParty.authority_id == authority_id, binding(at))
        .order_by(SignatureVersion.signed_on)
    )
    days: dict[int, date | None] = {}
    for agreement_id, signed_on in session.execute(query):
        days.setdefault(agreement_id, signed_on)
    return days
