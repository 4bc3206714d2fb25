"""Authorities from a spreadsheet: what each row would add, correct, change from a day, or end."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from common.errors import N_
from common.vocabulary import vocabulary
from registry.authorities import changing
from registry.imports.bodies import Bodies, Versions
from registry.imports.columns import Field, Record, check_columns, records
from registry.imports.outcome import Outcome, Preview, Problem, Wrong
from registry.imports.tables import Table, place_of

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
    unread = set()
    for wrong in check_columns(chosen, FIELDS, given):
        preview.refuse(table.file, Problem(table.file, "", "", wrong.sentence, wrong.values))
        unread.add(wrong.column)
    bodies, lines = Bodies(session), dict[str, int]()
    for row in records(table, chosen, given):
        try:
            code = row.need("code").lower()
            if code in lines:
                raise Wrong("code", N_("Deze code staat al op regel %(line)s."), line=lines[code])
            lines[code] = row.line
            preview.will(_planned(row, code, bodies))
        except Wrong as wrong:
            if wrong.column not in unread:
                preview.refuse(row["name"] or row["code"], row.problem(wrong))
    if bodies:
        preview.steps.append(bodies.write)
    return preview


def _planned(row: Record, code: str, bodies: Bodies) -> Outcome:
    if not _CODE.fullmatch(code):
        raise Wrong("code", N_("Dit is geen code van TOOI, zoals gm0344: %(value)s"), value=row["code"])
    place, facts = place_of(row.line), {**_facts(row), "source": _source(row)}
    if code in bodies.known:
        return bodies.change(place, code, _merged(row, code, bodies.known[code][1], facts), facts["name"])
    names = changing.named(facts["name"], code, facts["abbreviation"])
    return bodies.add(place, code, [{**dict.fromkeys(changing.FACTS), **names, **facts}])


def _facts(row: Record) -> dict[str, Any]:
    words = vocabulary()
    kind = _term(row, "kind", words.kinds)
    province = _term(row, "province", words.provinces) if row["province"] else None
    row.need("name")
    return {
        "name": row.short("name", 200),
        "kind": kind,
        "province": province,
        "abbreviation": row.short("abbreviation", 32) or None,
        "valid_from": row.day("valid_from"),
        "valid_to": row.until("valid_to"),
        "inhabitants": row.whole("inhabitants"),
        "inhabitants_year": row.whole("inhabitants_year"),
        "latitude": row.decimal("latitude", 50, 54),
        "longitude": row.decimal("longitude", 3, 8),
    }


def _source(row: Record) -> str:
    """Return the web address of the source; read last, so that one for all rows hides no error of another column."""
    if not row.need("source").startswith(("https://", "http://")):
        raise Wrong("source", N_("De bron is geen webadres: %(value)s"), value=row["source"])
    return row.short("source", 500)


def _term(row: Record, column: str, terms: Mapping[str, Any]) -> str:
    """Return the code of a word of the vocabulary that is given as its code or its name. Raises Wrong."""
    text = row.need(column).casefold()
    for code, term in terms.items():
        if text in {code, term.name["nl"].casefold(), term.plural["nl"].casefold()}:
            return code
    raise Wrong(column, N_("Dit woord kennen wij hier niet: %(value)s"), value=row[column])


def _merged(row: Record, code: str, old: Versions, facts: dict[str, Any]) -> Versions:
    """Return what the register would say: filled cells tell what it is now, and since when it exists at all."""
    versions = [dict(one) for one in old]
    last, begins = versions[-1], facts["valid_from"]
    told = {name: value for name, value in facts.items() if value is not None and name not in {"source", "valid_from"}}
    if told["name"] != last["name"]:
        told.update(changing.named(told["name"], code, told.get("abbreviation", last["abbreviation"])))
    same = all(last[name] == value for name, value in told.items())
    if same and begins in {None, versions[0]["valid_from"]}:
        return versions
    if begins:
        versions[0]["valid_from"] = begins
    changes_on = row.day("changes_on")
    if changes_on and not same:
        versions.append(_from_day(last, changes_on))
    versions[0 if same else -1].update({} if same else told, source=facts["source"])
    return versions


def _from_day(last: dict[str, Any], day: date) -> dict[str, Any]:
    """End the newest version on a day and return the one that begins on it."""
    if (last["valid_from"] and last["valid_from"] >= day) or (last["valid_to"] and last["valid_to"] <= day):
        raise Wrong("changes_on", N_("Op deze dag geldt deze naam niet. Kies een andere dag."))
    begins = {**last, "valid_from": day}
    last["valid_to"] = day
    return begins
