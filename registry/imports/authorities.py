"""Authorities from a spreadsheet: what each row would add, correct, change from a day, or end."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from common.errors import N_
from common.ledger import Actor
from common.vocabulary import vocabulary
from registry.authorities import changing
from registry.authorities.models import Authority
from registry.imports.columns import Field, Record, check_columns, records
from registry.imports.outcome import Deed, Outcome, Preview, Problem, Step, Wrong
from registry.imports.registers import Known, differences, known_authorities
from registry.imports.tables import Table

FIELDS = (
    Field("code", N_("Code"), ("tooi", "organisatiecode", "gemeentecode"), required=True),
    Field("name", N_("Naam"), ("display_name", "organisatie", "officiele naam"), required=True),
    Field("kind", N_("Soort"), ("type", "organisatiesoort"), required=True),
    Field("province", N_("Provincie")),
    Field("abbreviation", N_("Afkorting")),
    Field("valid_from", N_("Bestaat sinds"), ("begindatum", "van")),
    Field("valid_to", N_("Laatste dag"), ("einddatum", "tot en met")),
    Field("changes_on", N_("Wijzigt vanaf"), ("gewijzigd per", "ingangsdatum")),
    Field("inhabitants", N_("Inwoners"), ("aantal inwoners",)),
    Field("inhabitants_year", N_("Jaar van inwoners"), ("jaar inwoners",)),
    Field("latitude", N_("Breedtegraad"), ("lat",)),
    Field("longitude", N_("Lengtegraad"), ("lon", "lng")),
    Field("source", N_("Bron"), ("url", "bronadres"), required=True),
)
_CODE = re.compile(r"[a-z]{2,6}[0-9a-z]{1,26}")


def plan_authorities(session: Session, table: Table, chosen: Mapping[int, str], given: Mapping[str, str]) -> Preview:
    """Return what the rows would do. An empty cell leaves what the register says; all wrong rows are found.

    `chosen` maps columns to fields, `given` holds what counts for the whole file (the source).
    """
    preview = Preview("authorities", table.sha256)
    for wrong in check_columns(chosen, FIELDS, [name for name, value in given.items() if value]):
        preview.refuse("", Problem(table.file, "", wrong.column, wrong.sentence, wrong.values))
    if preview.problems:
        return preview
    known, lines = known_authorities(session), dict[str, int]()
    for row in records(table, chosen, given):
        try:
            code = row.need("code").lower()
            if code in lines:
                raise Wrong("code", N_("Deze code staat al op regel %(line)s."), line=lines[code])
            lines[code] = row.line
            _plan(preview, row, code, known)
        except Wrong as wrong:
            preview.refuse(row["name"] or row["code"], row.problem(wrong))
    return preview


def _plan(preview: Preview, row: Record, code: str, known: Known) -> None:
    if not _CODE.fullmatch(code):
        raise Wrong("code", N_("Dit is geen code van TOOI, zoals gm0344: %(value)s"), value=row["code"])
    facts = {**_facts(row), "source": row.short("source", 500)}
    if code in known:
        authority, old = known[code]
        outcome, step = _compared(row, authority, old, facts)
        preview.will(outcome, step)
        return
    names = changing.named(facts["name"], code, facts["abbreviation"])
    versions = [{**dict.fromkeys(changing.FACTS), **names, **facts}]
    _check_period(versions[0])

    def add(session: Session, reason: str, actor: Actor) -> object:
        return changing.add(session, code, versions, reason=reason, actor=actor)

    preview.will(Outcome(f"regel {row.line}", facts["name"], Deed.ADDED), add)


def _facts(row: Record) -> dict[str, Any]:
    words = vocabulary()
    kind = _term(row, "kind", words.kinds)
    province = _term(row, "province", words.provinces) if row["province"] else None
    last = row.day("valid_to")
    row.need("name")
    if not row.need("source").startswith(("https://", "http://")):
        raise Wrong("source", N_("De bron is geen webadres: %(value)s"), value=row["source"])
    return {
        "name": row.short("name", 200),
        "kind": kind,
        "province": province,
        "abbreviation": row.short("abbreviation", 32) or None,
        "valid_from": row.day("valid_from"),
        "valid_to": last + timedelta(days=1) if last else None,
        "inhabitants": row.whole("inhabitants"),
        "inhabitants_year": row.whole("inhabitants_year"),
        "latitude": row.decimal("latitude", 50, 54),
        "longitude": row.decimal("longitude", 3, 8),
    }


def _term(row: Record, column: str, terms: Mapping[str, Any]) -> str:
    """Return the code of a word of the vocabulary that is given as its code or its name. Raises Wrong."""
    text = row.need(column).casefold()
    for code, term in terms.items():
        if text in {code, term.name["nl"].casefold(), term.plural["nl"].casefold()}:
            return code
    raise Wrong(column, N_("Dit woord kennen wij hier niet: %(value)s"), value=row[column])


def _check_period(facts: Mapping[str, Any]) -> None:
    if facts["valid_from"] and facts["valid_to"] and facts["valid_to"] <= facts["valid_from"]:
        raise Wrong("valid_to", N_("De laatste dag ligt voor de eerste."))


def _compared(
    row: Record, authority: Authority, old: list[dict[str, Any]], facts: dict[str, Any]
) -> tuple[Outcome, Step | None]:
    """Return what a row about a known authority does: its cells that are filled say what it is now."""
    place, versions = f"regel {row.line}", [dict(one) for one in old]
    told = {name: value for name, value in facts.items() if value is not None and name != "source"}
    last = versions[-1]
    if told["name"] != last["name"]:
        told.update(changing.named(told["name"], authority.code, told.get("abbreviation", last["abbreviation"])))
    if all(last[name] == value for name, value in told.items()):
        return Outcome(place, facts["name"], Deed.UNCHANGED), None
    told["source"] = facts["source"]
    changes_on = row.day("changes_on")
    if changes_on:
        versions.append(_from_day(last, changes_on))
    versions[-1].update(told if not changes_on else {**told, "valid_from": changes_on})
    _check_period(versions[-1])

    def write(session: Session, reason: str, actor: Actor) -> None:
        changing.replace_all(session, authority, versions, reason=reason, actor=actor)

    deed = Deed.ENDED if versions[-1]["valid_to"] and not old[-1]["valid_to"] else Deed.CHANGED
    return Outcome(place, facts["name"], deed, differences(old, versions)), write


def _from_day(last: dict[str, Any], day: date) -> dict[str, Any]:
    """End the newest version on a day and return the one that begins on it."""
    if (last["valid_from"] and last["valid_from"] >= day) or (last["valid_to"] and last["valid_to"] <= day):
        raise Wrong("changes_on", N_("Op deze dag geldt deze naam niet. Kies een andere dag."))
    begins = {**last, "valid_from": day}
    last["valid_to"] = day
    return begins
