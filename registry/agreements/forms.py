"""The form of an agreement: what was sent, what is wrong with it, and what two people both changed."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from common.comparing import Part, changed_fields
from common.joining import MINE, THEIRS, Difference, Joined, basis_of, digest, join, read_basis, write_basis
from common.vocabulary import vocabulary
from common.web.languages import format_day, text_in_language
from registry.agreements.comparing import LANGUAGES, period_words
from registry.agreements.content import LONGEST_SLUG, SLUG, AgreementContent, Problem, problems
from registry.agreements.draft_fields import (
    LISTS,
    ROW_FIELDS,
    ROWS,
    TEXTS,
    DraftFields,
    content_from,
    empty_row,
    fields_of,
    place_of,
)

MOST_ROWS: Final = 30
LONGEST_TITLE: Final = 300
_ROW_NUMBER = re.compile(r"verplichting-(\d{1,2})-soort")


@dataclass
class AgreementForm:
    """The form as it stands on the screen."""

    fields: DraftFields
    version: str = ""
    """The hidden field that says from which values the form was made (common/joining.py)."""
    errors: dict[str, str] = field(default_factory=dict)
    both: Sequence[Difference] = ()
    taken: Sequence[str] = ()
    """Labels of the fields that somebody else changed meanwhile, and that were taken over."""

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return the errors for the box above the form, in the order of the fields."""
        names = labels()
        return [(name, f"{_name(name, names)}: {words}") for name, words in self.errors.items()]


def fresh_form(fields: DraftFields) -> AgreementForm:
    """Return the form filled in with what is saved."""
    return AgreementForm(fields, write_basis(basis_of(fields.values)))


def typed_fields(values: "MultiDict[str, str]", files: list[dict[str, Any]]) -> DraftFields:
    """Return the fields as they were sent, with the row that a button adds or takes away."""
    numbers = sorted({int(found[1]) for name in values if (found := _ROW_NUMBER.fullmatch(name))})[:MOST_ROWS]
    gone = values.get("verplichting__weg", "")
    rows = [
        {name: _plain(values.get(f"verplichting-{number}-{name}", "")) for name in ROW_FIELDS}
        for number in numbers
        if str(number) != gone
    ]
    if "verplichting__erbij" in values and len(rows) < MOST_ROWS:
        rows.append(empty_row())
    texts = {name: _plain(values.get(name, "")) for name in TEXTS}
    known = {"themas": vocabulary().themes, "wie": vocabulary().kinds}
    lists = {name: [code for code in known[name] if code in values.getlist(name)] for name in LISTS}
    return DraftFields(texts, lists, rows, files)


def joined(values: "MultiDict[str, str]", typed: DraftFields, saved: DraftFields) -> tuple[Joined, AgreementForm]:
    """Join what was sent with what is saved; return that, and the form as it goes back to the screen."""
    basis = read_basis(values.get("version", ""))
    found = join(typed.values, saved.values, basis, _choices(values, saved))
    shown = {**found.values, **{name: typed.values[name] for name in found.both}}
    names = labels()
    both = [
        Difference(
            name, names[name], shown_value(name, typed.values[name]), shown_value(name, saved.values[name]),
            digest(saved.values[name]),
        )
        for name in found.both
    ]  # fmt: skip
    marks = {**found.basis, **{name: digest(found.values[name]) for name in found.taken}}
    form = AgreementForm(
        DraftFields.of_values(shown, saved.files), write_basis(marks), both=both, taken=[names[n] for n in found.taken]
    )
    return found, form


def _choices(values: "MultiDict[str, str]", saved: DraftFields) -> dict[str, str]:
    """Return what was chosen between two texts, where the saved one is still the one that was shown."""
    found = {}
    for name, value in saved.values.items():
        chosen = values.get(f"{name}__keuze")
        if chosen in {MINE, THEIRS} and values.get(f"{name}__gezien") == digest(value):
            found[name] = chosen
    return found


def check(
    fields: DraftFields, slug: str, others: Sequence[str], *, is_example: bool = False
) -> tuple[AgreementContent, dict[str, str]]:
    """Return what the fields say, and per field of the form what is wrong; empty when it can be published."""
    content, unread = content_from(fields, slug, is_example=is_example)
    wrong: dict[str, Problem] = dict(unread)
    for problem in problems(content, others):
        wrong.setdefault(place_of(problem.where), problem)
    order = list(labels())
    # The rows of one obligation keep their order; "verplichting-10-..." comes after "verplichting-9-...".
    ranked = sorted(wrong, key=lambda name: order.index(name) if name in order else order.index(ROWS))
    return content, {name: _(wrong[name].sentence, **wrong[name].values) for name in ranked}


def differences(before: AgreementContent | None, after: AgreementContent) -> list[tuple[str, list[Part]]]:
    """Return what changed between two versions, field by field, with what went and what came."""
    old, new = (_shown(fields_of(one)) if one else {} for one in (before, after))
    return changed_fields(old, new, labels())


