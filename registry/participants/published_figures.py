"""Figures of one authority over the years, from its published reports only."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from registry.editions.models import Edition
from registry.editions.questionnaire import of_edition
from registry.reports.models import AnswerState

WITH_CRITERIA = "TOEP-01"
EUROPEAN, OTHER = "VOL-02", "VOL-03"
"""Indicators of content/indicators.yaml: tenders with MVOI criteria, and all tenders in two parts."""


@dataclass(frozen=True)
class YearShare:
    """The share of tenders with MVOI criteria in one year, in percent; None where the report does not tell."""

    year: int
    percent: float | None


def shares_with_criteria(published: Iterable[tuple[Edition, str]]) -> dict[int, list[YearShare]]:
    """Return, by agreement, the share of tenders with MVOI criteria in an authority's reports, oldest year first."""
    found: dict[int, list[YearShare]] = defaultdict(list)
    for edition, content in sorted(published, key=lambda pair: pair[0].year):
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
