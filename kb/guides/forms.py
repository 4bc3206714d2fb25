"""The form of a guide: what was typed, what is wrong with it, and what it says when nothing is."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from common.markdown_bounds import too_much_of
from common.typed import clean_text
from common.vocabulary import product_group_names, vocabulary
from kb.guides.fields import (
    LONGEST_NOTE,
    LONGEST_SLUG,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    RESERVED,
    SLUG,
    WEB_ADDRESS,
    GuideFields,
    Source,
    in_order,
    proposed_address,
    too_long,
)

LANGUAGES = ("nl", "en")
LISTS = ("themas", "productgroepen", "verwant")
ORDER = (
    "titel", "adres", "samenvatting", "tekst", "bronnen", "soort", "niveau", "taal", "vertaling", "themas",
    "productgroepen", "verwant", "verwant_erbij", "beheer", "nagekeken", "opnieuw", "toelichting",
)  # fmt: skip
"""The fields in the order in which they stand on the page."""
TEXTS = tuple(name for name in ORDER if name not in LISTS)
FIELDS = {
    "title": "titel", "summary": "samenvatting", "body": "tekst", "sources": "bronnen", "kind": "soort",
    "level": "niveau", "language": "taal", "themes": "themas", "product_groups": "productgroepen",
    "related": "verwant", "owner": "beheer", "reviewed_on": "nagekeken", "review_due_on": "opnieuw",
    "reviewed_by": "nagekeken",
}  # fmt: skip
"""Which field of the form holds which field of a guide."""


@dataclass
class GuideForm:
    """One sending of the form. `texts` and `lists` are exactly what was typed."""

    texts: dict[str, str]
    lists: dict[str, list[str]]
    base: int = 0
    errors: dict[str, str] = field(default_factory=dict)
    fields: GuideFields | None = None

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return the errors in the order of the fields."""
        return [(name, self.errors[name]) for name in ORDER if name in self.errors]

    @property
    def note(self) -> str:
        """Return the note on what changed."""
        return self.texts.get("toelichting", "").strip()


def typed_form(values: MultiDict[str, str]) -> GuideForm:
    """Return the form as it was typed, without looking at whether it is right."""
    base = values.get("versie", "")
    return GuideForm(
        texts={name: clean_text(values.get(name, "")) for name in TEXTS},
        lists={name: values.getlist(name) for name in LISTS},
        base=int(base) if base.isascii() and base.isdigit() and len(base) < 9 else 0,
    )


def form_of(fields: GuideFields, base: int, translation: str = "") -> GuideForm:
    """Return the form filled in with what a revision says; `translation` is the Dutch guide that it translates."""
    return GuideForm(
        texts={
            "titel": fields.title,
            "samenvatting": fields.summary,
            "soort": fields.kind,
            "niveau": fields.level,
            "taal": fields.language,
            "vertaling": translation,
            "beheer": fields.owner,
            "nagekeken": fields.reviewed_on.isoformat() if fields.reviewed_on else "",
            "opnieuw": fields.review_due_on.isoformat() if fields.review_due_on else "",
            "bronnen": "\n".join(f"{source.title} | {source.url}" for source in fields.sources),
            "tekst": fields.body,
        },
        lists={
            "themas": list(fields.themes),
            "productgroepen": list(fields.product_groups),
            "verwant": list(fields.related),
        },
        base=base,
        fields=fields,
    )


def is_same(one: GuideForm, other: GuideForm) -> bool:
    """Say whether two forms hold the same, but for the white space at the end of a field."""
    return all(one.texts.get(name, "").rstrip() == other.texts.get(name, "").rstrip() for name in TEXTS) and all(
        set(one.lists[name]) == set(other.lists[name]) for name in LISTS
    )


def named_guides(form: GuideForm) -> list[str]:
    """Return the addresses of all guides that a form names, as typed: only those are looked up."""
    return [*form.lists["verwant"], *_addresses(form.texts["verwant_erbij"]), *_addresses(form.texts["vertaling"])]


def _addresses(typed: str) -> list[str]:
    """Return the addresses of guides in a line: words, or links to their pages."""
    words = (re.split(r"[#?]", word)[0].rstrip("/").rpartition("/")[2] for word in re.split(r"[\s,;]+", typed))
    return [word for word in words if word]


def wanted_address(form: GuideForm) -> str:
    """Return the address of a new guide: as typed, or as its title proposes."""
    return form.texts["adres"].strip() or proposed_address(form.texts["titel"])


def checked_form(values: MultiDict[str, str], known: Mapping[str, str], *, taken: bool | None = None) -> GuideForm:
    """Return the form with an error at each field that is wrong, or with the fields it says.

    `known` gives the present address of each guide that the form names (`named_guides`). `taken` says of a new guide
    whether another has or had its address.
    """
    form = typed_form(values)
    check = _Check(form)
    if taken is not None:
        check.address(taken)
    title = check.text("titel", _("Vul een titel in."), LONGEST_TITLE)
    summary = check.text("samenvatting", _("Vul een samenvatting in."), LONGEST_SUMMARY)
    body = check.body()
    sources = check.sources()
    if len(form.note) > LONGEST_NOTE:
        form.errors["toelichting"] = _("Gebruik hoogstens %(num)s tekens.", num=LONGEST_NOTE)
    words = vocabulary()
    said = GuideFields(
        title=title,
        summary=summary,
        kind=check.one_of("soort", words.guide_kinds, _("Kies een soort.")),
        themes=check.some_of("themas", words.themes),
        product_groups=check.some_of("productgroepen", product_group_names()),
        level=check.one_of("niveau", words.guide_levels, _("Kies een niveau.")),
        owner=check.one_of("beheer", words.roles, _("Kies wie de gids beheert.")),
        reviewed_on=check.day("nagekeken"),
        review_due_on=check.day("opnieuw"),
        related=check.related(known),
        sources=sources,
        body=body,
        language=check.one_of("taal", LANGUAGES, _("Kies een taal.")),
    )
    check.translation(known, said.language)
    if not in_order(said.reviewed_on, said.review_due_on):
        form.errors["opnieuw"] = _("Kies een dag na de dag waarop de gids is nagekeken.")
    form.fields = None if form.errors else said
    return form


