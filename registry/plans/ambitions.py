"""All ambitions of an agreement side by side: who aims how high on which theme, in his own words."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.versions import AsOf
from common.vocabulary import vocabulary
from registry.authorities.naming import fold
from registry.plans.models import Ambition, Level, Plan, PlanVersion
from registry.plans.reading import published_by
from registry.signatures.signatories import Signatory, signatories


@dataclass(frozen=True)
class Aim:
    """What one authority aims at for one theme."""

    code: str
    slug: str
    name: str
    sort_name: str
    kind: str
    province: str | None
    theme: str
    level: Level
    aim: str
    indicator: str | None
    unit: str | None
    baseline: float | None
    baseline_year: int | None
    target: float | None
    target_year: int | None
    search_text: str


@dataclass(frozen=True)
class Ambitions:
    """The ambitions of one agreement as of a day and moment."""

    aims: tuple[Aim, ...]
    """By name and theme."""
    participants: int
    with_ambitions: int
    """How many of the participants published at least one ambition."""

    def matrix(self, themes: Iterable[str]) -> list[tuple[str, dict[Level, int], int]]:
        """Return for each theme how many chose each level, and of how many nothing is public."""
        counts = Counter((one.theme, one.level) for one in self.aims)
        rows = []
        for theme in themes:
            by_level = {level: counts[theme, level] for level in Level}
            rows.append((theme, by_level, self.participants - sum(by_level.values())))
        return rows


def read_ambitions(session: Session, agreement_id: int, at: AsOf) -> Ambitions:
    """Return the ambitions in the plan that holds of everybody whom the agreement binds. Two queries."""
    who = {one.authority_id: one for one in signatories(session, agreement_id, at)}
    query = (
        select(
            Plan.authority_id, PlanVersion.number, Ambition.theme, Ambition.level, Ambition.aim, Ambition.indicator,
            Ambition.unit, Ambition.baseline, Ambition.baseline_year, Ambition.target, Ambition.target_year,
        )
        .join(PlanVersion, PlanVersion.plan_id == Plan.id)
        .outerjoin(Ambition, Ambition.plan_version_id == PlanVersion.id)
        .where(Plan.agreement_id == agreement_id, published_by(at))
    )  # fmt: skip
    rows = [row for row in session.execute(query) if row.authority_id in who]
    newest: dict[int, int] = {}
    for row in rows:
        newest[row.authority_id] = max(row.number, newest.get(row.authority_id, 0))
    aims = [
        _aim(who[row.authority_id], row[2:]) for row in rows if row.number == newest[row.authority_id] and row.theme
    ]
    order = {theme: place for place, theme in enumerate(vocabulary().themes)}
    aims.sort(key=lambda one: (one.sort_name, one.name, order.get(one.theme, len(order))))
    return Ambitions(tuple(aims), len(who), len({one.code for one in aims}))


def _aim(who: Signatory, facts: Sequence[Any]) -> Aim:
    text = " ".join(re.findall(r"\w+", fold(f"{who.name} {who.search_text} {facts[2]}")))
    fields: list[Any] = [who.code, who.slug, who.name, who.sort_name, who.kind, who.province, *facts, text]
    return Aim(*fields)


@dataclass(frozen=True)
class AimFilters:
    """What a reader asked for; an empty part filters nothing."""

    q: str = ""
    themes: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    kinds: tuple[str, ...] = ()
    province: str = ""


def matching(aims: Iterable[Aim], filters: AimFilters) -> list[Aim]:
    """Return the ambitions that fit every filter, in the order in which they came."""
    words = re.findall(r"\w+", fold(filters.q))
    if filters.q and not words:
        return []  # only marks or emoji were typed: no sentence has those
    return [
        one
        for one in aims
        if (not filters.themes or one.theme in filters.themes)
        and (not filters.levels or one.level in filters.levels)
        and (not filters.kinds or one.kind in filters.kinds)
        and (not filters.province or one.province == filters.province)
        and all(_occurs(word, one.search_text) for word in words)
    ]


def _occurs(word: str, text: str) -> bool:
    """Say whether the text holds the word; one or two letters must begin a word, or nearly every sentence would fit."""
    return word in text if len(word) > 2 else f" {word}" in f" {text}"


def counts(aims: Sequence[Aim], filters: AimFilters) -> Mapping[str, Counter[str]]:
    """Count what choosing each value of a filter would show, beside the other filters: by filter and value."""
    return {
        "thema": Counter(one.theme for one in matching(aims, replace(filters, themes=()))),
        "niveau": Counter(one.level.value for one in matching(aims, replace(filters, levels=()))),
        "soort": Counter(one.kind for one in matching(aims, replace(filters, kinds=()))),
    }
