"""The new version of an indicator that staff write beside a question whose meaning changed. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from registry.editions.models import Comparable, IndicatorVersion
from registry.editions.question_fields import LONGEST
from registry.editions.readiness import Known
from registry.editions.written import LANGUAGES, NEW_INDICATORS, Form, Item, find_question, plain, put, says_nothing

TEXTS: Final = {"naam": "name", "definitie": "definition", "eenheid": "unit", "toelichting": "note"}
"""Name in the form -> column of the version."""


def proposed(question: Item, form: Form, newest: Mapping[str, IndicatorVersion]) -> dict[str, Any]:
    """Return what the form for a new version begins with: what was written already, else the version there is now."""
    code = question.get("indicator", "")
    written = form.get(NEW_INDICATORS, {}).get(code)
    if written:
        return dict(written)
    before = newest.get(code)
    if before is None:
        return {"name": dict(question.get("label", {})), "unit": question.get("unit", {})}
    return {"name": dict(before.name), "definition": dict(before.definition), "unit": question.get("unit", {})}


def fields_of(said: Mapping[str, Any]) -> dict[str, str]:
    """Return a version as its form shows it."""
    values = {f"{name}_{code}": (said.get(of) or {}).get(code, "") for name, of in TEXTS.items() for code in LANGUAGES}
    return {**values, "vergelijkbaar": said.get("comparable") or "", "formule": said.get("formula") or ""}


def typed(sent: Any) -> dict[str, str]:
    """Return the fields as they were sent."""
    return {name: plain(sent.get(name, ""))[:LONGEST] for name in fields_of({})}


def version_of(values: Mapping[str, str], question: Item, before: IndicatorVersion | None) -> dict[str, Any]:
    """Return what the fields say; the allowed values follow from the question."""
    said: dict[str, Any] = {
        of: {code: values[f"{name}_{code}"] for code in LANGUAGES if values[f"{name}_{code}"]}
        for name, of in TEXTS.items()
    }
    said |= {
        "comparable": values["vergelijkbaar"],
        "formula": values["formule"] if values["vergelijkbaar"] == Comparable.FORMULA else "",
        "allowed": _allowed(question, before),
        "theme": before.theme if before else None,
    }
    return {name: value for name, value in said.items() if not says_nothing(value)}


def _allowed(question: Item, before: IndicatorVersion | None) -> Any:
    part = question.get("indicator_part")
    measured = next((one for one in question.get("parts", []) if one["name"] == part), question)
    if measured.get("choices"):
        return [one["name"] for one in measured["choices"]]
    bounds = {word: measured[name] for word, name in (("least", "min"), ("most", "max")) if name in measured}
    return bounds or (before.allowed if before and isinstance(before.allowed, dict) else None)


def with_version(form: Form, name: str, said: Mapping[str, Any], known: Known) -> Form:
    """Return the form in which a question, and each other one on that indicator, asks the version after the newest."""
    question = find_question(form, name) or {}
    code = question["indicator"]
    number = known.get(code, 0) + 1
    for one in form["questions"]:
        if one.get("indicator") == code:
            form = put(form, one["name"], {**one, "indicator_version": number})
    return {**form, NEW_INDICATORS: {**form.get(NEW_INDICATORS, {}), code: dict(said)}}
