"""Compares TOOI registers with what the site holds: what would be added, changed, ended, and merged."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.errors import N_
from common.ledger import Actor
from common.versions import known_at
from registry.authorities import changing, merging
from registry.authorities.models import Authority, AuthorityVersion, Merger, MergerPart
from registry.authorities.naming import fold, sort_name
from registry.imports.outcome import Change, Deed, Outcome, Preview, Problem, Step
from registry.imports.tooi import SOURCE, Body, Event, Period, Register

DAYS_APART = 7
"""How far the end of an authority may lie from the event by which it ended."""

Known = dict[str, tuple[Authority, list[dict[str, Any]]]]
"""By code: the authority, and what it was in each period, oldest first."""


def plan_registers(session: Session, registers: Sequence[Register]) -> Preview:
    """Return what these files would do, together. What a file does not tell (inhabitants, address) stays."""
    digest = hashlib.sha256("".join(one.sha256 for one in registers).encode()).hexdigest()
    preview = Preview("registers", registers[0].sha256 if len(registers) == 1 else digest)
    known = known_authorities(session)
    bodies: dict[str, str] = {}
    for register in registers:
        for problem in register.problems:
            preview.refuse(problem.place, problem)
        for code, body in register.bodies.items():
            if code in bodies:
                sentence = N_("De code %(code)s staat ook in %(file)s.")
                preview.refuse(code, Problem(register.file, code, "", sentence, {"code": code, "file": bodies[code]}))
                continue
            bodies[code] = register.file
            _plan_body(preview, body, known.get(code))
        preview.skipped += sorted(register.skipped.items())
    ends = {code: body.now.until for register in registers for code, body in register.bodies.items()}
    mergers = merging.current_mergers(session)
    for register in registers:
        for event in register.events:
            _plan_event(preview, register.file, event, (ends, known, mergers))
    return preview


def known_authorities(session: Session) -> Known:
    """Return all authorities with what the register says of them now. One query."""
    found: Known = {}
    query = select(Authority, AuthorityVersion).join(Authority.versions).where(known_at(AuthorityVersion))
    for authority, version in session.execute(query.order_by(Authority.id)):
        found.setdefault(authority.code, (authority, []))[1].append(changing.facts_of(version))
    for _authority, versions in found.values():
        versions.sort(key=lambda facts: facts["valid_from"] or date.min)
    return found


def _plan_body(preview: Preview, body: Body, known: tuple[Authority, list[dict[str, Any]]] | None) -> None:
    place, name = body.code, body.now.name
    if known is None:
        versions = _fresh(body)

        def add(session: Session, reason: str, actor: Actor) -> object:
            return changing.add(session, body.code, versions, reason=reason, actor=actor)

        preview.will(Outcome(place, name, Deed.ADDED), add)
        return
    authority, old = known
    new = _merged(body, old)
    if new == old:
        preview.will(Outcome(place, name, Deed.UNCHANGED))
        return

    def write(session: Session, reason: str, actor: Actor) -> None:
        changing.replace_all(session, authority, new, reason=reason, actor=actor)

    deed = Deed.ENDED if new[-1]["valid_to"] and not old[-1]["valid_to"] else Deed.CHANGED
    preview.will(Outcome(place, name, deed, differences(old, new)), write)


def _fresh(body: Body) -> list[dict[str, Any]]:
    begins, versions = body.begins, []
    for period in [*body.before, body.now]:
        versions.append(
            {
                **_named(body, period),
                "kind": body.kind, "province": period.province, "abbreviation": period.abbreviation,
                "valid_from": begins, "valid_to": period.until, "inhabitants": None, "inhabitants_year": None,
                "latitude": None, "longitude": None, "source": SOURCE,
            }
        )  # fmt: skip
        begins = period.until
    return versions


def _named(body: Body, period: Period) -> dict[str, str]:
    also = period.other_name if fold(period.other_name) not in fold(period.name) else ""
    return changing.named(period.name, body.code, period.abbreviation, also)


def _merged(body: Body, old: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what the authority was in each period, as the file tells it, with what only the register knows."""
    versions = [dict(facts) for facts in old]
    for period in body.before:
        _put_before(body, period, versions)
    last = versions[-1]
    if not _is_called(last["name"], body.now.name):
        last.update(_named(body, body.now))
    last["kind"] = body.kind
    last["province"] = body.now.province or last["province"]
    last["abbreviation"] = body.now.abbreviation or last["abbreviation"]
    last["valid_to"] = body.now.until or last["valid_to"]
    if body.begins:
        versions[0]["valid_from"] = body.begins
    return versions


