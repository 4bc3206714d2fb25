"""Compares TOOI registers with what the site holds: what would be added, changed, ended, and merged."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from common.errors import N_, Refused
from common.ledger import Actor
from registry.authorities import changing, merging
from registry.authorities.models import Authority, Merger, MergerPart
from registry.authorities.naming import fold, sort_name
from registry.imports.bodies import Bodies, Versions
from registry.imports.outcome import Change, Deed, Outcome, Preview, Problem, Step, Wrong
from registry.imports.tooi import SOURCE, Body, Event, Period, Register

DAYS_APART = 7
"""How far the end of an authority may lie from the event by which it ended."""

_COLUMNS = {"valid_from": "begindatum", "valid_to": "einddatum"}


def plan_registers(session: Session, registers: Sequence[Register]) -> Preview:
    """Return what these files would do, together. What a file does not tell (inhabitants, address) stays."""
    digest = hashlib.sha256("".join(one.sha256 for one in registers).encode()).hexdigest()
    preview = Preview("registers", registers[0].sha256 if len(registers) == 1 else digest)
    bodies, files = Bodies(session), dict[str, str]()
    for register in registers:
        for problem in register.problems:
            preview.refuse(problem.place, problem)
        for code, body in register.bodies.items():
            if code in files:
                sentence = N_("De code %(code)s staat ook in %(file)s.")
                preview.refuse(code, Problem(register.file, code, "", sentence, {"code": code, "file": files[code]}))
                continue
            files[code] = register.file
            _plan_body(preview, register.file, body, bodies)
        preview.skipped += sorted(register.skipped.items())
    if bodies:
        preview.steps.append(bodies.write)
    ends = {code: body.now.until for register in registers for code, body in register.bodies.items()}
    around = (ends, bodies.known, merging.current_mergers(session))
    for register in registers:
        for event in register.events:
            _plan_event(session, preview, register.file, event, around)
    return preview


def _plan_body(preview: Preview, file: str, body: Body, bodies: Bodies) -> None:
    """Say what becomes of one body; what cannot be is refused by its @id."""
    code, name = body.code, body.now.name
    try:
        if code in bodies.known:
            preview.will(bodies.change(code, code, _merged(body, bodies.known[code][1]), name))
        else:
            preview.will(bodies.add(code, code, _fresh(body)))
    except Wrong as wrong:
        preview.refuse(name, Problem(file, body.place, _COLUMNS[wrong.column], wrong.sentence, wrong.values))


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


Around = tuple[Mapping[str, date | None], Mapping[str, tuple[Authority, Versions]], Sequence[Merger]]


def _plan_event(session: Session, preview: Preview, file: str, event: Event, around: Around) -> None:
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
    name = f"{', '.join(facts.ended)} > {', '.join(facts.continued)}"
    try:
        merging.refuse_mixed(code in known and known[code][0].is_example for code in parties)
        deed, step, changes = _compared(session, facts, mergers, sets_days=not told)
    except Refused as error:
        preview.refuse(name, Problem(file, event.id, "tijdstipWijziging", error.sentence, error.values))
        return
    outcome = Outcome(event.id.rpartition("/")[2], name, deed, changes, content=repr((facts, told)) if step else "")
    preview.will(outcome, step)


def _apart(ended_on: date | None, day: date) -> bool:
    """Say whether an end and its event contradict: the registers themselves are a day apart now and then (gm0240)."""
    return ended_on is None or abs((ended_on - day).days) > DAYS_APART


def _is_about(facts: merging.MergerFacts, known: merging.MergerFacts) -> bool:
    """Say whether two stories are about one merger: they share who ended and who went on. A split has several."""
    if facts.merged_on == known.merged_on and dict(facts.parties) == dict(known.parties):
        return True
    return bool(set(facts.ended) & set(known.ended)) and bool(set(facts.continued) & set(known.continued))


def _compared(
    session: Session, facts: merging.MergerFacts, mergers: Sequence[Merger], *, sets_days: bool
) -> tuple[Deed, Step | None, tuple[Change, ...]]:
    """Say whether the register has this merger, has it otherwise, or does not have it. Raises Refused."""
    found = next((one for one in mergers if _is_about(facts, merging.facts_of(one))), None)
    if found is None:

        def write(session: Session, reason: str, actor: Actor) -> object:
            return merging.record_merger(session, facts, reason=reason, actor=actor, sets_days=sets_days)

        return Deed.ADDED, write, ()
    old = merging.facts_of(found)
    if (old.merged_on, old.kind, dict(old.parties)) == (facts.merged_on, facts.kind, dict(facts.parties)):
        return Deed.UNCHANGED, None, ()
    merging.refuse_settled(session, found, facts)
    merger = found

    def correct(session: Session, reason: str, actor: Actor) -> object:
        return merging.correct_merger(session, merger, facts, reason=reason, actor=actor, sets_days=sets_days)

    changes = (
        Change("merged_on", old.merged_on.isoformat(), facts.merged_on.isoformat()),
        Change("parties", ", ".join(sorted(old.parties)), ", ".join(sorted(facts.parties))),
    )
    return Deed.CHANGED, correct, tuple(one for one in changes if one.before != one.after)
