"""The forms of mergers: recording or correcting one, and choosing what becomes of everything."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from common.errors import Conflict, Refused
from common.typed import read_day
from common.vocabulary import vocabulary
from common.web.languages import format_day
from registry.authorities.merging import MergerFacts, current_mergers, facts_of, refuse_mixed
from registry.authorities.models import Authority, Merger, MergerPart
from registry.buyer_groups.keeping import LONGEST_REASON
from registry.imports.finding import Finder
from registry.imports.outcome import Wrong
from registry.mergers.estate import Estate
from registry.mergers.things import LATER

FIELDS = ("dag", "soort", "eindigt", "nieuw", "groeit", "bron", "reden")
PARTS = {"eindigt": MergerPart.ENDED, "nieuw": MergerPart.NEW, "groeit": MergerPart.ENLARGED}
MOST_LINES = 30


@dataclass
class MergerForm:
    """One sending of the form; `texts` is what was typed, with a line for each authority."""

    texts: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    facts: MergerFacts | None = None
    """What it says; None while something is wrong."""

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return the errors in the order of the fields."""
        return [(name, self.errors[name]) for name in FIELDS if name in self.errors]


def typed(sent: Mapping[str, str]) -> MergerForm:
    """Return the form as it was typed, unchecked."""
    return MergerForm({name: sent.get(name, "").strip()[:5000] for name in FIELDS})


def form_of(merger: Merger) -> MergerForm:
    """Return the form filled in with what the register says of a merger."""
    facts = facts_of(merger)
    lines = {
        name: "\n".join(sorted(code for code, its in facts.parties.items() if its is part))
        for name, part in PARTS.items()
    }
    texts = {"dag": facts.merged_on.strftime("%d-%m-%Y"), "soort": facts.kind, "bron": facts.source, "reden": ""}
    return MergerForm({**texts, **lines})


def read_merger(session: Session, sent: Mapping[str, str]) -> MergerForm:
    """Return the form as it was sent, with what is wrong, or with the merger that it says."""
    form = typed(sent)
    day = read_day(form.texts["dag"])
    if day is None:
        form.errors["dag"] = _("Schrijf een dag als 31-01-2026.")
    if form.texts["soort"] not in vocabulary().merger_kinds:
        form.errors["soort"] = _("Kies een soort.")
    if not form.texts["bron"].startswith(("https://", "http://")):
        form.errors["bron"] = _("Noem het webadres waar dit staat. Het begint met https://.")
    if not form.texts["reden"]:
        form.errors["reden"] = _("Schrijf waarom. Iedereen kan dit lezen.")
    for name, most in (("bron", 500), ("reden", LONGEST_REASON)):
        if len(form.texts[name]) > most:
            form.errors[name] = _("Gebruik hoogstens %(num)s tekens.", num=most)
    parties = _parties(session, form)
    facts = MergerFacts(day or date.min, form.texts["soort"], form.texts["bron"], parties)
    if not form.errors:
        _check_kind(session, form, facts)
    if not form.errors:
        form.facts = facts
    return form


def _check_kind(session: Session, form: MergerForm, facts: MergerFacts) -> None:
    """Note a kind that does not fit: a merger into a new authority has a new one, a division has two that go on.

    The two may be in mergers of their own on that day, as the registers of TOOI have them (Maasdonk, 2015).
    """
    parts = set(facts.parties.values())
    if facts.kind == "samenvoeging" and MergerPart.NEW not in parts:
        form.errors["nieuw"] = _("Bij deze soort hoort een nieuwe organisatie. Noem haar, of kies een andere soort.")
    if facts.kind == "uitbreiding" and MergerPart.ENLARGED not in parts:
        form.errors["groeit"] = _("Bij deze soort wordt een organisatie groter. Noem haar, of kies een andere soort.")
    if facts.kind == "splitsing" and len(facts.continued) < 2 and not _is_divided(session, facts):
        form.errors["soort"] = _("Bij deze soort gaan minstens twee organisaties verder. Kies een andere soort.")


def _is_divided(session: Session, facts: MergerFacts) -> bool:
    """Say whether another merger of that day ends one of the same authorities in an authority that this one lacks."""
    others = [facts_of(one) for one in current_mergers(session) if one.merged_on == facts.merged_on]
    return any(set(one.ended) & set(facts.ended) and set(one.continued) - set(facts.continued) for one in others)


def said(error: Conflict | Refused) -> str:
    """Return what the rules refused in the words of this page's language, with days as they are written there."""
    values = {name: format_day(one) if isinstance(one, date) else one for name, one in error.values.items()}
    return str(_(error.sentence, **values))


def _parties(session: Session, form: MergerForm) -> dict[str, MergerPart]:
    finder, found, named = Finder(session), dict[str, MergerPart](), list[Authority]()
    for name, part in PARTS.items():
        lines = [line.strip() for line in form.texts[name].splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            form.errors[name] = _("Noem hoogstens %(num)s organisaties.", num=MOST_LINES)
            continue
        for line in lines:
            try:
                named.append(finder.find(line, name))
                refuse_mixed(one.is_example for one in named)
            except Refused as refused:
                form.errors[name] = said(refused)
                break
            except Wrong as wrong:
                form.errors[name] = _(wrong.sentence, **wrong.values)
                break
            code = named[-1].code
            if code in found:
                form.errors[name] = _("%(name)s staat er twee keer in.", name=line)
            found[code] = part
    if not {name for name in PARTS if name in form.errors}:
        if MergerPart.ENDED not in found.values():
            form.errors["eindigt"] = _("Noem de organisaties die ophouden, elk op een eigen regel.")
        if not set(found.values()) - {MergerPart.ENDED}:
            form.errors["nieuw"] = _("Noem de organisatie die nieuw is, of hieronder een die groter wordt.")
    return found


@dataclass
class ChoiceForm:
    """What was chosen for each thing, by its key; "later" leaves it open."""

    chosen: Mapping[str, str]
    reason: str = ""
    errors: list[tuple[str, str]] = field(default_factory=list)

    def option(self, key: str, usual: str) -> str:
        """Return what stands in a field: what was chosen, or what is usual."""
        return self.chosen.get(key, usual)

    @property
    def decided(self) -> dict[str, str]:
        """Return the choices that are to be carried out."""
        return {key: option for key, option in self.chosen.items() if option != LATER}


def read_choices(sent: Mapping[str, str]) -> ChoiceForm:
    """Return what was chosen: fields that begin with "keuze-"."""
    chosen = {name.removeprefix("keuze-"): value for name, value in sent.items() if name.startswith("keuze-")}
    form = ChoiceForm(chosen, read_reason(sent))
    if not form.reason:
        form.errors.append(("reden", _("Schrijf waarom. Iedereen kan dit lezen.")))
    elif len(form.reason) > LONGEST_REASON:
        form.errors.append(("reden", _("Gebruik hoogstens %(num)s tekens.", num=LONGEST_REASON)))
    if not form.decided:
        form.errors.append(("reden", _("Er is niets gekozen.")))
    return form


def read_reason(sent: Mapping[str, str]) -> str:
    """Return the reason as it was typed."""
    return sent.get("reden", "").strip()


def took_back(reason: str, error: str) -> ChoiceForm:
    """Return the form that takes something back, as it was sent, with what is wrong."""
    return ChoiceForm({}, reason, [("terug-reden", error)])


def usual_choices(estate: Estate) -> ChoiceForm:
    """Return the form with what is usual."""
    return ChoiceForm({one.key: one.usual for one in estate.open})
