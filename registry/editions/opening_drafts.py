"""Opening the form that staff wrote: frozen as an edition, with the versions of indicators that it brings along."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from common.clock import today
from common.errors import N_, ContentError, Refused
from common.ledger import Actor
from registry.editions.drafting import form_of
from registry.editions.indicators import add_version, newest_versions, read_formula
from registry.editions.models import Comparable, Edition, EditionDraft
from registry.editions.opening import open_edition
from registry.editions.readiness import Known, Missing, asked_version, missing
from registry.editions.written import NEW_INDICATORS, Form, frozen_part, read

FURTHEST = timedelta(days=731)
"""How far ahead a form may open, and how long it may take until the report is due."""


class NotReady(Refused):
    """The draft lacks something; `missing` says of which questions, and what."""

    def __init__(self, lacking: list[Missing]) -> None:
        super().__init__(N_("Deze vragenlijst is nog niet klaar om te openen."))
        self.missing = lacking


def known_versions(session: Session) -> Known:
    """Return the number of the newest version of each indicator, by code."""
    return {code: version.number for code, version in newest_versions(session).items()}


def base_of(draft: EditionDraft) -> Form:
    """Return last year's form, with which a draft is compared; an empty one where it began from nothing."""
    return form_of(draft.based_on) if draft.based_on else {"questions": [], "sections": []}


def new_versions(form: Form, known: Known) -> dict[str, dict[str, Any]]:
    """Return the versions of indicators that opening this form writes, by code."""
    asked = {(one.get("indicator"), asked_version(one)) for one in form["questions"]}
    return {
        code: said for code, said in form.get(NEW_INDICATORS, {}).items() if (code, known.get(code, 0) + 1) in asked
    }


def period_problem(opens_on: date, due_on: date) -> str:
    """Return the Dutch sentence (a msgid) that says what is wrong with these days; empty where they can be."""
    if opens_on < today():
        return N_("De eerste dag kan niet voor vandaag liggen.")
    if due_on < opens_on:
        return N_("De laatste dag ligt voor de eerste dag.")
    if max(opens_on - today(), due_on - opens_on) > FURTHEST:
        return N_("Kies dagen die hoogstens twee jaar uit elkaar liggen.")
    return ""


def open_draft(session: Session, draft: EditionDraft, period: tuple[date, date], *, actor: Actor) -> Edition:
    """Open the form of a draft, which goes away. Raises NotReady, Refused, or ContentError where the form is wrong."""
    if draft.corrects_id:
        raise Refused(N_("Dit is een verbetering van teksten. Die wordt gepubliceerd, niet geopend."))
    if problem := period_problem(*period):
        raise Refused(problem)
    form, known = draft.content, known_versions(session)
    if lacking := missing(form, base_of(draft), known):
        raise NotReady(lacking)
    read(form, "concept")
    for code, said in new_versions(form, known).items():
        add_version(session, code, _columns(code, said, known), actor=actor)
    edition = open_edition(session, draft.agreement, draft.year, period, frozen_part(form), actor=actor)
    session.delete(draft)
    session.flush()
    return edition


def _columns(code: str, said: Mapping[str, Any], known: Known) -> dict[str, Any]:
    number = known.get(code, 0) + 1
    if wrong := version_problem(said, number):
        raise ContentError("concept", None, f"{code}: {wrong}")
    comparable = Comparable(said["comparable"]) if number > 1 else None
    return {
        "number": number,
        "name": said["name"],
        "definition": said["definition"],
        "unit": said.get("unit"),
        "allowed": said.get("allowed"),
        "theme": said.get("theme"),
        "comparable": comparable,
        "formula": said.get("formula") if comparable is Comparable.FORMULA else None,
        "note": said.get("note"),
    }


def version_problem(said: Mapping[str, Any], number: int) -> str:
    """Return in Dutch what is wrong with a version of an indicator that staff wrote; empty where it is whole."""
    for name in ("name", "definition", *(("note",) if number > 1 else ())):
        if not all(said.get(name, {}).get(language) for language in ("nl", "en")):
            return N_("Schrijf naam, definitie en toelichting in het Nederlands en in het Engels.")
    unit = said.get("unit", {})
    if unit and not all(unit.get(language) for language in ("nl", "en")):
        return N_("Schrijf de eenheid in het Nederlands en in het Engels.")
    if number == 1:
        return ""
    if said.get("comparable") not in list(Comparable):
        return N_("Kies of de cijfers te vergelijken zijn.")
    if said["comparable"] == Comparable.FORMULA:
        try:
            read_formula(said.get("formula", ""))
        except ValueError:
            return N_("Schrijf een formule met x, zoals x / 1000.")
    return ""
