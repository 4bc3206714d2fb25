"""Key figures of one agreement, each with its day and what it rests on. One agreement at a time, never a mix.

Only what is public counts: confirmed signatures, published plans, published reports.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from common.versions import as_of, known_at
from common.vocabulary import Text, vocabulary
from registry.agreements.models import (
    Agreement,
    Signature,
    SignatureVersion,
    signature_authority,
)
from registry.authorities.models import AuthorityVersion
from registry.editions.models import Edition
from registry.plans.models import Plan, PlanVersion
from registry.reports.models import Publication, Report, Submission

NO_TEXT: Text = {"nl": "", "en": ""}
PERCENT: Text = {"nl": "%", "en": "%"}


@dataclass(frozen=True)
class Figure:
    """One number with its words: what it counts, on which day, by what rule, and the source where it is not ours."""

    label: Text
    value: float
    unit: Text
    as_of: date
    note: Text = field(default_factory=dict)
    source: str | None = None


@dataclass(frozen=True)
class _Bound:
    """A signature as it binds one authority."""

    signature_id: int
    signed_on: date | None
    authority_id: int
    province: str | None


@dataclass(frozen=True)
class _YearOfReports:
    """The newest year of which a report is public, with the content of its reports by authority."""

    year: int
    due_on: date
    contents: Mapping[int, str]


def key_figures(session: Session, agreement: Agreement, today: date) -> list[Figure]:
    """Return the figures of this agreement on `today`, in three queries; a figure without data is left out."""
    bound = _bound(session, agreement, today)
    figures = _of_signatures(bound, today)
    participants = {row.authority_id for row in bound}
    reports = _newest_reports(session, agreement)
    if reports:
        figures.append(_reported(reports, bound, today))
        figures += _share_with_criteria(reports, today)
    planned = _planned(session, agreement) & participants
    if planned and reports:
        figures.append(_share_with_plan(len(planned), len(participants), today))
    return figures


def by_province(session: Session, agreement: Agreement, today: date) -> dict[str, int]:
    """Return the number of participants in each province, also where it is none, in the order of the vocabulary.

    A body that works in the whole country, such as a ministry, is in no province and is not counted.
    """
    province_of = {row.authority_id: row.province for row in _bound(session, agreement, today)}
    counted = Counter(province_of.values())
    return {code: counted[code] for code in vocabulary().provinces}


def _bound(session: Session, agreement: Agreement, today: date) -> list[_Bound]:
    """Return whom the confirmed signatures that hold on `today` bind, as far as these bodies still exist."""
    query = (
        select(Signature.id, SignatureVersion.signed_on, AuthorityVersion.authority_id, AuthorityVersion.province)
        .join(SignatureVersion, and_(SignatureVersion.signature_id == Signature.id, known_at(SignatureVersion)))
        .join(signature_authority, signature_authority.c.signature_id == Signature.id)
        .join(
            AuthorityVersion,
            and_(AuthorityVersion.authority_id == signature_authority.c.authority_id, as_of(AuthorityVersion, today)),
        )
        .where(
            Signature.agreement_id == agreement.id,
            SignatureVersion.confirmed,
            or_(SignatureVersion.signed_on.is_(None), SignatureVersion.signed_on <= today),
            or_(SignatureVersion.ended_on.is_(None), SignatureVersion.ended_on > today),
        )
    )
    return [_Bound(*row) for row in session.execute(query)]


def _newest_reports(session: Session, agreement: Agreement) -> _YearOfReports | None:
    published = (
        select(Edition.id, Edition.year, Edition.due_on, Report.authority_id, Publication.submission_id)
        .join(Report, Report.edition_id == Edition.id)
        .join(Publication, and_(Publication.report_id == Report.id, known_at(Publication)))
        .where(Edition.agreement_id == agreement.id)
        .subquery()
    )
    newest = select(func.max(published.c.year)).scalar_subquery()
    query = (
        select(published.c.year, published.c.due_on, published.c.authority_id, Submission.content)
        .join(Submission, Submission.id == published.c.submission_id)
        .where(published.c.year == newest)
    )
    rows = session.execute(query).all()
    if not rows:
        return None
    return _YearOfReports(rows[0].year, rows[0].due_on, {row.authority_id: row.content for row in rows})


def _planned(session: Session, agreement: Agreement) -> set[int]:
    query = (
        select(Plan.authority_id)
        .join(PlanVersion, PlanVersion.plan_id == Plan.id)
        .where(Plan.agreement_id == agreement.id, PlanVersion.published_at.is_not(None))
    )
    return set(session.scalars(query))


def _of_signatures(bound: Collection[_Bound], today: date) -> list[Figure]:
    participants = len({row.authority_id for row in bound})
    signatures = len({row.signature_id for row in bound})
    return [
        Figure(
            label={"nl": "deelnemers in dit register", "en": "participants in this register"},
            value=participants,
            unit=NO_TEXT,
            as_of=today,
            note={
                "nl": "Organisaties met een bevestigde ondertekening die nu geldt.",
                "en": "Authorities with a confirmed signature that holds now.",
            },
        ),
        Figure(
            label={"nl": "ondertekeningen", "en": "signatures"},
            value=signatures,
            unit=NO_TEXT,
            as_of=today,
            note={
                "nl": "Eén ondertekening kan voor meer organisaties gelden.",
                "en": "One signature can bind several authorities.",
            },
        ),
    ]


def _reported(reports: _YearOfReports, bound: Collection[_Bound], today: date) -> Figure:
    """Count the public reports of those who had to report: who signed in the reporting year or before."""
    expected = {row.authority_id for row in bound if row.signed_on and row.signed_on <= date(reports.year, 12, 31)}
    shown = len(expected & reports.contents.keys())
    day = reports.due_on
    return Figure(
        label={"nl": f"rapportages over {reports.year} openbaar", "en": f"reports on {reports.year} published"},
        value=shown,
        # The no-break space is part of the unit: a percentage sign has none before it.
        unit={"nl": f"\u00a0van {len(expected)}", "en": f"\u00a0of {len(expected)}"},
        as_of=today,
        note={
            "nl": f"De vragenlijst {'sluit' if today <= day else 'sloot'} op {day.day}-{day.month}-{day.year}.",
            "en": f"The form {'closes' if today <= day else 'closed'} on {day.day}/{day.month}/{day.year}.",
        },
    )


def _share_with_criteria(reports: _YearOfReports, today: date) -> list[Figure]:
    """Return the share of tenders with MVOI criteria: the sum of D1 over the sum of C2 and C3 (TOEP-01).

    Only reports that give all three count, so that numerator and denominator are of the same tenders.
    """
    asked = ("D1", "C2", "C3")
    rows = [numbers for content in reports.contents.values() if (numbers := _given_numbers(content, asked))]
    tenders = sum(row["C2"] + row["C3"] for row in rows)
    if not tenders:
        return []
    share = round(100 * sum(row["D1"] for row in rows) / tenders)
    n = len(rows)
    return [
        Figure(
            label={"nl": "van de aanbestedingen met MVOI-criteria", "en": "of tenders with MVOI criteria"},
            value=share,
            unit=PERCENT,
            as_of=today,
            note={
                "nl": f"Over {reports.year}, uit {n} {'rapportage' if n == 1 else 'rapportages'} met alle cijfers.",
                "en": f"On {reports.year}, from {n} {'report' if n == 1 else 'reports'} with all figures.",
            },
        )
    ]


def _share_with_plan(planned: int, participants: int, today: date) -> Figure:
    return Figure(
        label={"nl": "van de deelnemers heeft een actieplan", "en": "of participants have an action plan"},
        value=round(100 * planned / participants),
        unit=PERCENT,
        as_of=today,
        note={"nl": f"{planned} van {participants} deelnemers.", "en": f"{planned} of {participants} participants."},
    )


def _given_numbers(content: str, keys: Collection[str]) -> dict[str, float] | None:
    """Return these answers of a report's content, or None when one of them is not a given number."""
    answers: Mapping[str, Any] = json.loads(content).get("answers", {})
    values = {key: _number(answers.get(key)) for key in keys}
    found = {key: value for key, value in values.items() if value is not None}
    return found if len(found) == len(values) else None


def _number(answer: Any) -> float | None:
    if not isinstance(answer, Mapping) or answer.get("state") != "given":
        return None
    value = answer.get("value")
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
