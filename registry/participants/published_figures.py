"""Figures of one authority over the years, from its published reports only."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from sqlalchemy.orm import Session

from registry.editions.indicators import breaks_of, is_broken
from registry.editions.models import Edition
from registry.editions.questionnaire import of_edition
from registry.reports.models import AnswerState

WITH_CRITERIA = "TOEP-01"
EUROPEAN, OTHER = "VOL-02", "VOL-03"
"""Indicators of content/indicators.yaml: tenders with MVOI criteria, and all tenders in two parts."""
MEASURED: Final = (WITH_CRITERIA, EUROPEAN, OTHER)


@dataclass(frozen=True)
class YearShare:
    """The share of tenders with MVOI criteria in one year, in percent; None where the report does not tell."""

    year: int
    percent: float | None
    begins_anew: bool = False
    """It was measured otherwise than the year before, so that the two must not be laid side by side."""


def shares_with_criteria(session: Session, published: Iterable[tuple[Edition, str]]) -> dict[int, list[YearShare]]:
    """Return, by agreement, the share of tenders with MVOI criteria in an authority's reports, oldest year first."""
    by_agreement: dict[int, list[tuple[Edition, str]]] = defaultdict(list)
    for edition, content in sorted(published, key=lambda pair: pair[0].year):
        by_agreement[edition.agreement_id].append((edition, content))
    return {agreement_id: _series(session, years) for agreement_id, years in by_agreement.items()}


@dataclass(frozen=True)
class Piece:
    """A part of a series within which years can be compared: its values over all years, None outside it."""

    begins: int
    values: tuple[float | None, ...]
    outside: tuple[bool, ...]
    """Which years belong to another piece: there a missing value is not an unknown one."""


def in_pieces(shares: Sequence[YearShare]) -> list[Piece]:
    """Return a series cut at its breaks."""
    begins = [place for place, one in enumerate(shares) if place == 0 or one.begins_anew]
    ends = [*begins[1:], len(shares)]
    inside = [[begin <= place < end for place in range(len(shares))] for begin, end in zip(begins, ends, strict=False)]
    return [
        Piece(
            shares[begin].year,
            tuple(share.percent if own else None for share, own in zip(shares, mine, strict=True)),
            tuple(not own for own in mine),
        )
        for begin, mine in zip(begins, inside, strict=False)
    ]


def _series(session: Session, years: Sequence[tuple[Edition, str]]) -> list[YearShare]:
    asked = [_versions(edition) for edition, _content in years]
    # The breaks are only looked up where a form asked another version than the one before.
    other = any(now != before for before, now in pairwise(asked))
    breaks = breaks_of(session, MEASURED) if other else {}
    broken = [False, *(_is_broken(breaks, before, now) for before, now in pairwise(asked))]
    return [
        YearShare(edition.year, _share(edition, json.loads(content)), anew)
        for (edition, content), anew in zip(years, broken, strict=True)
    ]


def _is_broken(breaks: Mapping[str, frozenset[int]], before: Mapping[str, int], now: Mapping[str, int]) -> bool:
    return any(is_broken(breaks.get(code, frozenset()), before.get(code, 1), now.get(code, 1)) for code in MEASURED)


def _versions(edition: Edition) -> dict[str, int]:
    return {
        question.indicator: question.indicator_version
        for question in of_edition(edition).questions
        if question.indicator in MEASURED
    }


def _share(edition: Edition, content: Mapping[str, Any]) -> float | None:
    values = {
        question.indicator: _number(content["answers"].get(question.key))
        for question in of_edition(edition).questions
        if question.indicator in MEASURED
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