def _is_called(ours: str, official: str) -> bool:
    """Say whether our name is the official one, with or without its kind, or with another name behind it in brackets.

    As in "Gemeente 's-Gravenhage (Den Haag)".
    """
    return sort_name(official) in {sort_name(ours), sort_name(ours.partition(" (")[0])}


def _put_before(body: Body, period: Period, versions: list[dict[str, Any]]) -> None:
    """Put a historical version in its place: the version that held until then is cut in two on that day."""
    for number, facts in enumerate(versions):
        if facts["valid_to"] == period.until:
            if not _is_called(facts["name"], period.name):
                facts.update(_named(body, period))
            return
        if facts["valid_to"] is None or period.until is None or facts["valid_to"] > period.until:
            earlier = {**facts, **_named(body, period), "valid_to": period.until}
            versions.insert(number, {**earlier, "abbreviation": period.abbreviation or facts["abbreviation"]})
            facts["valid_from"] = period.until
            return


_TOLD = ("name", "kind", "province", "abbreviation", "valid_from", "valid_to", "inhabitants", "inhabitants_year",
         "latitude", "longitude", "source")  # fmt: skip


def differences(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> tuple[Change, ...]:
    """Return what would change, of the newest version and of the first; more versions than before are told too."""
    found = []
    for name in _TOLD:
        before, after = [str(facts[name] or "") for facts in old], [str(facts[name] or "") for facts in new]
        if before != after:
            said = [(" | ".join(dict.fromkeys(filter(None, values)))) for values in (before, after)]
            found.append(Change(name, *said))
    return tuple(found)


Around = tuple[Mapping[str, date | None], Known, Sequence[Merger]]


def _plan_event(preview: Preview, file: str, event: Event, around: Around) -> None:
    ends, known, mergers = around
    parties = dict(event.parties)
    missing = next((code for code in parties if code not in ends and code not in known), None)
    if missing:
        sentence = N_("De organisatie %(code)s staat niet in het bestand en niet in het register.")
        preview.refuse(event.id, Problem(file, event.id, "", sentence, {"code": missing}))
        return
    ended = [code for code, part in parties.items() if part is MergerPart.ENDED]
    wrong_end = next((code for code in ended if _apart(ends.get(code, event.day), event.day)), None)
    if wrong_end:
        sentence = N_("De einddatum van %(code)s past niet bij de dag van deze wijziging.")
        preview.refuse(event.id, Problem(file, event.id, "einddatum", sentence, {"code": wrong_end}))
        return
    facts = merging.MergerFacts(event.day, event.kind, SOURCE, parties)
    told = all(code in ends for code in parties)
    deed, step, changes = _compared(facts, mergers, sets_days=not told)
    name = f"{', '.join(facts.ended)} > {', '.join(facts.continued)}"
    preview.will(Outcome(event.id.rpartition("/")[2], name, deed, changes), step)


def _apart(ended_on: date | None, day: date) -> bool:
    """Say whether an end and its event contradict: the registers themselves are a day apart now and then (gm0240)."""
    return ended_on is None or abs((ended_on - day).days) > DAYS_APART


def _is_about(facts: merging.MergerFacts, known: merging.MergerFacts) -> bool:
    """Say whether two stories are about one merger: they share who ended and who went on. A split has several."""
    if facts.merged_on == known.merged_on and dict(facts.parties) == dict(known.parties):
        return True
    return bool(set(facts.ended) & set(known.ended)) and bool(set(facts.continued) & set(known.continued))


def _compared(
    facts: merging.MergerFacts, mergers: Sequence[Merger], *, sets_days: bool
) -> tuple[Deed, Step | None, tuple[Change, ...]]:
    """Say whether the register has this merger, has it otherwise, or does not have it."""
    found = next((one for one in mergers if _is_about(facts, merging.facts_of(one))), None)
    if found is None:

        def write(session: Session, reason: str, actor: Actor) -> object:
            return merging.record_merger(session, facts, reason=reason, actor=actor, sets_days=sets_days)

        return Deed.ADDED, write, ()
    old = merging.facts_of(found)
    if (old.merged_on, old.kind, dict(old.parties)) == (facts.merged_on, facts.kind, dict(facts.parties)):
        return Deed.UNCHANGED, None, ()
    merger = found

    def correct(session: Session, reason: str, actor: Actor) -> object:
        return merging.correct_merger(session, merger, facts, reason=reason, actor=actor, sets_days=sets_days)

    changes = (
        Change("merged_on", old.merged_on.isoformat(), facts.merged_on.isoformat()),
        Change("parties", ", ".join(sorted(old.parties)), ", ".join(sorted(facts.parties))),
    )
    return Deed.CHANGED, correct, tuple(one for one in changes if one.before != one.after)
