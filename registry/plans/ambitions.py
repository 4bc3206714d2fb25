"""All ambitions of an agreement side by side: who aims how high on which theme, in his own words."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.versions import AsOf
from common.vocabulary import vocabulary
from registry.authorities.naming import fold
from registry.plans.models import Ambition, Level, Plan, PlanVersion
from registry.plans.reading import published_by
from registry.signatures.signatories import Signatory, signatories

UNKNOWN: Final = "onbekend"
"""Stands beside the levels: of this authority and theme nothing is public."""
LEVELS: Final = (*(level.value for level in Level), UNKNOWN)
"""What one can choose, from low to high, and at the end what is not known."""


@dataclass(frozen=True)
class Aim:
    """What one authority aims at for one theme, or that nothing of it is public."""

    code: str
    slug: str
    name: str
    sort_name: str
    kind: str
    province: str | None
    theme: str
    level: Level | None
    """None where nothing is public, which is something else than no ambition."""
    aim: str
    indicator: str | None
    unit: str | None
    baseline: float | None
    baseline_year: int | None
    target: float | None
    target_year: int | None
    search_text: str

    @property
    def level_code(self) -> str:
        """The level as an address names it, or UNKNOWN."""
        return self.level.value if self.level else UNKNOWN


@dataclass(frozen=True)
class Ambitions:
    """The ambitions of one agreement as of a day and moment."""

    everything: tuple[Aim, ...]
    """For each participant and theme one, by name and theme; also where nothing is public."""
    aims: tuple[Aim, ...]
    """What is public: ambitions, and themes for which "geen" was chosen."""
    chosen: int
    """How many ambitions are public: themes with a level above "geen"."""
    participants: int
    with_ambitions: int
    """How many of the participants published at least one ambition."""

    def matrix(self, themes: Iterable[str]) -> list[tuple[str, dict[str, int]]]:
        """Return for each theme how many chose each level, and of how many nothing is public (UNKNOWN)."""
        counts = Counter((one.theme, one.level_code) for one in self.everything)
        return [(theme, {code: counts[theme, code] for code in LEVELS}) for theme in themes]


def read_ambitions(session: Session, agreement_id: int, themes: Sequence[str], at: AsOf) -> Ambitions:
    """Return the ambitions in the plan that holds of everybody whom the agreement binds. Two queries.

    `themes` are those of the agreement: for each of them every participant has a row, public or not.
    """
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
    told = {(one.code, one.theme) for one in aims}
    silent = [
        _aim(one, [theme, None, "", *[None] * 6])
        for one in who.values()
        for theme in themes
        if (one.code, theme) not in told
    ]
    order = {theme: place for place, theme in enumerate(vocabulary().themes)}
    everything = sorted([*aims, *silent], key=lambda one: (one.sort_name, one.name, order.get(one.theme, len(order))))
    public = tuple(one for one in everything if one.level)
    chosen = [one.code for one in public if one.level is not Level.NONE]
    return Ambitions(tuple(everything), public, len(chosen), len(who), len(set(chosen)))


def _aim(who: Signatory, facts: Sequence[Any]) -> Aim:
    text = " ".join(re.findall(r"\w+", fold(f"{who.name} {who.search_text} {facts[2]}")))
    fields: list[Any] = [who.code, who.slug, who.name, who.sort_name, who.kind, who.province, *facts, text]
    return Aim(*fields)


@dataclass(frozen=True)
class AimFilters:
    """What a reader asked for; an empty part filters nothing."""

    q: str = ""
    themes: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    """Values of Level, and UNKNOWN; without any, all that is public."""
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
        and (one.level_code in filters.levels if filters.levels else one.level is not None)
        and (not filters.kinds or one.kind in filters.kinds)
        and (not filters.province or one.province == filters.province)
        and all(_occurs(word, one.search_text) for word in words)
    ]


def _occurs(word: str, text: str) -> bool:
    """Say whether the text holds the word; one or two letters must begin a word, or nearly every sentence would fit."""
    return word in text if len(word) > 2 else f" {word}" in f" {text}"


def counts(aims: Sequence[Aim], filters: AimFilters) -> Mapping[str, Counter[str]]:
    """Count of how many organisations choosing each value of a filter would show something, beside the other filters.

    By filter and value.
    """
    return {
        "thema": _organisations((one.theme, one.code) for one in matching(aims, replace(filters, themes=()))),
        "niveau": _organisations((one.level_code, one.code) for one in matching(aims, replace(filters, levels=LEVELS))),
        "soort": _organisations((one.kind, one.code) for one in matching(aims, replace(filters, kinds=()))),
    }


def _organisations(found: Iterable[tuple[str, str]]) -> Counter[str]:
    return Counter(value for value, _code in set(found))
