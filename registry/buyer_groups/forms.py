"""The form of a buyer group: what was typed, what is wrong with it, and what it says when nothing is."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from common.typed import is_web_address, read_day, wrong_day
from common.vocabulary import product_group_names
from registry.buyer_groups.content import GroupFacts
from registry.buyer_groups.keeping import LONGEST_REASON

SLUG = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
TAKEN = {"nieuw"}
FIELDS = (
    "titel", "titel_en", "adres", "samenvatting", "samenvatting_en", "productgroep", "begeleider", "begin", "einde",
    "visie", "visie_en", "visie_link", "visie_dag", "bestand", "bronnen", "reden",
)  # fmt: skip
"""The single fields in the order in which they stand on the page."""
TEXTS = (*(name for name in FIELDS if name != "bestand"), "versie", "document")
PILOT = ("titel", "tekst", "organisatie", "jaar", "link")
LONGEST = {
    "titel": 200, "titel_en": 200, "samenvatting": 1000, "samenvatting_en": 1000, "begeleider": 200, "visie": 10_000,
    "visie_en": 10_000, "visie_link": 500, "reden": LONGEST_REASON,
}  # fmt: skip
MOST_PILOTS = 30


@dataclass
class GroupForm:
    """One sending of the form; all fields are exactly what was typed."""

    texts: Mapping[str, str]
    guides: Sequence[str] = ()
    pilots: list[dict[str, str]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    facts: GroupFacts | None = None

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return the errors in the order of the form."""
        order = [*FIELDS[:-2], *(pilot_field(n, name) for n in range(len(self.pilots)) for name in PILOT), *FIELDS[-2:]]
        return [(name, self.errors[name]) for name in order if name in self.errors]

    @property
    def base(self) -> int:
        """Return the version that the form was filled in from."""
        written = self.texts.get("versie", "")
        return int(written) if written.isascii() and written.isdigit() and len(written) < 9 else 0


def pilot_field(number: int, name: str) -> str:
    """Return the name of a field of one pilot."""
    return f"pilot-{number}-{name}"


def typed_form(values: MultiDict[str, str]) -> GroupForm:
    """Return the form as it was typed; a button of the pilots adds an empty one or takes one away."""
    rows = []
    for number in range(MOST_PILOTS):
        if pilot_field(number, "titel") not in values:
            break
        rows.append({name: _clean(values.get(pilot_field(number, name), "")) for name in PILOT})
    if "pilot__erbij" in values and len(rows) < MOST_PILOTS:
        rows.append(dict.fromkeys(PILOT, ""))
    gone = values.get("pilot__weg", "")
    if gone in {str(number) for number in range(len(rows))}:
        del rows[int(gone)]
    return GroupForm({name: _clean(values.get(name, "")) for name in TEXTS}, values.getlist("gidsen"), rows)


def changes_rows(values: MultiDict[str, str]) -> bool:
    """Say whether the form was sent by a button that adds or takes away a pilot: nothing is saved then."""
    return "pilot__erbij" in values or "pilot__weg" in values


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def form_of(facts: GroupFacts, number: int) -> GroupForm:
    """Return the form filled in with what a version says."""
    vision = facts.market_vision
    texts = {
        "titel": facts.title.get("nl") or "",
        "titel_en": facts.title.get("en") or "",
        "samenvatting": facts.summary.get("nl") or "",
        "samenvatting_en": facts.summary.get("en") or "",
        "productgroep": facts.product_group or "",
        "begeleider": facts.facilitator or "",
        "begin": str(facts.started or ""),
        "einde": str(facts.ends_year or ""),
        "visie": vision.get("text", {}).get("nl") or "",
        "visie_en": vision.get("text", {}).get("en") or "",
        "visie_link": vision.get("url") or "",
        "visie_dag": vision.get("adopted_on") or "",
        "bronnen": "\n".join(f"{source['title']} | {source['url']}" for source in facts.sources),
        "versie": str(number),
    }
    pilots = [
        {"titel": one["title"], "tekst": one.get("text") or "", "organisatie": one.get("authority") or "",
         "jaar": str(one.get("year") or ""), "link": one.get("url") or ""}
        for one in facts.pilots
    ]  # fmt: skip
    return GroupForm(texts, list(facts.guides), pilots, facts=facts)


@dataclass(frozen=True)
class Known:
    """What the form may name: addresses that are taken (None: the address is not asked), guides and authorities."""

    taken: Collection[str] | None
    guides: Collection[str]
    authorities: Collection[str]
    needs_source: bool = True