def too_many_words(sign: str) -> str:
    """Say to the author which sign occurs so often that the text cannot be shown with its headings and lists."""
    words: str = _(
        "“%(sign)s” staat te vaak in de tekst. Daardoor kunnen wij de gids niet opmaken. Gebruik het minder vaak, of"
        " maak er twee gidsen van.",
        sign=sign,
    )
    return words


@dataclass
class _Check:
    form: GuideForm

    def text(self, name: str, missing: str, longest: int) -> str:
        value = " ".join(self.form.texts[name].split())
        if not value:
            self.form.errors[name] = missing
        elif len(value) > longest:
            self.form.errors[name] = _("Gebruik hoogstens %(num)s tekens.", num=longest)
        return value

    def address(self, taken: bool) -> None:
        value = self.form.texts["adres"] = wanted_address(self.form)
        if not SLUG.match(value) or len(value) > LONGEST_SLUG:
            self.form.errors["adres"] = _(
                "Gebruik alleen kleine letters, cijfers en streepjes, zoals actieplan-schrijven."
            )
        elif taken or value in RESERVED:
            self.form.errors["adres"] = _("Dit adres is al in gebruik. Kies een ander.")

    def related(self, known: Mapping[str, str]) -> tuple[str, ...]:
        """Return the related guides: what was ticked as it stood there, what was typed by its present."""
        values = self.some_of("verwant", known)
        typed = _addresses(self.form.texts["verwant_erbij"])
        unknown = [slug for slug in typed if slug not in known]
        if unknown:
            self.form.errors["verwant_erbij"] = _("Wij kennen geen gids met dit adres: %(names)s.", names=unknown[0])
            return values
        present = {known.get(slug, slug) for slug in values}
        return (*values, *dict.fromkeys(known[slug] for slug in typed if known[slug] not in present))

    def translation(self, known: Mapping[str, str], language: str) -> None:
        typed = self.form.texts["vertaling"].strip()
        slugs = _addresses(typed)
        if not slugs:
            return
        if language != "en":
            self.form.errors["vertaling"] = _("Alleen een Engelse gids is de vertaling van een Nederlandse.")
        elif len(slugs) > 1 or slugs[0] not in known:
            self.form.errors["vertaling"] = _("Wij kennen geen gids met dit adres: %(names)s.", names=slugs[0])
        else:
            self.form.texts["vertaling"] = known[slugs[0]]

    def body(self) -> str:
        value = self.form.texts["tekst"]
        if not value.strip():
            self.form.errors["tekst"] = _("Vul de tekst van de gids in.")
        elif too_long(value):
            self.form.errors["tekst"] = _(
                "De tekst is langer dan 200.000 tekens. Maak er twee gidsen van. Uw tekst staat hieronder nog."
            )
        elif sign := too_much_of(value):
            self.form.errors["tekst"] = too_many_words(sign)
        return value.strip() + "\n"

    def sources(self) -> tuple[Source, ...]:
        found = []
        for number, line in enumerate(self.form.texts["bronnen"].splitlines(), 1):
            if not line.strip():
                continue
            title, _bar, url = (part.strip() for part in line.rpartition("|"))
            if not title or not WEB_ADDRESS.match(url):
                self.form.errors["bronnen"] = _(
                    "Regel %(num)s klopt niet. Schrijf: titel, een rechte streep |, en een adres dat begint met https://.",
                    num=number,
                )
                continue
            found.append(Source(title, url))
        return tuple(found)

    def one_of(self, name: str, known: Collection[str], missing: str) -> str:
        value = self.form.texts[name]
        if value not in known:
            self.form.errors[name] = missing
        return value

    def some_of(self, name: str, known: Collection[str]) -> tuple[str, ...]:
        values = tuple(dict.fromkeys(self.form.lists[name]))
        if any(value not in known for value in values):
            self.form.errors[name] = _("Kies uit de lijst.")
        return values

    def day(self, name: str) -> date | None:
        value = self.form.texts[name].strip()
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self.form.errors[name] = _("Schrijf de dag als jaar-maand-dag, zoals 2026-11-21.")
            return None


def labels() -> dict[str, str]:
    """Return the name of each field that a revision keeps."""
    return {
        "titel": _("Titel"),
        "samenvatting": _("Samenvatting"),
        "tekst": _("Tekst"),
        "bronnen": _("Bronnen"),
        "soort": _("Soort"),
        "niveau": _("Niveau"),
        "taal": _("Taal"),
        "themas": _("Thema's"),
        "productgroepen": _("Productgroepen"),
        "beheer": _("Beheer"),
        "nagekeken": _("Nagekeken op"),
        "opnieuw": _("Opnieuw nakijken op"),
        "verwant": _("Verwante gidsen"),
    }
