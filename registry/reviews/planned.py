"""What an authority's plan says that belongs beside an answer: the ambition and the actions of the same theme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import today
from common.versions import AsOf
from common.vocabulary import vocabulary
from registry.editions.form import Question, Questionnaire
from registry.editions.models import Indicator, IndicatorVersion
from registry.plans.models import Ambition, PlanAction, PlanVersion
from registry.plans.reading import public_versions
from registry.reports.models import Report

MEANS: Final[Mapping[str, str]] = {"BORG-02": "capacity_fte", "BORG-03": "budget_euro"}
"""Indicators that a plan as a whole has a figure for, by the name of its column."""


@dataclass(frozen=True)
class Planned:
    """What of the plan fits one question; empty where nothing does."""

    ambitions: Sequence[Ambition] = ()
    actions: Sequence[PlanAction] = ()
    figure: float | None = None
    """The means that the plan sets aside, in the unit of the question."""


def planned(session: Session, report: Report, form: Questionnaire) -> dict[str, Planned]:
    """Return what the public plan of the authority says beside each question, by key; nothing without a plan."""
    versions = public_versions(session, report.authority_id, report.edition.agreement_id, AsOf(today()))
    if not versions:
        return {}
    plan, themes = versions[-1], _themes(session)
    found = {question.key: _beside(question, plan, themes.get(question.indicator or "")) for question in form.questions}
    return {key: one for key, one in found.items() if one != Planned()}


def _beside(question: Question, plan: PlanVersion, theme: str | None) -> Planned:
    if question.filled_from == "plan_actions":
        return Planned(actions=tuple(plan.actions))
    if {row.code for row in question.rows} & vocabulary().themes.keys():
        return Planned(ambitions=tuple(plan.ambitions))
    column = MEANS.get(question.indicator or "")
    figure = getattr(plan, column) if column else None
    if theme is None:
        return Planned(figure=figure)
    return Planned(
        tuple(one for one in plan.ambitions if one.theme == theme),
        tuple(one for one in plan.actions if one.theme == theme),
        figure,
    )


def _themes(session: Session) -> dict[str, str]:
    """Return the theme of each indicator that has one, by its code."""
    query = select(Indicator.code, IndicatorVersion.theme).join(Indicator.versions).order_by(IndicatorVersion.number)
    return {code: theme for code, theme in session.execute(query) if theme}
