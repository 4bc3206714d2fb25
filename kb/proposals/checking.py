"""What is in the way of handing a proposal in: each problem at its field, in the order of the form. Pure."""

import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from common.errors import N_
from common.markdown_bounds import too_much_of
from common.vocabulary import product_group_names, vocabulary
from kb.guides.fields import LONGEST_NOTE, LONGEST_SUMMARY, LONGEST_TITLE, RESERVED, GuideFields, too_long
from kb.proposals.typed import Values, is_address, read_sources

_INSTRUCTION = re.compile(r"\[[^\]\n]+\](?!\()")


@dataclass(frozen=True)
class Problem:
    """What is missing or wrong, at which field; the sentence is Dutch, with `values` for its placeholders."""

    field: str
    sentence: str
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Surroundings:
    """What checking needs to know besides what was typed."""

    names: Collection[str]
    """The fields that the form has."""
    template: str = ""
    """The text with which the author began; what it says between square brackets is for him, and no reader."""
    taken: Collection[str] = ()
    """Addresses that a guide has, or had."""
    foreign: str = ""
    """The name of a file in the text that belongs to somebody else's draft."""
    gone: bool = False
    """The guide that it changes is on the site no more."""


def check(values: Values, around: Surroundings) -> list[Problem]:
    """Return what must be put right before editors look at it, in the order of the form."""
    found = [problem for problem in _problems(values, around) if problem.field in around.names]
    order = list(around.names)
    return sorted(found, key=lambda one: order.index(one.field))


def _problems(values: Values, around: Surroundings) -> Iterator[Problem]:
    yield from _line(values, "titel", N_("Vul een titel in."), LONGEST_TITLE)
    yield from _line(values, "samenvatting", N_("Vul een samenvatting in."), LONGEST_SUMMARY)
    yield from _line(values, "waarom", N_("Schrijf op wat uw voorstel beter maakt."), LONGEST_NOTE)
    if around.gone:
        yield Problem("tekst", N_("Deze gids staat niet meer op de site. Uw voorstel kan er nu niet in."))
    yield from _body(values.get("tekst", ""), around.template)
    if around.foreign:
        sentence = N_("Het bestand %(name)s hoort niet bij dit voorstel. Voeg het hier zelf toe, en gebruik dat.")
        yield Problem("tekst", sentence, {"name": around.foreign})
    yield from (
        Problem(
            "bronnen",
            N_("Regel %(num)s klopt niet. Schrijf: titel, een rechte streep |, en een adres dat begint met https://."),
            {"num": number},
        )
        for number in read_sources(values.get("bronnen", ""))[1][:1]
    )
    for name, known in (("themas", vocabulary().themes), ("productgroepen", product_group_names())):
        if any(value not in known for value in values.get(name, [])):
            yield Problem(name, N_("Kies uit de lijst."))
    if address := values.get("adres", "").strip():  # empty is well: then it comes from the title
        yield from problems_of_address(address, around.taken)


def problems_of_text(fields: GuideFields) -> Iterator[Problem]:
    """Say what keeps these texts, which two people wrote, from being a guide."""
    yield from _line({"titel": fields.title}, "titel", N_("Vul een titel in."), LONGEST_TITLE)
    yield from _line({"samenvatting": fields.summary}, "samenvatting", N_("Vul een samenvatting in."), LONGEST_SUMMARY)
    yield from _body(fields.body, "")


def _line(values: Values, name: str, missing: str, longest: int) -> Iterator[Problem]:
    text = " ".join(values.get(name, "").split())
    if not text:
        yield Problem(name, missing)
    elif len(text) > longest:
        yield Problem(name, N_("Gebruik hoogstens %(num)s tekens."), {"num": longest})


def _body(body: str, template: str) -> Iterator[Problem]:
    if not body.strip():
        yield Problem("tekst", N_("Vul de tekst van de gids in."))
    elif left := next((one for one in _INSTRUCTION.findall(template) if one in body), None):
        sentence = N_("Deze aanwijzing staat nog in de tekst: %(line)s Schrijf er uw eigen tekst voor in de plaats.")
        yield Problem("tekst", sentence, {"line": left})
    elif too_long(body):
        yield Problem(
            "tekst",
            N_("De tekst is langer dan 200.000 tekens. Maak er twee gidsen van. Uw tekst staat hieronder nog."),
        )
    elif sign := too_much_of(body):
        yield Problem(
            "tekst",
            N_(
                "“%(sign)s” staat te vaak in de tekst. Daardoor kunnen wij de gids niet opmaken. Gebruik het minder"
                " vaak, of maak er twee gidsen van."
            ),
            {"sign": sign},
        )


def problems_of_address(address: str, taken: Collection[str]) -> Iterator[Problem]:
    """Say what is wrong with the address of a new guide; `taken` are those that a guide has, or had."""
    if not is_address(address):
        yield Problem("adres", N_("Gebruik alleen kleine letters, cijfers en streepjes, zoals actieplan-schrijven."))
    elif address in taken or address in RESERVED:
        yield Problem("adres", N_("Dit adres is al in gebruik. Kies een ander."))
