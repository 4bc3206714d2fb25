"""What the register holds on one theme under one agreement: the ambitions, and the figures of published reports.

Only what is public counts, as of a day and moment. The queries are apart from what reads their rows, so that a page
that composes more asks the database once (common/together.py).
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any, Final

from sqlalchemy import Select, and_, select

from common.clock import local
from common.versions import AsOf
from common.vocabulary import Text, vocabulary
from registry.editions.form import Question
from registry.editions.indicators import converted
from registry.editions.models import Comparable, Edition, Indicator, IndicatorVersion
from registry.editions.questionnaire import of_edition
from registry.plans.ambitions import LEVELS, UNKNOWN, Aim
from registry.plans.models import Ambition, Level, Plan, PlanVersion
from registry.plans.reading import published_by
from registry.reports.amounts import amounts, has_amounts
from registry.reports.models import AnswerState, Publication, Report, Submission
from registry.reports.published import public_as_of
from registry.signatures.signatories import Signatory

Queries = dict[str, Select[*tuple[Any, ...]]]
FEWEST: Final = 3
"""Authorities below which there is no median: it would be what one of them answered."""
YEARS: Final = 3
"""Reporting years that are shown side by side."""
LATEST: Final = 6


def theme_queries(agreement_id: int, theme: str, at: AsOf) -> Queries:
    """Return the queries whose rows `ambitions_from` and `figures_from` read."""
    recorded = [IndicatorVersion.recorded_at <= at.moment] if at.moment else []
    editions = (Edition.agreement_id == agreement_id, Edition.opens_on <= at.day)
    return {
        "aims": select(
            Plan.authority_id, PlanVersion.number, PlanVersion.adopted_on, PlanVersion.holds_from,
            PlanVersion.published_at, Ambition.level, Ambition.aim, Ambition.indicator, Ambition.unit,
            Ambition.baseline, Ambition.baseline_year, Ambition.target, Ambition.target_year,
        )
        .join(PlanVersion, PlanVersion.plan_id == Plan.id)
        .outerjoin(Ambition, and_(Ambition.plan_version_id == PlanVersion.id, Ambition.theme == theme))
        .where(Plan.agreement_id == agreement_id, published_by(at)),
        "editions": select(Edition.id, Edition.year, Edition.sha256, Edition.snapshot).where(*editions),
        "reports": select(Report.edition_id, Report.authority_id, Submission.content)
        .join(Edition, Edition.id == Report.edition_id)
        .join(Publication, and_(Publication.report_id == Report.id, public_as_of(at)))
        .join(Submission, Submission.id == Publication.submission_id)
        .where(*editions),
        "indicators": select(
            Indicator.code, IndicatorVersion.number, IndicatorVersion.name, IndicatorVersion.unit,
            IndicatorVersion.theme, IndicatorVersion.comparable, IndicatorVersion.formula,
        )
        .join(IndicatorVersion, IndicatorVersion.indicator_id == Indicator.id)
        .where(*recorded),
    }  # fmt: skip


@dataclass(frozen=True)
class DatedAim:
    """What an authority aims at, with the day since which it is its plan."""

    aim: Aim
    since: date | None


@dataclass(frozen=True)
class ThemeAmbitions:
    """The ambitions of the participants on one theme."""

    participants: int
    levels: Mapping[str, int]
    """By code of the level, from low to high, and UNKNOWN where nothing is public."""
    kinds: Mapping[str, Mapping[str, int]]
    """The same for each kind of authority that takes part."""
    latest: Sequence[DatedAim]
    """The newest sentences, newest first."""

    @property
    def chosen(self) -> int:
        """How many chose a level above "geen"."""
        return sum(number for code, number in self.levels.items() if code not in {UNKNOWN, Level.NONE.value})

    @property
    def known(self) -> int:
        """How many made public what they chose, "geen" included."""
        return self.participants - self.levels.get(UNKNOWN, 0)


def ambitions_from(rows: Iterable[Any], parties: Sequence[Signatory], theme: str) -> ThemeAmbitions:
    """Tell what the rows of "aims" say about everybody whom the agreement binds. Pure."""
    newest: dict[int, Any] = {}
    for row in rows:
        if row.authority_id not in newest or row.number > newest[row.authority_id].number:
            newest[row.authority_id] = row
    aims = [_aim(one, newest.get(one.authority_id), theme) for one in parties]
    said = [one for one in aims if one.aim.aim and one.aim.level not in {None, Level.NONE}]
    said.sort(key=lambda one: (one.since or date.min, one.aim.sort_name), reverse=True)
    order = [code for code in vocabulary().kinds if any(one.aim.kind == code for one in aims)]
    kinds = {kind: _levels(one.aim for one in aims if one.aim.kind == kind) for kind in order}
    return ThemeAmbitions(len(aims), _levels(one.aim for one in aims), kinds, said[:LATEST])


def _levels(aims: Iterable[Aim]) -> dict[str, int]:
    counts = Counter(one.level_code for one in aims)
    return {code: counts[code] for code in LEVELS}


def _aim(who: Signatory, row: Any | None, theme: str) -> DatedAim:
    found = row if row and row.level else None
    aim = Aim(
        who.code, who.slug, who.name, who.sort_name, who.kind, who.province, theme,
        found and found.level, found.aim if found else "", found and found.indicator, found and found.unit,
        found and found.baseline, found and found.baseline_year, found and found.target,
        found and found.target_year, "",
    )  # fmt: skip
    return DatedAim(aim, _since(found) if found else None)


def _since(row: Any) -> date | None:
    published: datetime | None = row.published_at
    since: date | None = row.holds_from or row.adopted_on
    return since or (local(published).date() if published else None)


@dataclass(frozen=True)
class YearFigure:
    """One indicator in one year, over all published reports that give it."""

    year: int
    reports: int
    """How many reports of that year are public."""
    given: int
    """How many of them give this figure."""
    total: float | None
    """None where none gives it, and where figures cannot be added up (percentages)."""
    median: float | None
    """Of three or more."""
    begins_anew: bool = False
    """It was measured otherwise than the year before."""


@dataclass(frozen=True)
class ThemeFigure:
    """One indicator of a theme, year by year, oldest first."""

    code: str
    name: Text
    unit: Text | None
    years: Sequence[YearFigure]
    by_theme: bool = False
    """It is asked for every theme, and this is the answer for this one."""


@dataclass(frozen=True)
class ThemeFigures:
    """What the published reports say on a theme."""

    figures: Sequence[ThemeFigure]
    others: Sequence[tuple[str, Text]]
    """Indicators of the theme without a figure: a choice, or words. Their code and name."""
    years: Sequence[tuple[int, int]]
    """Each year with the number of its public reports, oldest first."""


def figures_from(rows: Mapping[str, Sequence[Any]], theme: str) -> ThemeFigures:
    """Tell what the published reports of the newest years say on a theme. Pure."""
    contents: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows["reports"]:
        contents[row.edition_id].append(json.loads(row.content).get("answers", {}))
    editions = sorted((row for row in rows["editions"] if row.id in contents), key=lambda row: row.year)[-YEARS:]
    known = _indicators(rows["indicators"])
    asked: dict[str, list[tuple[Any, Question]]] = defaultdict(list)
    for edition in editions:
        for question in of_edition(edition).questions:
            if question.indicator in known and question.publish != "no" and _about(question, known, theme):
                asked[question.indicator].append((edition, question))
    figures = [
        _figure(known[code], [(one, question, contents[one.id]) for one, question in found], theme)
        for code, found in sorted(asked.items())
        if any(has_amounts(question) for _edition, question in found)
    ]
    shown = {one.code for one in figures}
    others = [(code, known[code][-1].name) for code in sorted(asked) if code not in shown]
    return ThemeFigures(figures, others, [(one.year, len(contents[one.id])) for one in editions])


def _indicators(rows: Iterable[Any]) -> dict[str, list[Any]]:
    """Return the versions of each indicator, oldest first."""
    found: dict[str, list[Any]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.number):
        found[row.code].append(row)
    return found


def _about(question: Question, known: Mapping[str, Sequence[Any]], theme: str) -> bool:
    """Say whether a question is about the theme: its indicator is, or it is asked for every theme in a row."""
    by_theme = question.type == "theme_integers" and any(row.code == theme for row in question.rows)
    return by_theme or known[question.indicator or ""][-1].theme == theme


def _figure(versions: Sequence[Any], asked: Sequence[tuple[Any, Question, Any]], theme: str) -> ThemeFigure:
    years: list[YearFigure] = []
    before: int | None = None
    target = asked[-1][1].indicator_version
    for edition, question, answers in asked:
        broken = before is not None and _breaks(versions, before, question.indicator_version)
        values = [value for one in answers if (value := _value(question, one, theme)) is not None]
        values = [_as_version(value, versions, question.indicator_version, target) for value in values]
        years.append(_year(edition.year, len(answers), values, question.type != "share", broken))
        before = question.indicator_version
    newest = versions[-1]
    by_theme = any(question.type == "theme_integers" for _edition, question, _answers in asked)
    return ThemeFigure(newest.code, newest.name, newest.unit, years, by_theme)


def _year(year: int, reports: int, values: Sequence[float], adds_up: bool, broken: bool) -> YearFigure:
    total = round(sum(values), 3) if values and adds_up else None
    middle = round(median(values), 3) if len(values) >= FEWEST else None
    return YearFigure(year, reports, len(values), total, middle, broken)


def _value(question: Question, answers: Mapping[str, Any], theme: str) -> float | None:
    """Return the figure of one report, None where it does not give it: unknown and not asked are no zero."""
    entry = answers.get(question.key) or {}
    if entry.get("state") != AnswerState.GIVEN:
        return None
    place = theme if question.type == "theme_integers" else question.indicator_part or ""
    found = {where: figure for where, _label, figure in amounts(question, entry.get("value"))}
    if question.type == "theme_integers" or place in found or len(found) != 1:
        return found.get(place)
    return next(iter(found.values()))


def _breaks(versions: Sequence[Any], older: int, newer: int) -> bool:
    low, high = sorted((older, newer))
    return any(low < one.number <= high and one.comparable is Comparable.NO for one in versions)


def _as_version(value: float, versions: Sequence[Any], older: int, newer: int) -> float:
    """Return a figure by the definition of `newer`, as far as formulas lead there; across a break it stays."""
    if _breaks(versions, older, newer):
        return value
    for version in versions:
        if older < version.number <= newer and version.comparable is Comparable.FORMULA:
            value = float(converted(value, version) or value)
    return value