def checked_form(form: GroupForm, known: Known, old: GroupFacts | None) -> GroupForm:
    """Put an error at each field that is wrong, or else the facts that the form says."""
    check = _Check(form)
    check.lengths()
    title, summary = (
        check.words("titel", _("Vul een titel in.")),
        check.words("samenvatting", _("Vul een samenvatting in.")),
    )
    if known.taken is not None:
        check.address(known.taken)
    if form.texts["productgroep"] and form.texts["productgroep"] not in product_group_names():
        form.errors["productgroep"] = _("Kies uit de lijst.")
    begins, ends = check.year("begin"), check.year("einde")
    if begins and ends and ends < begins:
        form.errors["einde"] = _("Het laatste jaar ligt vóór het eerste jaar.")
    vision, pilots, sources = check.vision(old), check.pilots(known.authorities), check.sources(known.needs_source)
    if old and not form.texts["reden"]:
        form.errors["reden"] = _("Schrijf in een zin waarom u dit wijzigt. Iedereen kan dat lezen.")
    if not form.errors:
        guides = [slug for slug in dict.fromkeys(form.guides) if slug in known.guides]
        form.facts = GroupFacts(
            title, summary, form.texts["productgroep"] or None, form.texts["begeleider"] or None, begins, ends,
            vision, pilots, guides, sources,
        )  # fmt: skip
    return form


@dataclass
class _Check:
    form: GroupForm

    def lengths(self) -> None:
        for name, most in LONGEST.items():
            if len(self.form.texts[name]) > most:
                self.form.errors[name] = _("Gebruik hoogstens %(num)s tekens.", num=most)

    def words(self, name: str, missing: str) -> dict[str, str]:
        dutch, english = self.form.texts[name], self.form.texts[f"{name}_en"]
        if not dutch:
            self.form.errors[name] = missing
        return {"nl": dutch, **({"en": english} if english else {})}

    def address(self, taken: Collection[str]) -> None:
        value = self.form.texts["adres"]
        if not SLUG.match(value) or len(value) > 120:
            self.form.errors["adres"] = _("Gebruik alleen kleine letters, cijfers en streepjes, zoals duurzame-ict.")
        elif value in taken or value in TAKEN:
            self.form.errors["adres"] = _("Dit adres is al in gebruik. Kies een ander.")

    def year(self, name: str) -> int | None:
        text = self._text(name)
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and 2000 <= int(text[:9]) <= 2100):
            self.form.errors[name] = _("Schrijf een jaar, zoals 2026.")
            return None
        return int(text)

    def vision(self, old: GroupFacts | None) -> dict[str, Any]:
        said: dict[str, Any] = {}
        dutch, english = self.form.texts["visie"], self.form.texts["visie_en"]
        if dutch or english:
            said["text"] = {"nl": dutch, **({"en": english} if english else {})}
        if link := self.link("visie_link"):
            said["url"] = link
        if written := self.form.texts["visie_dag"]:
            day = read_day(written)
            if day is None:
                self.form.errors["visie_dag"] = _(wrong_day(written))
            else:
                said["adopted_on"] = day.isoformat()
        if old and old.market_vision.get("document") and self.form.texts["document"] != "weg":
            said["document"] = old.market_vision["document"]
        return said

    def pilots(self, authorities: Collection[str]) -> list[dict[str, Any]]:
        found = []
        for number, row in enumerate(self.form.pilots):
            if not any(row.values()):
                continue
            if not row["titel"]:
                self.form.errors[pilot_field(number, "titel")] = _("Geef de pilot een naam.")
            for name, most in {"titel": 200, "tekst": 2000}.items():
                if len(row[name]) > most:
                    self.form.errors[pilot_field(number, name)] = _("Gebruik hoogstens %(num)s tekens.", num=most)
            if row["organisatie"] and row["organisatie"] not in authorities:
                self.form.errors[pilot_field(number, "organisatie")] = _("Kies uit de lijst.")
            year, link = self.year(pilot_field(number, "jaar")), self.link(pilot_field(number, "link"))
            said = {
                "title": row["titel"],
                "text": row["tekst"],
                "authority": row["organisatie"],
                "year": year,
                "url": link,
            }
            found.append({name: value or None for name, value in said.items()})
        return found

    def link(self, name: str) -> str | None:
        text = self._text(name)
        if text and not is_link(text):
            self.form.errors[name] = _("Schrijf het hele adres, dat begint met https://.")
        return text or None

    def sources(self, needed: bool) -> list[dict[str, str]]:
        found = []
        for number, line in enumerate(self.form.texts["bronnen"].splitlines(), 1):
            title, _bar, url = (part.strip() for part in line.rpartition("|"))
            if line.strip() and not (title and is_link(url)):
                self.form.errors["bronnen"] = _(
                    "Regel %(num)s klopt niet. Schrijf: titel, een rechte streep |, en een adres dat begint met https://.",
                    num=number,
                )
            elif line.strip():
                found.append({"title": title, "url": url})
        if needed and not found and "bronnen" not in self.form.errors:
            self.form.errors["bronnen"] = _("Noem minstens één bron. Zonder bron staat hier niets.")
        return found

    def _text(self, name: str) -> str:
        if name.startswith("pilot-"):
            _pilot, number, part = name.split("-")
            return self.form.pilots[int(number)][part]
        return self.form.texts[name]


def is_link(text: str) -> bool:
    """Say whether this is a whole web address, and not too long to keep."""
    return is_web_address(text) and len(text) <= 500
