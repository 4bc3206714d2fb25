"""The form of a certificate: what was typed, what is wrong with it, and what it says when nothing is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from common.typed import read_day, wrong_day
from registry.certificates.content import CertificateFacts
from registry.certificates.keeping import LONGEST_REASON
from registry.certificates.scales import BY_LEVEL, BY_STEP, HANDBOOKS, LEVELS, STEPS, UNSAID, Wrong, wrong_with

FIELDS = (
    "handboek", "niveau", "trede", "houder", "certificeerder", "geldig_van", "geldig_tot", "bestand", "bron", "reden",
)  # fmt: skip
"""The fields in the order in which they stand on the page."""
TEXTS = (*(name for name in FIELDS if name != "bestand"), "versie", "document")
LONGEST = {"houder": 200, "certificeerder": 200, "bron": 500, "reden": LONGEST_REASON}


@dataclass
class CertificateForm:
    """One sending of the form; `texts` is what was typed."""

    texts: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    facts: CertificateFacts | None = None
    """What it says; None while something is wrong."""

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return the errors in the order of the fields."""
        return [(name, self.errors[name]) for name in FIELDS if name in self.errors]

    def refuse(self, name: str, sentence: str) -> None:
        """Say what is wrong at a field; then it says nothing any more."""
        self.errors[name], self.facts = sentence, None

    @property
    def asks_level(self) -> bool:
        """Whether the form asks the niveau: always but for a handbook that has none."""
        return self.texts.get("handboek") not in BY_STEP or bool(self.texts.get("niveau"))

    @property
    def asks_step(self) -> bool:
        """Whether the form asks the trede."""
        return self.texts.get("handboek") not in (*BY_LEVEL, UNSAID) or bool(self.texts.get("trede"))

    @property
    def base(self) -> int:
        """Return the version that the form was filled in from."""
        written = self.texts.get("versie", "")
        return int(written) if written.isascii() and written.isdigit() and len(written) < 9 else 0


def empty_form(holder: str) -> CertificateForm:
    """Return the form of a new certificate: most authorities hold it under their own name."""
    return CertificateForm({"houder": holder})


def form_of(facts: CertificateFacts, number: int) -> CertificateForm:
    """Return the form filled in with what a version says."""
    texts = {
        "handboek": facts.handbook,
        "niveau": str(facts.level or ""),
        "trede": str(facts.step or ""),
        "houder": facts.holder,
        "certificeerder": facts.certifier or "",
        "geldig_van": facts.valid_from.isoformat() if facts.valid_from else "",
        "geldig_tot": facts.valid_until.isoformat() if facts.valid_until else "",
        "bron": facts.source or "",
        "versie": str(number),
    }
    return CertificateForm(texts, facts=facts)


def checked_form(texts: Mapping[str, str], old: CertificateFacts | None) -> CertificateForm:
    """Return the form with an error at each field that is wrong. `old` is what the certificate says now, if any."""
    form = CertificateForm(texts)
    level, step = _number(form, "niveau", LEVELS), _number(form, "trede", STEPS)
    _scale(form, level, step, old)
    if not texts["houder"]:
        form.errors["houder"] = _("Vul in op wiens naam het certificaat staat.")
    begins, ends = _day(form, "geldig_van"), _day(form, "geldig_tot")
    if not texts["geldig_tot"] and (old is None or old.valid_until is not None):
        form.errors["geldig_tot"] = _(
            "Vul de laatste dag in waarop het certificaat geldt. Die staat op het certificaat."
        )
    if begins and ends and ends < begins:
        form.errors["geldig_tot"] = _("De laatste dag ligt vóór de eerste dag. Controleer beide dagen.")
    if old and not texts["reden"]:
        form.errors["reden"] = _("Schrijf in een zin waarom u dit wijzigt. Iedereen kan dat lezen.")
    for name, most in LONGEST.items():
        if len(texts[name]) > most:
            form.errors[name] = _("Gebruik hoogstens %(num)s tekens.", num=most)
    if not form.errors:
        form.facts = CertificateFacts(
            texts["handboek"], level, step, texts["houder"], texts["certificeerder"] or None, begins, ends,
            texts["bron"] or None,
            # The day of a public source goes with that source.
            old.source_on if old and old.source == (texts["bron"] or None) else None,
            old.document_id if old and texts["document"] != "weg" else None,
        )  # fmt: skip
    return form


def _scale(form: CertificateForm, level: int | None, step: int | None, old: CertificateFacts | None) -> None:
    handbook = form.texts["handboek"]
    if handbook not in HANDBOOKS and not (old and old.handbook == handbook == UNSAID):
        form.errors["handboek"] = _("Kies volgens welk handboek het certificaat is gegeven.")
        return
    wrong = wrong_with(handbook, level, step)
    if wrong is None or {"niveau", "trede"} & set(form.errors):
        return
    name, sentence = {
        Wrong.LEVEL_MISSING: ("niveau", _("Kies het niveau, van 1 tot en met 5.")),
        Wrong.STEP_MISSING: ("trede", _("Kies de trede, van 1 tot en met 3.")),
        Wrong.LEVEL_WITH_STEPS: ("niveau", _("Handboek 4.0 heeft geen niveaus. Maak dit leeg en kies een trede.")),
        Wrong.STEP_WITH_LEVELS: ("trede", _("Handboek 3 heeft geen treden. Maak dit leeg en kies een niveau.")),
    }[wrong]
    form.errors[name] = sentence


def _number(form: CertificateForm, name: str, allowed: range) -> int | None:
    text = form.texts[name]
    if text in {str(one) for one in allowed}:
        return int(text)
    if text:
        form.errors[name] = _("Kies uit de lijst.")
    return None


def _day(form: CertificateForm, name: str) -> date | None:
    text = form.texts[name]
    day = read_day(text) if text else None
    if text and day is None:
        form.errors[name] = _(wrong_day(text))
    return day
