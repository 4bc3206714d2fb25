"""The forms of staff about one authority: adding it, changing it from a day, ending it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from common.typed import read_day
from common.vocabulary import vocabulary
from registry.authorities import changing
from registry.authorities.models import AuthorityVersion

LONGEST = {"naam": 200, "afkorting": 32, "bron": 500, "reden": 1000, "code": 32}
FIELDS = (
    "code",
    "naam",
    "soort",
    "provincie",
    "afkorting",
    "vanaf",
    "laatste_dag",
    "bron",
    "reden",
    "voorbeeld",
    "toch",
)
"""The fields in the order in which they stand on the page."""


@dataclass
class AuthorityForm:
    """One sending of a form; `texts` is what was typed."""

    texts: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return the errors in the order of the fields."""
        return [(name, self.errors[name]) for name in FIELDS if name in self.errors]

    def day(self, name: str) -> date | None:
        """Return the day that was typed, None where there is none; what is no day becomes an error."""
        text = self.texts.get(name, "")
        found = read_day(text) if text else None
        if text and found is None:
            self.errors[name] = _("Schrijf een dag als 31-01-2026.")
        return found

    @property
    def facts(self) -> dict[str, Any]:
        """Return what the form says of kind, province, abbreviation and source."""
        return {
            "kind": self.texts["soort"],
            "province": self.texts["provincie"] or None,
            "abbreviation": self.texts["afkorting"] or None,
            "source": self.texts["bron"],
        }


def read_form(sent: Mapping[str, str]) -> AuthorityForm:
    """Return a form as it was sent, with single spaces and without control characters."""
    return AuthorityForm({name: _tidy(sent.get(name, "")) for name in FIELDS})


def _tidy(text: str) -> str:
    return " ".join("".join(char for char in text if char.isprintable() or char.isspace()).split())


def form_of(version: AuthorityVersion) -> AuthorityForm:
    """Return the form filled in with what a version says; the reason is always typed anew."""
    return AuthorityForm(
        {
            "naam": version.name,
            "soort": version.kind,
            "provincie": version.province or "",
            "afkorting": version.abbreviation or "",
            "bron": version.source,
        }
    )


def check_facts(form: AuthorityForm) -> None:
    """Note what is wrong with name, kind, province, source and reason."""
    words = vocabulary()
    if not form.texts["naam"]:
        form.errors["naam"] = _("Schrijf de naam van de organisatie.")
    if form.texts["soort"] not in words.kinds:
        form.errors["soort"] = _("Kies een soort.")
    if form.texts["provincie"] and form.texts["provincie"] not in words.provinces:
        form.errors["provincie"] = _("Kies een provincie.")
    if not form.texts["bron"].startswith(("https://", "http://")):
        form.errors["bron"] = _("Noem het webadres waar dit staat. Het begint met https://.")
    check_reason(form)
    for name, most in LONGEST.items():
        if len(form.texts[name]) > most:
            form.errors[name] = _("Gebruik hoogstens %(num)s tekens.", num=most)


def check_reason(form: AuthorityForm) -> None:
    """Note a reason that is not there, or too long."""
    if not form.texts["reden"]:
        form.errors["reden"] = _("Schrijf waarom. Iedereen kan dit lezen.")
    if len(form.texts["reden"]) > LONGEST["reden"]:
        form.errors["reden"] = _("Gebruik hoogstens %(num)s tekens.", num=LONGEST["reden"])


def check_code(form: AuthorityForm) -> None:
    """Note a code that is none: letters and digits, as in TOOI."""
    code = form.texts["code"]
    if not (code.isascii() and code.isalnum() and code[:2].isalpha() and code == code.lower()):
        form.errors["code"] = _("Schrijf de code van TOOI in kleine letters, zoals gm0344.")


def check_name(form: AuthorityForm, taken_by: str) -> None:
    """Note that another authority has this name (`taken_by` is its code), until it was said that this is meant."""
    if taken_by and not form.texts["toch"]:
        form.errors["toch"] = _("Er is al een organisatie met deze naam, met code %(code)s.", code=taken_by)


def first_version(form: AuthorityForm) -> dict[str, Any]:
    """Return the first version of a new authority."""
    named = changing.named(form.texts["naam"], form.texts["code"], form.texts["afkorting"] or None)
    return {**dict.fromkeys(changing.FACTS), **named, **form.facts, "valid_from": form.day("vanaf")}


def changed_facts(form: AuthorityForm, old: AuthorityVersion, code: str) -> dict[str, Any]:
    """Return what a change says, with the forms of the name where the name is another."""
    facts = form.facts
    if (form.texts["naam"], facts["abbreviation"]) != (old.name, old.abbreviation):
        facts.update(changing.named(form.texts["naam"], code, facts["abbreviation"]))
    return facts


def end_of(form: AuthorityForm) -> date | None:
    """Return the first day on which the authority is no more: the form asks the last on which it is."""
    last = form.day("laatste_dag")
    if last is None and "laatste_dag" not in form.errors:
        form.errors["laatste_dag"] = _("Schrijf de laatste dag waarop de organisatie bestaat.")
    return last + timedelta(days=1) if last else None
