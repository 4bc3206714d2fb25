"""A plan version as everybody may check it: its canonical content, and the same as the fields of a form."""

from datetime import date
from typing import Any

from common.files.models import Attachment
from registry.plans.fields import Typed, action_field, ambition_field, tidy
from registry.plans.models import Ambition, PlanAction, PlanVersion

SCHEMA = 1


def content_of(version: PlanVersion, code: str, agreement: str, document: Attachment | None) -> dict[str, Any]:
    """Return what the fingerprint of this version is about. `document` is the file that it names, removed or not."""
    return {
        "schema": SCHEMA,
        "kind": "plan",
        "authority": code,
        "agreement": agreement,
        "number": version.number,
        "title": version.title,
        "period": {"from": _day(version.period_from), "to": _day(version.period_to)},
        "adopted_by": version.adopted_by,
        "adopted_on": _day(version.adopted_on),
        **({"holds_from": _day(version.holds_from)} if version.holds_from else {}),  # of one that was taken over
        "document": {"sha256": document.sha256} if document else None,
        "document_url": version.document_url,
        "budget_euro": version.budget_euro,
        "capacity_fte": _number(version.capacity_fte),
        "ambitions": [_ambition(one) for one in sorted(version.ambitions, key=lambda one: one.theme)],
        "actions": [_action(one) for one in sorted(version.actions, key=lambda one: one.position)],
        "source": version.source,
        "note": version.note,
        "reason": version.change_reason,
    }


def _ambition(one: Ambition) -> dict[str, Any]:
    return {
        "theme": one.theme,
        "level": one.level.value,
        "aim": one.aim or None,
        "indicator": one.indicator,
        "unit": one.unit,
        "baseline": _number(one.baseline),
        "baseline_year": one.baseline_year,
        "target": _number(one.target),
        "target_year": one.target_year,
    }


def _action(one: PlanAction) -> dict[str, Any]:
    return {
        "theme": one.theme,
        "title": one.title,
        "owner_function": one.owner_function,
        "starts_on": _day(one.starts_on),
        "ready_by": _day(one.ready_by),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _number(number: float | None) -> float | int | None:
    """Write 5.0, which the database gives back for 5, as 5: else the fingerprint would not stay."""
    return int(number) if number is not None and number == int(number) else number


def typed_of(version: PlanVersion | None) -> Typed:
    """Return the fields with which the revision of this version starts: all of it, but who will adopt it when."""
    if version is None:
        return Typed()
    fields = {
        "titel": version.title,
        "periode_van": _written(version.period_from),
        "periode_tot": _written(version.period_to),
        "document": _written(version.document_id),
        "link": _written(version.document_url),
        "budget": _written(version.budget_euro),
        "fte": _written(version.capacity_fte),
        "vastgesteld_door": _written(version.adopted_by),
    }
    for one in version.ambitions:
        parts = {
            "niveau": one.level.value, "doel": one.aim, "indicator": one.indicator, "eenheid": one.unit,
            "nu": one.baseline, "nu_jaar": one.baseline_year, "straks": one.target, "straks_jaar": one.target_year,
        }  # fmt: skip
        fields |= {ambition_field(one.theme, part): _written(value) for part, value in parts.items()}
    rows = [str(one.position) for one in version.actions]
    for step in version.actions:
        cells = {
            "wat": step.title, "thema": step.theme, "wie": step.owner_function, "van": step.starts_on,
            "klaar": step.ready_by,
        }  # fmt: skip
        fields |= {action_field(str(step.position), part): _written(value) for part, value in cells.items()}
    return tidy(fields, rows)


def _written(value: date | float | str | None) -> str:
    """Write a value as somebody would type it: 2026-12-31, 12,5."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(_number(value)).replace(".", ",")
    return value.isoformat() if isinstance(value, date) else str(value)
