"""Key figures of one agreement, each with its day and what it rests on. One agreement at a time, never a mix.

Only what is public counts: confirmed signatures, published plans, published reports.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from common.versions import AsOf
from common.vocabulary import Text
from registry.agreements.models import Agreement
from registry.editions.models import Edition
from registry.obligations.rule import DueState
from registry.participants.participants import Participant, list_participants
from registry.reports.models import Publication, Report, Submission
from registry.reports.published import public_as_of
from registry.signatures.signatories import tally

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
class _YearOfReports:
    """The newest year of which a report is public, with the content of its reports by authority."""

    year: int
    due_on: date
    contents: Mapping[int, str]


def key_figures(session: Session, agreement: Agreement, at: AsOf) -> list[Figure]:
    """Return the figures of this agreement on that day, in five queries; a figure without data is left out.

    Participants are those of the list: everybody whom a confirmed signature binds on that day, also an authority
    that ended and whose signature nobody took over yet.
    """
    today = at.day
    participants = list_participants(session, agreement, at)
    figures = _of_signatures(participants, today)
    reports = _newest_reports(session, agreement, at)
    if reports:
        figures.append(_reported(reports, participants, today))
        figures += _share_with_criteria(reports, today)
    planned = sum(one.plan.state is DueState.MET for one in participants)
    if planned and reports:
        figures.append(_share_with_plan(planned, len(participants), today))
    return figures


def _newest_reports(session: Session, agreement: Agreement, at: AsOf) -> _YearOfReports | None:
    published = (
        select(Edition.id, Edition.year, Edition.due_on, Report.authority_id, Publication.submission_id)
        .join(Report, Report.edition_id == Edition.id)
        .join(Publication, and_(Publication.report_id == Report.id, public_as_of(at)))
        .where(Edition.agreement_id == agreement.id, Edition.opens_on <= at.day)
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


def _of_signatures(participants: Sequence[Participant], today: date) -> list[Figure]:
    counted = tally([one.who for one in participants])
    ended = counted.ended
    also_nl = f" {ended} daarvan {'bestaat' if ended == 1 else 'bestaan'} niet meer." if ended else ""
    also_en = f" {ended} of them no longer {'exists' if ended == 1 else 'exist'}." if ended else ""
    return [
        Figure(
            label={"nl": "deelnemers in dit register", "en": "participants in this register"},
            value=counted.participants,
            unit=NO_TEXT,
            as_of=today,
            note={
                "nl": f"Organisaties met een bevestigde ondertekening die op deze dag geldt.{also_nl}",
                "en": f"Authorities with a confirmed signature that holds on this day.{also_en}",
            },
        ),
        Figure(
            label={"nl": "ondertekeningen", "en": "signatures"},
            value=counted.signatures,
            unit=NO_TEXT,
            as_of=today,
            note={
                "nl": "Eén ondertekening kan voor meer organisaties gelden.",
                "en": "One signature can bind several authorities.",
            },
        ),
    ]


def _reported(reports: _YearOfReports, participants: Sequence[Participant], today: date) -> Figure:
    """Count the public reports of those of whom this year's report is asked."""
    expected = {
        one.who.authority_id
        for one in participants
        if any(report.edition.year == reports.year and report.standing.due_on for report in one.reports)
    }
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
