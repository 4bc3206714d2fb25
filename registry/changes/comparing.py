"""What differs between two versions of a noun: the fields that a reader sees, in the order of its page. Pure."""

import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from common.vocabulary import Text, product_group_names, vocabulary
from registry.agreements.comparing import differences
from registry.changes import wording
from registry.changes.wanted import FieldChange, Value, both
from registry.plans.comparing import compare_plans

Getter = Callable[[Any], Value]
Spec = tuple[Text, Getter]
LONGEST = 600
"""Characters of a text in the list of changes; all of it stands at the version."""


def changes(specs: Iterable[Spec], before: Any, after: Any, hidden: Iterable[Spec] = ()) -> tuple[FieldChange, ...]:
    """Return the fields that differ; of `hidden` only that they do. Without a version before there are none."""
    if before is None or after is None:
        return ()
    found = [_only(label, said(before), said(after)) for label, said in specs if said(before) != said(after)]
    return (*found, *(FieldChange(label, None, None, True) for label, said in hidden if said(before) != said(after)))


def _only(label: Text, before: Value, after: Value) -> FieldChange:
    """Leave out of two lists what stands in both; where only the order differs both are shown whole."""
    if isinstance(before, tuple) and isinstance(after, tuple):
        gone = tuple(one for one in before if one not in after)
        came = tuple(one for one in after if one not in before)
        if gone or came:
            return FieldChange(label, gone or None, came or None)
    return FieldChange(label, before, after)


def _of(name: str) -> Getter:
    return lambda version: getattr(version, name)


def _said(name: str, say: Callable[[Any], Value]) -> Getter:
    return lambda version: say(getattr(version, name))


NAME = both("Naam", "Name")
SOURCE = both("Bron", "Source")
NOTE = both("Opmerking", "Note")
TITLE = both("Titel", "Title")

AUTHORITY: Sequence[Spec] = (
    (NAME, _of("name")),
    (both("Afkorting", "Abbreviation"), _of("abbreviation")),
    (both("Soort", "Kind"), lambda one: wording.term(vocabulary().kinds, one.kind)),
    (both("Provincie", "Province"), lambda one: wording.term(vocabulary().provinces, one.province)),
    (both("Bestaat zo sinds", "So since"), _of("valid_from")),
    (both("Bestaat zo niet meer sinds", "No longer so since"), _of("valid_to")),
    (both("Inwoners", "Inhabitants"), _of("inhabitants")),
    (
        both("Inwoners in het jaar", "Inhabitants in the year"),
        lambda one: one.inhabitants_year and str(one.inhabitants_year),
    ),
    (both("Breedtegraad", "Latitude"), _of("latitude")),
    (both("Lengtegraad", "Longitude"), _of("longitude")),
    (SOURCE, _of("source")),
)

MERGER: Sequence[Spec] = (
    (both("Dag", "Day"), _of("merged_on")),
    (both("Soort", "Kind"), lambda one: wording.term(vocabulary().merger_kinds, one.kind)),
    (SOURCE, _of("source")),
)

SIGNATURE: Sequence[Spec] = (
    (both("Naam in de bron", "Name as signed"), _of("name_as_signed")),
    (both("Ondertekend op", "Signed on"), lambda one: wording.day_as_known(one.signed_on, one.date_precision)),
    (both("Hoe zeker", "How certain"), _said("certainty", wording.code)),
    (both("Hoe wij het weten", "How we know"), _said("origin", wording.code)),
    (both("Functie van wie tekende", "Function of the signer"), _of("signed_by_function")),
    (SOURCE, _of("source")),
    (both("Bron van de datum", "Source of the date"), _of("date_source")),
    (NOTE, _of("note")),
    (both("Beëindigd op", "Ended on"), _of("ended_on")),
    (both("Reden van beëindigen", "Reason of ending"), _of("ended_reason")),
)
SIGNATURE_HIDDEN: Sequence[Spec] = ((both("Naam van wie tekende", "Name of the signer"), _of("signed_by")),)

DUTY: Sequence[Spec] = (
    (both("Uiterlijk op", "Due on"), _of("due_on")),
    (both("Dagen respijt", "Days of grace"), _of("grace_days")),
    (both("Begonnen op", "Started on"), _of("starts_on")),
    (both("Niet meer gevraagd sinds", "No longer asked since"), _of("ends_on")),
    (both("Hoe dat komt", "How that came about"), _said("cause", wording.code)),
)

PLAN: Sequence[Spec] = (
    (TITLE, _of("title")),
    (both("Begint op", "Begins on"), _of("period_from")),
    (both("Eindigt op", "Ends on"), _of("period_to")),
    (both("Vastgesteld door", "Adopted by"), _of("adopted_by")),
    (both("Vastgesteld op", "Adopted on"), _of("adopted_on")),
    (both("Plan van deze organisatie sinds", "Plan of this organisation since"), _of("holds_from")),
    (both("Menskracht in fte", "Capacity in fte"), _of("capacity_fte")),
    (both("Budget in euro", "Budget in euros"), _of("budget_euro")),
    (both("Document", "Document"), _of("document_url")),
    (SOURCE, lambda one: one.source or both("de organisatie zelf", "the organisation itself")),
    (NOTE, _of("note")),
)
ACTIONS = both("Acties", "Actions")

