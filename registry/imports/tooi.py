"""Reads an official TOOI register file: expanded JSON-LD with bodies, their historical versions, and what happened.

https://standaarden.overheid.nl/tooi. The registers have one form: a body is a node with an `organisatiecode`; a
`HistorischeVersie` says what it was until a day; an event (Samenvoeging, Uitbreiding, Herschikking) names in
prov:invalidated which ended, in prov:generated which began and in prov:used which went on. Days that it gives as the
last are given here as the first on which it no longer held.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Any

from common.errors import N_
from common.files.rejecting import LARGEST, SENTENCES, Reason
from common.vocabulary import vocabulary
from registry.authorities.models import MergerPart
from registry.authorities.naming import fold
from registry.imports.columns import day_after, sane_day
from registry.imports.outcome import Problem, Wrong

ONT = "https://identifier.overheid.nl/tooi/def/ont/"
PROV = "http://www.w3.org/ns/prov#"
SOURCE = "https://standaarden.overheid.nl/tooi"
KINDS = {
    "Gemeente": "gemeente", "Provincie": "provincie", "Waterschap": "waterschap", "Ministerie": "ministerie",
    "Zbo": "zbo", "Agentschap": "agentschap",
}  # fmt: skip
"""Kind of body by the type of its node; a body of any other type is "overig"."""
NO_BODY = {"ZboCluster"}
"""A group of bodies that are alike, such as all notaries: nobody can sign for it."""
_SAYS_ITS_KIND = ("gemeente", "provincie", "waterschap", "ministerie")
_IS_ITS_KIND = ("hoogheemraadschap", "wetterskip", "waterschap", "ministerie", "provincie", "gemeente")


@dataclass(frozen=True)
class Period:
    """What a body was until a day; `until` is None for what it is now, or was last."""

    name: str
    other_name: str
    abbreviation: str | None
    province: str | None
    until: date | None
    place: str = ""
    """Its @id in the file."""


@dataclass
class Body:
    """A body of the register."""

    code: str
    kind: str
    begins: date | None
    now: Period
    before: list[Period] = field(default_factory=list)
    """Historical versions, oldest first."""

    @property
    def place(self) -> str:
        """Its @id in the file."""
        return self.now.place


@dataclass(frozen=True)
class Event:
    """A day on which bodies ended and went on in others."""

    id: str
    day: date
    kind: str
    parties: tuple[tuple[str, MergerPart], ...]


@dataclass
class Register:
    """What a file says, and everything that is wrong with it."""

    file: str
    sha256: str
    title: str = ""
    bodies: dict[str, Body] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)


def read_register(file: str, content: bytes) -> Register:
    """Read a register file; what is wrong stands in `problems` with the @id, and all of it is found at once."""
    register = Register(file, hashlib.sha256(content).hexdigest())
    try:
        nodes = list(_nodes(content))
        _read(register, nodes)
    except Wrong as wrong:
        register.problems.append(Problem(file, "", wrong.column, wrong.sentence, wrong.values))
    if not register.bodies and not register.problems:
        register.problems.append(Problem(file, "", "", N_("In dit bestand staat geen enkele organisatie.")))
    return register


def _nodes(content: bytes) -> Iterator[dict[str, Any]]:
    if len(content) > LARGEST:
        raise Wrong("", SENTENCES[Reason.TOO_LARGE])
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Wrong("", N_("Dit is geen UTF-8.")) from None
    except RecursionError:
        raise Wrong("", N_("Dit bestand zit te diep in elkaar. Een register van TOOI is zo niet.")) from None
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise Wrong(f"regel {line}", N_("Dit is geen JSON.")) from None
    graph = data.get("@graph") if isinstance(data, dict) else data
    if not isinstance(graph, list) or not all(isinstance(node, dict) for node in graph):
        raise Wrong("", N_("Dit is geen uitgeschreven JSON-LD. Kies bij TOOI het bestand dat op json eindigt."))
    yield from graph


def _read(register: Register, nodes: list[dict[str, Any]]) -> None:
    history: list[tuple[str, Period]] = []
    seen: set[str] = set()
    for number, node in enumerate(nodes, 1):
        place = str(node.get("@id") or f"knoop {number}")
        try:
            if place in seen:
                raise Wrong("@id", N_("Dit @id staat er twee keer in."))
            seen.add(place)
            _read_node(register, history, node, place)
        except Wrong as wrong:
            register.problems.append(Problem(register.file, place, wrong.column, wrong.sentence, wrong.values))
    for code, period in sorted(history, key=lambda one: one[1].until or date.max):
        if code not in register.bodies:
            sentence = N_("Deze historische versie hoort bij een organisatie die niet in het bestand staat.")
            register.problems.append(Problem(register.file, code, "specializationOf", sentence))
        else:
            body = register.bodies[code]
            body.before.append(period)
            begins = body.before[-2].until if len(body.before) > 1 else body.begins
            if not _is_order(begins, period.until, body.now.until):
                sentence = N_("Deze historische versie past niet in de tijd dat de organisatie bestaat.")
                register.problems.append(Problem(register.file, period.place, "einddatumHV", sentence))


def _is_order(*days: date | None) -> bool:
    """Say whether the days that are known follow one another."""
    known = [day for day in days if day]
    return all(before < after for before, after in pairwise(known))


def _read_node(register: Register, history: list[tuple[str, Period]], node: dict[str, Any], place: str) -> None:
    types = [kind.rpartition("/")[2] for kind in _strings(node, "@type")]
    if "RegisterwaardelijstCompleet" in types:
        register.title = _first(node, "titel") or ""
    elif "HistorischeVersie" in types:
        code = _ids(node, f"{PROV}specializationOf")
        if len(code) != 1:
            raise Wrong("specializationOf", N_("Er staat niet bij welke organisatie dit hoort."))
        until = _after(node, "einddatumHV")
        if until is None:
            raise Wrong("einddatumHV", N_("Een historische versie zonder einddatum."))
        history.append((code[0], _period(node, types, until, place)))
    elif set(types) & NO_BODY:
        register.skipped[next(kind for kind in types if kind in NO_BODY)] += 1
    elif f"{ONT}organisatiecode" in node:
        body = _body(node, types, place)
        if body.code in register.bodies:
            raise Wrong("organisatiecode", N_("De code %(code)s staat er twee keer in."), code=body.code)
        register.bodies[body.code] = body
    elif f"{ONT}tijdstipWijziging" in node:
        _read_event(register, node, types, place)
    else:
        register.skipped[types[0] if types else "?"] += 1


def _body(node: dict[str, Any], types: list[str], place: str) -> Body:
    code = _first(node, "organisatiecode") or ""
    if code != place.rpartition("/")[2] or not code.isalnum() or len(code) > 32:
        raise Wrong("organisatiecode", N_("De code %(code)s past niet bij het @id."), code=code)
    begins, until = _day(node, "begindatum"), _after(node, "einddatum")
    if begins and until and until <= begins:
        raise Wrong("einddatum", N_("De einddatum ligt voor de begindatum."))
    kind = next((KINDS[one] for one in types if one in KINDS), "overig")
    period = _period(node, types, until, place)
    if kind == "provincie":
        period = replace(period, province=code)
    if period.province and period.province not in vocabulary().provinces:
        raise Wrong("ligtInProvincie", N_("Deze provincie kennen wij niet: %(code)s"), code=period.province)
    return Body(code, kind, begins, period)


def _period(node: dict[str, Any], types: list[str], until: date | None, place: str) -> Period:
    with_kind, without = _first(node, "officieleNaamInclSoort"), _first(node, "officieleNaamExclSoort")
    if not without or not with_kind:
        raise Wrong("officieleNaamExclSoort", N_("Deze organisatie heeft geen naam."))
    if len(with_kind) > 200:
        raise Wrong("officieleNaamInclSoort", N_("Dit is te lang. Het mogen %(number)s tekens zijn."), number=200)
    own_kind = fold(without).startswith(_IS_ITS_KIND) or not fold(with_kind).startswith(_SAYS_ITS_KIND)
    name = without if own_kind else with_kind
    abbreviation = _first(node, "afkorting")
    province = _ids(node, f"{ONT}ligtInProvincie")
    return Period(
        name[0].upper() + name[1:] if name[:1].islower() and not name.startswith("'") else name,
        _first(node, "voorkeursnaamExclSoort") or without,
        abbreviation[:32] if abbreviation else None,
        province[0] if province else None,
        until,
        place,
    )


_MERGERS = {"Samenvoeging": "samenvoeging", "Uitbreiding": "uitbreiding", "Herschikking": "herschikking",
            "Splitsing": "splitsing"}  # fmt: skip


def _read_event(register: Register, node: dict[str, Any], types: list[str], place: str) -> None:
    """Keep an event in which bodies end and others go on; a founding or a change of state has only one side."""
    ended, new = _ids(node, f"{PROV}invalidated"), _ids(node, f"{PROV}generated")
    enlarged = [code for code in _ids(node, f"{PROV}used") if code not in new]
    if not ended or not (new or enlarged) or all(code.startswith("hv_") for code in ended):
        register.skipped[types[0] if types else "?"] += 1
        return
    parts = {MergerPart.ENDED: ended, MergerPart.NEW: new, MergerPart.ENLARGED: enlarged}
    codes = [code for found in parts.values() for code in found]
    if len(set(codes)) < len(codes):
        raise Wrong("invalidated", N_("Een organisatie staat er twee keer in."))
    day = _day(node, "tijdstipWijziging")
    if day is None:
        raise Wrong("tijdstipWijziging", N_("Deze wijziging heeft geen dag."))
    kind = next((_MERGERS[one] for one in types if one in _MERGERS), None)
    if kind is None:
        kind = "splitsing" if len(new) + len(enlarged) > 1 else "samenvoeging" if new else "uitbreiding"
    register.events.append(
        Event(place, day, kind, tuple((code, part) for part, found in parts.items() for code in sorted(found)))
    )


def _strings(node: dict[str, Any], name: str) -> list[str]:
    values = node.get(name, [])
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise Wrong(name, N_("Dit veld heeft een andere vorm dan in een register van TOOI."))
    return values


def _objects(node: dict[str, Any], name: str) -> list[dict[str, Any]]:
    values = node.get(name, [])
    if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
        raise Wrong(name.rpartition("/")[2], N_("Dit veld heeft een andere vorm dan in een register van TOOI."))
    return values


def _first(node: dict[str, Any], name: str) -> str | None:
    """Return the Dutch value of a field, or its only one. Raises Wrong when there are more."""
    values = _objects(node, f"{ONT}{name}")
    dutch = [one for one in values if one.get("@language", "nl") == "nl"] or values
    found = {str(one.get("@value", "")).strip() for one in dutch}
    if len(found) > 1:
        raise Wrong(name, N_("Dit veld heeft meer dan één waarde."))
    text = next(iter(found), "")
    return " ".join("".join(char for char in text if char.isprintable()).split()) or None


def _ids(node: dict[str, Any], name: str) -> list[str]:
    """Return the codes to which a field refers: the last part of each @id."""
    return [str(one.get("@id", "")).rpartition("/")[2] for one in _objects(node, name)]


def _day(node: dict[str, Any], name: str) -> date | None:
    found = _written_day(node, name)
    return sane_day(found, name) if found else None


def _after(node: dict[str, Any], name: str) -> date | None:
    last = _written_day(node, name)
    return day_after(last, name) if last else None


def _written_day(node: dict[str, Any], name: str) -> date | None:
    text = _first(node, name)
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        raise Wrong(name, N_("Dit is geen dag: %(value)s. Schrijf 2026-01-31."), value=text) from None
