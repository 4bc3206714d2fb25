"""What differs between two versions of a noun: the fields that a reader sees, in the order of its page. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from common.vocabulary import Text, product_group_names, vocabulary
from registry.changes import wording
from registry.changes.wanted import FieldChange, Value, both
from registry.plans.models import PlanVersion

Getter = Callable[[Any], Value]
Spec = tuple[Text, Getter]


def changes(specs: Iterable[Spec], before: Any, after: Any, hidden: Iterable[Spec] = ()) -> tuple[FieldChange, ...]:
    """Return the fields that differ; of `hidden` only that they do. Without a version before there are none."""
    if before is None or after is None:
        return ()
    found = [FieldChange(label, said(before), said(after)) for label, said in specs if said(before) != said(after)]
    return (*found, *(FieldChange(label, None, None, True) for label, said in hidden if said(before) != said(after)))


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

AGREEMENT: Sequence[Spec] = (
    (TITLE, _said("title", wording.text)),
    (both("Korte titel", "Short title"), _said("short_title", wording.text)),
    (both("Samenvatting", "Summary"), _said("summary", wording.text)),
    (both("Begint op", "Begins on"), _of("period_from")),
    (both("Eindigt op", "Ends on"), _of("period_to")),
    (both("Thema's", "Themes"), _said("themes", wording.themes)),
    (both("Wat zij vraagt", "What it asks"), lambda one: obligations(one)),
    (both("Voorganger", "Predecessor"), _of("predecessor_slug")),
    (both("Dit register volgt haar", "Followed by this register"), _said("followed", wording.yes_no)),
    (both("Over het volgen", "About following"), _said("followed_note", wording.text)),
    (both("Ondertekenen op deze site", "Signing on this site"), _said("signing", wording.code)),
    (both("Wie mag ondertekenen", "Who may sign"), _said("may_sign", wording.kinds)),
    (both("Gevraagd van wie ondertekent", "Asked of the signer"), _said("asked_of_signer", wording.text)),
    (both("Bronnen", "Sources"), _said("sources", wording.texts)),
    (both("Documenten", "Documents"), _said("documents", wording.texts)),
)  # fmt: skip
AGREEMENT_HIDDEN: Sequence[Spec] = (
    (both("Tekst", "Text"), _said("body_html", wording.text)),
    (both("Aantallen volgens bronnen", "Numbers by source"), _said("counts", lambda rows: str(rows))),
    (both("Wat wij niet weten", "What we do not know"), _said("unknowns", wording.texts)),
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
    (both("Waardoor", "Because"), _said("cause", wording.code)),
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
    (SOURCE, _of("source")),
    (NOTE, _of("note")),
    (both("Acties", "Actions"), lambda one: tuple(row.title for row in sorted(one.actions, key=lambda a: a.position))),
)

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


def obligations(version: Any) -> Value:
    """Say what an agreement asks: each text with its term and days of grace."""
    rows = sorted(version.obligations, key=lambda one: one.code)
    return tuple(
        {
            language: f"{words} ({', '.join(filter(None, [one.within, one.yearly_by, f'{one.grace_days} {days}']))})"
            for language, words, days in (
                ("nl", one.text.get("nl", ""), "dagen respijt"),
                ("en", one.text.get("en", ""), "days of grace"),
            )
        }
        for one in rows
    )


def ambitions(before: PlanVersion | None, after: PlanVersion) -> tuple[FieldChange, ...]:
    """Return the themes of which the ambition changed, each by its name."""
    if before is None:
        return ()
    old, new = _by_theme(before), _by_theme(after)
    return tuple(
        FieldChange(term.name, old.get(code), new.get(code))
        for code, term in vocabulary().themes.items()
        if old.get(code) != new.get(code)
    )


def _by_theme(version: PlanVersion) -> Mapping[str, Value]:
    levels = vocabulary().levels
    found: dict[str, Value] = {}
    for one in version.ambitions:
        goal = f"; {one.target:g}{one.unit or ''} in {one.target_year or '?'}" if one.target is not None else ""
        found[one.theme] = {
            language: f"{word}: {one.aim}{goal}" for language, word in levels[one.level.value].name.items()
        }
    return found