CERTIFICATE: Sequence[Spec] = (
    (both("Handboek", "Handbook"), _of("handbook")),
    (both("Niveau", "Level"), _of("level")),
    (both("Trede", "Step"), _of("step")),
    (both("Houder", "Holder"), _of("holder")),
    (both("Gegeven door", "Certified by"), _of("certifier")),
    (both("Geldig vanaf", "Valid from"), _of("valid_from")),
    (both("Geldig tot en met", "Valid until"), _of("valid_until")),
    (SOURCE, _of("source")),
    (both("Ingetrokken", "Withdrawn"), _said("withdrawn", wording.yes_no)),
)

BUYER_GROUP: Sequence[Spec] = (
    (TITLE, _said("title", wording.text)),
    (both("Samenvatting", "Summary"), _said("summary", wording.text)),
    (
        both("Productgroep", "Product group"),
        lambda one: product_group_names().get(one.product_group, one.product_group),
    ),
    (both("Begeleider", "Facilitator"), _of("facilitator")),
    (both("Begonnen in", "Started in"), lambda one: one.started and str(one.started)),
    (both("Eindigt in", "Ends in"), lambda one: one.ends_year and str(one.ends_year)),
    (both("Marktvisie", "Market vision"), lambda one: wording.text((one.market_vision or {}).get("text"))),
    (both("Proeven", "Pilots"), _said("pilots", wording.texts)),
    (both("Gidsen", "Guides"), _said("guides", wording.texts)),
    (both("Bronnen", "Sources"), _said("sources", wording.texts)),
)

MEMBER: Sequence[Spec] = (
    (both("Doet mee sinds", "Takes part since"), _of("valid_from")),
    (both("Doet niet meer mee sinds", "No longer takes part since"), _of("valid_to")),
    (SOURCE, _of("source")),
    (both("Ingetrokken", "Withdrawn"), _said("withdrawn", wording.yes_no)),
)


def agreement(before: Any, after: Any) -> tuple[FieldChange, ...]:
    """Return what an agreement says otherwise: of a text and of a list only the lines that changed."""
    if before is None:
        return ()
    return tuple(FieldChange(one.label, _short(one.before), _short(one.after)) for one in differences(before, after))


def _short(lines: Mapping[str, tuple[str, ...]]) -> Value:
    said = {language: textwrap.shorten(" ".join(found), LONGEST, placeholder=" …") for language, found in lines.items()}
    return said if any(said.values()) else None


def plan(before: Any, after: Any) -> tuple[FieldChange, ...]:
    """Return what a plan says otherwise, by the comparing of the page that shows two versions side by side."""
    if before is None:
        return ()
    found = compare_plans(before, after)
    names = vocabulary().themes
    moved = [one for one in found.actions if one.kind != "same"]
    gone, came = (_actions(filter(None, side)) for side in ([one.old for one in moved], [one.new for one in moved]))
    actions = (FieldChange(ACTIONS, gone, came),) if moved else ()
    return (
        *changes(PLAN, before, after),
        *actions,
        *(
            FieldChange(names[one.theme].name, _ambition(one.old), _ambition(one.new))
            for one in found.ambitions
            if one.changed and one.theme in names
        ),
    )


def _actions(rows: Iterable[Any]) -> Value:
    return tuple(f"{one.title}{_details(one)}" for one in rows) or None


def _details(action: Any) -> str:
    days = " – ".join(f"{day.day}-{day.month}-{day.year}" for day in (action.starts_on, action.ready_by) if day)
    said = ", ".join(filter(None, [action.owner_function, days]))
    return f" ({said})" if said else ""


def _ambition(one: Any) -> Value:
    """Say an ambition: the level in the reader's language, then what its authority wrote and measures."""
    if one is None:
        return None
    goal = [_measured(one.target, one.unit, one.target_year), _measured(one.baseline, one.unit, one.baseline_year)]
    measured = [
        {language: f"{word[language]} {amount[language]}" for language in amount}
        for word, amount in zip((both("doel", "goal"), both("begin", "start")), goal, strict=True)
        if amount
    ]
    written = [text for text in (one.aim, one.indicator) if text]
    return (vocabulary().levels[one.level.value].name, *written, *measured)


def _measured(number: float | None, unit: str | None, year: int | None) -> Mapping[str, str]:
    if number is None:
        return {}
    said = f"{number:.10f}".rstrip("0").rstrip(".")
    ending = f"{'%' if unit == '%' else f' {unit}' if unit else ''}{f' in {year}' if year else ''}"
    return both(said.replace(".", ",") + ending, said + ending)
