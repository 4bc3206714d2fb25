"""Records mergers (herindelingen): which authorities end on a day, and in which they go on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from common import ledger
from common.clock import now
from common.errors import N_, Conflict, Refused
from common.ledger import Actor
from common.versions import known_at, supersede
from registry.authorities import changing
from registry.authorities.models import Authority, AuthorityVersion, Merger, MergerChoice, MergerPart, MergerParty


@dataclass(frozen=True)
class MergerFacts:
    """What the register says of one merger: the part of each authority by its code."""

    merged_on: date
    kind: str
    source: str
    parties: Mapping[str, MergerPart]

    @property
    def ended(self) -> list[str]:
        """Codes of the authorities that end."""
        return [code for code, part in self.parties.items() if part is MergerPart.ENDED]

    @property
    def continued(self) -> list[str]:
        """Codes of the authorities that go on."""
        return [code for code, part in self.parties.items() if part is not MergerPart.ENDED]


def current_mergers(session: Session) -> list[Merger]:
    """Return the mergers that the register knows now, with their parties, newest first."""
    query = select(Merger).where(known_at(Merger)).order_by(Merger.merged_on.desc(), Merger.id.desc())
    return list(session.scalars(query.options(selectinload(Merger.parties).joinedload(MergerParty.authority))))


def facts_of(merger: Merger) -> MergerFacts:
    """Return a merger as plain facts."""
    parties = {party.authority.code: party.part for party in merger.parties}
    return MergerFacts(merger.merged_on, merger.kind, merger.source, parties)


def fixed_days(session: Session) -> dict[str, tuple[MergerPart, date]]:
    """Return, by code, the part and the day of who ended or began in a merger at which something was settled."""
    settled = select(MergerChoice.id).where(MergerChoice.merger_id == Merger.id, MergerChoice.undone_at.is_(None))
    rows = session.execute(
        select(Authority.code, MergerParty.part, Merger.merged_on)
        .join(MergerParty, MergerParty.authority_id == Authority.id)
        .join(Merger, Merger.id == MergerParty.merger_id)
        .where(known_at(Merger), settled.exists(), MergerParty.part != MergerPart.ENLARGED)
    )
    return {code: (part, day) for code, part, day in rows}


def refuse_settled(session: Session, old: Merger, facts: MergerFacts) -> None:
    """Raise Refused where facts move the day or the authorities of a merger after something went over by it."""
    before = facts_of(old)
    if (before.merged_on, dict(before.parties)) == (facts.merged_on, dict(facts.parties)):
        return
    query = select(MergerChoice.id).where(MergerChoice.merger_id == old.id, MergerChoice.undone_at.is_(None))
    if session.scalars(query.limit(1)).first() is not None:
        raise Refused(N_("Er is bij deze herindeling al iets overgegaan. De dag en de organisaties staan daarom vast."))


def check(facts: MergerFacts) -> None:
    """Raise Refused unless at least one authority ends and at least one goes on."""
    if not facts.ended or not facts.continued:
        raise Refused(N_("Noem minstens één organisatie die ophoudt en één die verdergaat."))


def refuse_mixed(are_examples: Iterable[bool]) -> None:
    """Raise Refused where real and fictional authorities would merge: nothing fictional becomes of a real one."""
    if len(set(are_examples)) > 1:
        raise Refused(N_("Een verzonnen organisatie en een echte kunnen niet samengaan. Kies alleen echte, of geen."))


def record_merger(session: Session, facts: MergerFacts, *, reason: str, actor: Actor, sets_days: bool = True) -> Merger:
    """Record a merger: the authorities end on its day, and those that are new begin on it.

    With `sets_days` False their days stay: a register that gives them itself is sometimes a day beside its own event.

    Raises Refused when the parties do not fit, Conflict when one of them ends in another merger already.
    """
    check(facts)
    ledger.lock(session)
    authorities = _authorities(session, facts)
    refuse_mixed(one.is_example for one in authorities.values())
    _refuse_second_end(session, facts, None)
    merger = Merger(
        merged_on=facts.merged_on, kind=facts.kind, source=facts.source, recorded_role=actor.role, change_reason=reason
    )
    merger.parties = _parties(facts, authorities)
    session.add(merger)
    session.flush()
    if sets_days:
        _follow(session, facts, authorities, reason=reason, actor=actor)
    _note(session, "merger.recorded", merger, facts, reason, actor)
    return merger


def correct_merger(
    session: Session, old: Merger, facts: MergerFacts, *, reason: str, actor: Actor, sets_days: bool = True
) -> Merger:
    """Say anew what a merger was; the days on which authorities ended and began follow, what was chosen stays chosen.

    Raises as `record_merger`. Refused is also to move the day, or to exchange authorities, after something was settled.
    """
    check(facts)
    ledger.lock(session)
    session.refresh(old)
    if old.superseded_at is not None:
        raise Conflict(N_("Iemand anders veranderde deze herindeling intussen. Bekijk wat er nu staat."))
    refuse_settled(session, old, facts)
    authorities = _authorities(session, facts)
    refuse_mixed(one.is_example for one in authorities.values())
    _refuse_second_end(session, facts, old.id)
    new = Merger(merged_on=facts.merged_on, kind=facts.kind, source=facts.source, replaces_id=old.id)
    new.parties = _parties(facts, authorities)
    before = facts_of(old)
    supersede(session, old, new, actor=actor, reason=reason)
    session.execute(update(MergerChoice).where(MergerChoice.merger_id == old.id).values(merger_id=new.id))
    if sets_days:
        for code, authority in _authorities(session, before).items():
            if code in before.ended and code not in facts.ended:
                _reopen(session, authority, before.merged_on, reason=reason, actor=actor)
            if before.parties[code] is MergerPart.NEW and facts.parties.get(code) is not MergerPart.NEW:
                _begin_as_before(session, authority, old, reason=reason, actor=actor)
        _follow(session, facts, authorities, reason=reason, actor=actor, before=before)
    _note(session, "merger.changed", new, facts, reason, actor)
    return new


def withdraw_merger(session: Session, old: Merger, *, reason: str, actor: Actor) -> None:
    """Say that a merger does not happen, or never did: the authorities that ended by it go on.

    The register keeps what it said of it. An authority that was to begin by it stays, with the beginning that it had.
    """
    facts = facts_of(old)
    old.superseded_at, old.withdrawn_role, old.withdrawn_reason = now(), actor.role, reason
    session.flush()
    for code, authority in _authorities(session, facts).items():
        if code in facts.ended and not _ends_elsewhere(session, authority):
            _reopen(session, authority, facts.merged_on, reason=reason, actor=actor)
        if facts.parties[code] is MergerPart.NEW:
            _begin_as_before(session, authority, old, reason=reason, actor=actor)
    _note(session, "merger.withdrawn", old, facts, reason, actor)


def _ends_elsewhere(session: Session, authority: Authority) -> bool:
    """Say whether an authority ends in another merger too: it was divided over several."""
    return any(
        party.authority_id == authority.id and party.part is MergerPart.ENDED
        for merger in current_mergers(session)
        for party in merger.parties
    )


def _authorities(session: Session, facts: MergerFacts) -> dict[str, Authority]:
    found = {one.code: one for one in session.scalars(select(Authority).where(Authority.code.in_(facts.parties)))}
    missing = next((code for code in facts.parties if code not in found), None)
    if missing:
        raise Refused(N_("Er is geen organisatie met de code %(code)s."), code=missing)
    return found


def _refuse_second_end(session: Session, facts: MergerFacts, own_id: int | None) -> None:
    """An authority ends once. On one day it may go into several (Maasdonk, 2015), also as mergers of their own."""
    for merger in current_mergers(session):
        ending = {party.authority.code for party in merger.parties if party.part is MergerPart.ENDED}
        twice = next((code for code in facts.ended if code in ending), None)
        if twice and merger.id != own_id and merger.merged_on != facts.merged_on:
            raise Conflict(
                N_("%(name)s houdt al op in een andere herindeling, op %(day)s."),
                name=_called(session, merger, twice), day=merger.merged_on,
            )  # fmt: skip


def _called(session: Session, merger: Merger, code: str) -> str:
    its = next(party.authority_id for party in merger.parties if party.authority.code == code)
    return changing.current_versions(session, its)[-1].name


def _parties(facts: MergerFacts, authorities: Mapping[str, Authority]) -> list[MergerParty]:
    return [MergerParty(authority=authorities[code], part=part) for code, part in sorted(facts.parties.items())]


def _follow(
    session: Session,
    facts: MergerFacts,
    authorities: Mapping[str, Authority],
    *,
    reason: str,
    actor: Actor,
    before: MergerFacts | None = None,
) -> None:
    """Let each authority end or begin on the day of the merger, where it does not do so already."""
    for code, part in facts.parties.items():
        versions = changing.current_versions(session, authorities[code].id)
        name = versions[-1].name
        if part is MergerPart.ENDED and versions[-1].valid_to != facts.merged_on:
            if versions[-1].valid_to and not (before and versions[-1].valid_to == before.merged_on):
                raise Refused(N_("%(name)s hield al op een andere dag op. Verander eerst die dag."), name=name)
            if versions[-1].valid_from and versions[-1].valid_from >= facts.merged_on:
                raise Refused(N_("%(name)s bestaat op die dag nog niet."), name=name)
            changing.correct(session, versions[-1], {"valid_to": facts.merged_on}, reason=reason, actor=actor)
        if part is not MergerPart.ENDED:
            _refuse_heir(code, versions, part, facts.merged_on, before)
        if part is MergerPart.NEW and versions[0].valid_from != facts.merged_on:
            changing.correct(session, versions[0], {"valid_from": facts.merged_on}, reason=reason, actor=actor)


def _refuse_heir(
    code: str, versions: Sequence[AuthorityVersion], part: MergerPart, day: date, before: MergerFacts | None
) -> None:
    """Raise Refused for who cannot go on: it ended by that day, or is called new and began before, or grows too soon.

    Of one without a beginning nobody knew since when it is, so that it may be new.
    """
    begins, ends, name = versions[0].valid_from, versions[-1].valid_to, versions[-1].name
    if ends and ends <= day:
        raise Refused(N_("%(name)s is op die dag al opgehouden te bestaan."), name=name)
    began_by_it = before is not None and before.parties.get(code) is MergerPart.NEW and begins == before.merged_on
    if part is MergerPart.NEW and begins and begins < day and not began_by_it:
        raise Refused(N_("%(name)s bestond al. Noem haar bij wie groter wordt."), name=name)
    if part is MergerPart.ENLARGED and begins and begins > day:
        raise Refused(N_("%(name)s bestaat op die dag nog niet."), name=name)


def _reopen(session: Session, authority: Authority, ended_on: date, *, reason: str, actor: Actor) -> None:
    last = changing.current_versions(session, authority.id)[-1]
    if last.valid_to == ended_on:
        changing.correct(session, last, {"valid_to": None}, reason=reason, actor=actor)


def _begin_as_before(session: Session, authority: Authority, merger: Merger, *, reason: str, actor: Actor) -> None:
    """Let an authority begin again when it began before the merger was recorded, of which its beginning was made."""
    first = changing.current_versions(session, authority.id)[0]
    day = merger.merged_on
    while merger.replaces_id is not None:
        merger = session.get_one(Merger, merger.replaces_id)
    query = (
        select(AuthorityVersion)
        .where(AuthorityVersion.authority_id == authority.id, AuthorityVersion.recorded_at <= merger.recorded_at)
        .where(AuthorityVersion.superseded_at >= merger.recorded_at)
        .order_by(AuthorityVersion.superseded_at, AuthorityVersion.id)
    )
    replaced = session.scalars(query).first()
    if replaced and first.valid_from == day != replaced.valid_from:
        changing.correct(session, first, {"valid_from": replaced.valid_from}, reason=reason, actor=actor)


def _note(session: Session, event: str, merger: Merger, facts: MergerFacts, reason: str, actor: Actor) -> None:
    payload = {
        "merged_on": facts.merged_on.isoformat(),
        "kind": facts.kind,
        "source": facts.source,
        "parties": {code: part.value for code, part in sorted(facts.parties.items())},
        "replaces": merger.replaces_id,
        "reason": reason,
    }
    ledger.record(session, event, f"merger:{merger.id}", payload, actor=actor)
