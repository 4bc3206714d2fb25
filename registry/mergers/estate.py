"""All that authorities leave at their merger: what is still to be settled, and what was chosen.

An authority that is divided over two may stand in two mergers of one day (Maasdonk, 2015, in the registers of TOOI).
What it leaves is one estate, which all successors of that day can share, on the page of either merger.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry.authorities.merging import current_mergers
from registry.authorities.models import Authority, Merger, MergerPart
from registry.mergers.leaving import FINDERS, Leaver
from registry.mergers.models import MergerChoice
from registry.mergers.offering import offer
from registry.mergers.things import DATED, Sort, Thing, with_usual
from registry.reports.models import PUBLIC, WITH_STAFF, Report, Submission

_FOR_LATE_HEIRS = {Sort.SIGNATURE, Sort.PLAN}
"""What stays with its authority when it goes over, so that a successor that is named later can have it too."""


@dataclass(frozen=True)
class Heir:
    """A successor of an ended authority, and by which merger, known since when, it is one."""

    authority: Authority
    merger_id: int
    since: datetime


@dataclass(frozen=True)
class Estate:
    """All that is still to be settled at a merger, and what was settled or simply stays."""

    merger: Merger
    ended: tuple[Authority, ...]
    continued: tuple[Authority, ...]
    also: tuple[Merger, ...]
    """Other mergers of that day in which one of the ended authorities goes on too."""
    open: tuple[Thing, ...]
    settled: tuple[MergerChoice, ...]
    handed_in: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """By ended authority: how many reports stay under its old name, and how many of them staff still review."""

    def now_possible(self, today: date) -> list[Thing]:
        """Return what can be settled today: everything from the day of the merger, and before it what has a day."""
        return [one for one in self.open if one.sort in DATED or today >= self.merger.merged_on]


def authorities_of(merger: Merger, *, ended: bool) -> tuple[Authority, ...]:
    """Return those that end in a merger, or those that go on."""
    return tuple(one.authority for one in merger.parties if (one.part is MergerPart.ENDED) is ended)


def read_estate(session: Session, merger: Merger) -> Estate:
    """Return what the ended authorities of a merger have, and what was chosen for it."""
    ended, day = authorities_of(merger, ended=True), merger.merged_on
    family = _family(session, merger)
    heirs = {one.id: _heirs(session, one, family) for one in ended}
    takers = {key: [heir.authority for heir in its] for key, its in heirs.items()}
    settled = _settled(session, [one.id for one in ended])
    if merger.superseded_at is not None:
        settled = [one for one in settled if one.merger_id == merger.id]
    things = []
    for thing in _left(session, {one.id: Leaver(one, day) for one in ended}, heirs, settled):
        own = heirs[thing.heir_of.id]
        late = _late(thing, own, settled)
        possible = [heir.authority for heir in late] or takers[thing.heir_of.id]
        via = {heir.authority.id: heir.merger_id for heir in own}
        things.append(replace(offer(session, thing, possible, day), via=via))
    things.sort(key=lambda one: (list(Sort).index(one.sort), one.day or date.max, one.heir_of.id, one.id))
    return Estate(
        merger, ended, authorities_of(merger, ended=False), tuple(one for one in family if one is not merger),
        tuple(with_usual(things, takers)), tuple(settled), _handed_in(session, takers),
    )  # fmt: skip


def count_left(session: Session, mergers: Sequence[Merger], every: Sequence[Merger]) -> dict[int, int]:
    """Return how many things wait for a choice at each of these mergers, `every` being all that the register knows.

    As many queries for many mergers as for one.
    """
    leaving, heirs = dict[int, Leaver](), dict[int, list[Heir]]()
    for merger in mergers:
        for authority in authorities_of(merger, ended=True):
            leaving[authority.id] = Leaver(authority, merger.merged_on)
    for merger in every:
        for authority in authorities_of(merger, ended=True):
            if authority.id in leaving:
                heirs.setdefault(authority.id, []).extend(_heirs(session, authority, [merger]))
    left = _left(session, leaving, heirs, _settled(session, leaving)) if leaving else []
    return {merger.id: sum(thing.heir_of in authorities_of(merger, ended=True) for thing in left) for merger in mergers}


def _family(session: Session, merger: Merger) -> list[Merger]:
    """Return this merger, and what the register knows of that day that ends one of the same authorities."""
    ended = set(authorities_of(merger, ended=True))
    others = [] if merger.superseded_at is not None else current_mergers(session)
    same_day = [one for one in others if one.merged_on == merger.merged_on and one is not merger]
    return [merger, *(one for one in same_day if ended & set(authorities_of(one, ended=True)))]


def _heirs(session: Session, authority: Authority, mergers: Sequence[Merger]) -> list[Heir]:
    found: dict[int, Heir] = {}
    for merger in mergers:
        if authority in authorities_of(merger, ended=True):
            for heir in authorities_of(merger, ended=False):
                found.setdefault(heir.id, Heir(heir, merger.id, _known_since(session, merger)))
    return list(found.values())


def _known_since(session: Session, merger: Merger) -> datetime:
    """Return when the register first told of a merger, before what it corrected."""
    while merger.replaces_id is not None:
        merger = session.get_one(Merger, merger.replaces_id)
    return merger.recorded_at


def _settled(session: Session, ended: Collection[int]) -> list[MergerChoice]:
    """Return what was chosen for these authorities. An authority ends on one day, so it has one estate."""
    query = (
        select(MergerChoice)
        .where(MergerChoice.from_authority_id.in_(ended), MergerChoice.undone_at.is_(None))
        .options(joinedload(MergerChoice.from_authority), joinedload(MergerChoice.to_authority))
    )
    return list(session.scalars(query.order_by(MergerChoice.id)))


def _left(
    session: Session,
    leaving: Mapping[int, Leaver],
    heirs: Mapping[int, Sequence[Heir]],
    settled: Sequence[MergerChoice],
) -> list[Thing]:
    """Return what is not settled. It is again for successors that were named after it was."""
    done = {(one.subject, one.from_authority_id) for one in settled}
    return [
        thing
        for find in FINDERS
        for thing in find(session, leaving)
        if (
            _late(thing, heirs[thing.heir_of.id], settled)
            if (thing.subject, thing.heir_of.id) in done
            else not thing.left_already
        )
    ]


def _late(thing: Thing, heirs: Sequence[Heir], settled: Sequence[MergerChoice]) -> list[Heir]:
    """Return the successors that the register learned of after the thing was settled; none while it is not."""
    own = [one for one in settled if (one.subject, one.from_authority_id) == (thing.subject, thing.heir_of.id)]
    if not own or thing.sort not in _FOR_LATE_HEIRS:
        return []
    last = max(one.decided_at for one in own)
    return [heir for heir in heirs if heir.since > last]


def _handed_in(session: Session, ended: Collection[int]) -> dict[int, tuple[int, int]]:
    sent = select(Submission.id).where(Submission.report_id == Report.id).exists()
    stays = Report.state.in_(WITH_STAFF | PUBLIC)
    query = select(Report.authority_id, Report.state).where(Report.authority_id.in_(ended), sent, stays)
    found: dict[int, tuple[int, int]] = {}
    for authority_id, state in session.execute(query):
        number, waiting = found.get(authority_id, (0, 0))
        found[authority_id] = number + 1, waiting + (state in WITH_STAFF)
    return found
