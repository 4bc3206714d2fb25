"""Figures of one authority over the years, from its published reports only."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.versions import AsOf, known_at
from registry.editions.models import Edition
from registry.editions.questionnaire import of_edition
from registry.reports.models import AnswerState, Publication, Report, Submission

WITH_CRITERIA = "TOEP-01"
EUROPEAN, OTHER = "VOL-02", "VOL-03"
"""Indicators of content/indicators.yaml: tenders with MVOI criteria, and all tenders in two parts."""


@dataclass(frozen=True)
class YearShare:
    """The share of tenders with MVOI criteria in one year, in percent; None where the report does not tell."""

    year: int
    percent: float | None


def shares_with_criteria(session: Session, authority_id: int, at: AsOf) -> dict[int, list[YearShare]]:
    """Return, by agreement, the authority's share of tenders with MVOI criteria, oldest year first. One query."""
    query = (
        select(Submission.content, Edition)
        .join(Publication, Publication.submission_id == Submission.id)
        .join(Report, Report.id == Publication.report_id)
        .join(Edition, Edition.id == Report.edition_id)
        .where(Report.authority_id == authority_id, known_at(Publication, at.moment), Edition.opens_on <= at.day)
        .order_by(Edition.year)
    )
    found: dict[int, list[YearShare]] = defaultdict(list)
    for content, edition in session.execute(query):
        found[edition.agreement_id].append(YearShare(edition.year, _share(edition, json.loads(content))))
    return dict(found)


def _share(edition: Edition, content: Mapping[str, Any]) -> float | None:
    values = {
        question.indicator: _number(content["answers"].get(question.key))
        for section in of_edition(edition).sections
        for question in section.questions
        if question.indicator in {WITH_CRITERIA, EUROPEAN, OTHER}
    }
    part, european, other = values.get(WITH_CRITERIA), values.get(EUROPEAN), values.get(OTHER)
    if part is None or european is None or other is None:
        return None  # a part of an unknown whole is no share
    total = european + other
    return round(100 * part / total, 1) if total and part <= total else None


def _number(answer: Mapping[str, Any] | None) -> float | None:
    if not answer or answer.get("state") != AnswerState.GIVEN:
        return None
    value = answer.get("value")
    return float(value) if isinstance(value, int | float) else None
