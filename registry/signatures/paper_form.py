"""Reads the form of what stands on a signature: used to enter one from paper and to correct one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.names import name_problem, typed_name
from common.errors import Refused
from registry.authorities.models import Authority
from registry.signatures.forms import LONGEST_FUNCTION, WrongDay, in_words, read_day
from registry.signatures.models import DatePrecision
from registry.signatures.paper import Named, PaperFacts, named

TEXTS = ("naam_bron", "voor", "precisie", "datum", "naam", "functie", "bron", "opmerking")
"""The fields in the order of the form, which is that of its errors."""
_LONGEST = {"naam_bron": 300, "functie": LONGEST_FUNCTION, "bron": 500, "opmerking": 2000}


@dataclass(frozen=True)
class PaperForm:
    """The form as it was read; `facts` and `authorities` count only where nothing is wrong."""

    facts: PaperFacts
    authorities: Sequence[Authority]
    errors: dict[str, str] = field(default_factory=dict)


def read_form(session: Session, typed: Mapping[str, str], *, is_example: bool, first: date | None = None) -> PaperForm:
    """Read the facts; errors stand by field, in the order of the form. `first` is the first day that can be."""
    texts = {name: typed.get(name, "").strip() for name in TEXTS}
    errors: dict[str, str] = {}
    if not texts["naam_bron"]:
        errors["naam_bron"] = _("Schrijf de naam zoals die onder de handtekening staat.")
    signed_on, precision = None, DatePrecision.UNKNOWN
    try:
        precision = DatePrecision(texts["precisie"])
        signed_on = read_day(texts["datum"], precision, first=first)
    except WrongDay as wrong:
        errors["datum"] = str(wrong)
    except ValueError:
        errors["precisie"] = _("Kies hoe precies u de datum weet.")
    bound = _bound(session, texts["voor"], is_example, errors)
    name = typed_name(texts["naam"])
    if name and name_problem(name):
        errors["naam"] = name_problem(name)
    if not texts["bron"]:
        errors["bron"] = _("Schrijf op waar deze handtekening vandaan komt.")
    for key, longest in _LONGEST.items():
        if len(texts[key]) > longest:
            errors[key] = _("Schrijf hoogstens %(number)s tekens.", number=longest)
    facts = PaperFacts(
        texts["naam_bron"], signed_on, precision, name, typed_name(texts["functie"]), texts["bron"], texts["opmerking"]
    )
    return PaperForm(facts, bound, {name: errors[name] for name in TEXTS if name in errors})


def _bound(session: Session, written: str, is_example: bool, errors: dict[str, str]) -> Sequence[Authority]:
    try:
        found: Named = named(session, written, is_example=is_example)
    except Refused as refused:
        errors["voor"] = in_words(refused)
        return []
    if found.unknown:
        errors["voor"] = _unknown(found.unknown)
    elif not found.authorities:
        errors["voor"] = _("Schrijf voor wie de handtekening geldt.")
    return found.authorities


def _unknown(lines: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Name every line that is no name or code, each with what it looks like; how to write one is said once."""
    found = [
        _('Wij kennen "%(name)s" niet. Bedoelt u: %(like)s?', name=line, like=", ".join(like))
        for line, like in lines
        if like
    ]
    if strange := [f'"{line}"' for line, like in lines if not like]:
        found.append(
            _(
                "Wij kennen %(names)s niet. Schrijf de naam zoals die in het register staat, of de code.",
                names=", ".join(strange),
            )
        )
    return " ".join(found)