def _shown(fields: DraftFields) -> dict[str, str]:
    files = "\n".join(f"{row['title']['nl']} ({row['name']})" for row in fields.files)
    return {**{name: shown_value(name, value) for name, value in fields.values.items()}, "bestanden": files}


def shown_value(name: str, value: Any) -> str:
    """Return the value of a field as words."""
    if name == ROWS:
        return "\n\n".join(_row_words(row) for row in value)
    if name in LISTS:
        terms = vocabulary().themes if name == "themas" else vocabulary().kinds
        return "\n".join(text_in_language(terms[code].name) for code in value if code in terms)
    if name == "ondertekening":
        return signing_words().get(value, "")
    return str(value)


def _row_words(row: Mapping[str, str]) -> str:
    names = row_labels()
    units = {"Y": _("jaar"), "M": _("maanden"), "D": _("dagen")}
    said = dict(row) | {"eenheid": units.get(row["eenheid"], ""), "soort": kind_words().get(row["soort"], "")}
    if not row["aantal"] or row["aantal"].startswith("P"):
        said["eenheid"] = ""
    with suppress(ValueError):  # what cannot be read is shown as it was typed
        said["maand"] = format_day(date(2001, int(row["maand"]), 1), "month_name")
    with suppress(ValueError):
        said["aantal"] = text_in_language({one: period_words(row["aantal"], one) for one in LANGUAGES})
    return "\n".join(f"{names[name]}: {said[name]}" for name in ROW_FIELDS if said[name].strip())


def address_error(slug: str, taken: bool) -> str:
    """Return what is wrong with the address of a new agreement; "" when nothing is."""
    if len(slug) > LONGEST_SLUG:
        return str(_("Schrijf hoogstens %(number)s tekens.", number=LONGEST_SLUG))
    if not SLUG.fullmatch(slug):
        return str(_("Gebruik alleen kleine letters, cijfers en streepjes, zoals manifest-2027."))
    return str(_("Dit adres is al in gebruik. Kies een ander.")) if taken or slug == "nieuw" else ""


def signing_words() -> dict[str, str]:
    """Return the states of signing, by code."""
    return {
        "not_yet": _("Nog niet open voor ondertekening"),
        "open": _("Open voor ondertekening"),
        "closed": _("Gesloten voor ondertekening"),
    }


def kind_words() -> dict[str, str]:
    """Return what can be asked, by code."""
    return {"action_plan": _("Actieplan"), "annual_report": _("Jaarlijkse rapportage")}


def row_labels() -> dict[str, str]:
    """Return the labels of an obligation's fields."""
    return {
        "naam": _("Korte naam"), "soort": _("Wat wordt gevraagd?"),
        "aantal": _("Binnen hoeveel tijd na ondertekening?"),
        "eenheid": _("Jaren, maanden of dagen"), "dag": _("Elk jaar uiterlijk op dag"), "maand": _("Maand"),
        "respijt": _("Dagen respijt"), "tekst_nl": _("Tekst in het Nederlands"), "tekst_en": _("Tekst in het Engels"),
        "bron": _("Adres van de bron"),
    }  # fmt: skip


def labels() -> dict[str, str]:
    """Return the label of each field, in the order of the page."""
    return {
        "titel_nl": _("Titel in het Nederlands"), "titel_en": _("Titel in het Engels"),
        "kort_nl": _("Korte titel in het Nederlands"), "kort_en": _("Korte titel in het Engels"),
        "samenvatting_nl": _("Samenvatting in het Nederlands"), "samenvatting_en": _("Samenvatting in het Engels"),
        "tekst_nl": _("Tekst in het Nederlands"), "tekst_en": _("Tekst in het Engels"),
        "van": _("Eerste dag van de periode"), "tot": _("Laatste dag van de periode"), "themas": _("Thema's"),
        "voorganger": _("Voorganger"), ROWS: _("Verplichtingen"), "volgen": _("Volgt dit register wie op tijd is?"),
        "volgnoot_nl": _("Uitleg over het volgen, in het Nederlands"),
        "volgnoot_en": _("Uitleg over het volgen, in het Engels"),
        "ondertekening": _("Ondertekening"), "wie": _("Wie mag ondertekenen?"),
        "gevraagd_nl": _("Wat vragen wij van wie ondertekent? In het Nederlands"),
        "gevraagd_en": _("Wat vragen wij van wie ondertekent? In het Engels"),
        "documenten": _("Documenten op een andere site"), "bestanden": _("Geplaatste documenten"),
        "bronnen": _("Bronnen"), "aantallen": _("Aantallen volgens bronnen"), "onbekend": _("Wat wij niet weten"),
    }  # fmt: skip


def _name(name: str, names: Mapping[str, str]) -> str:
    row = re.fullmatch(r"verplichting-(\d+)-(\w+)", name)
    if not row:
        return names[name]
    return f"{_('Verplichting %(number)s', number=int(row[1]) + 1)}, {row_labels()[row[2]]}"


def _plain(value: str) -> str:
    """Return what was typed with one sign at the end of a line, however it was sent."""
    return value.replace("\r\n", "\n")
