"""Which reminders are to go on a day, or will come: read from deadlines, reports, people and what was sent already."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import now
from registry.editions.models import Edition
from registry.reminders.models import ReminderKind, ReminderRound, ReminderSent, ReminderSkip
from registry.reminders.rule import Planned, coming, due, receivers, told_already
from registry.reports.expected import Expected, Member, expected, members_of, opened_editions
from registry.reports.how_far import HowFar, Turn, how_far

HORIZON = timedelta(days=60)
"""How long before staff see a reminder that will come."""
_OLDEST = timedelta(days=3 * 366)
"""Editions that opened before that ask nobody any more."""
_ONE_RUN = timedelta(days=1)
"""Who comes to work for an authority later than this after its reminder went gets none of that round."""


class RoundKey(NamedTuple):
    """What tells rounds apart: all authorities with the same last day stand in one."""

    edition_id: int
    kind: ReminderKind
    planned_on: date


@dataclass(frozen=True)
class Item:
    """One authority in one round."""

    key: RoundKey
    one: Expected
    progress: HowFar | None
    """None where nobody saved anything yet."""
    people: Sequence[Member]
    """Who can act; empty where nobody has an account."""
    skipped: bool = False
    """Staff left it out."""
    words: str = ""
    """What staff add to this round."""

    @property
    def goes(self) -> bool:
        """Whether somebody will get it."""
        return bool(self.people) and not self.skipped


@dataclass
class History:
    """What the tables of reminders hold of some editions."""

    words: dict[RoundKey, str] = field(default_factory=dict)
    skipped: set[tuple[RoundKey, int]] = field(default_factory=set)
    told: dict[int, set[Planned]] = field(default_factory=lambda: defaultdict(set))
    """What went, by authority."""
    done: set[tuple[RoundKey, int]] = field(default_factory=set)
    """Rounds that went to an authority in an earlier run."""
    reached: dict[tuple[RoundKey, int], set[int]] = field(default_factory=lambda: defaultdict(set))
    """The people who had a round, by round and authority."""


def due_today(session: Session, day: date) -> list[Item]:
    """Return every reminder that is to go on this day and has not gone, those that staff left out included.

    Three queries for each edition and some for each report that somebody is busy with.
    """
    return [item for edition in _editions(session, day) for item in _of_edition(session, edition, day, timedelta(0))]


def coming_up(session: Session, day: date, within: timedelta = HORIZON) -> list[Item]:
    """Return every reminder that is to go now or comes within this time, as it would be if nothing changes."""
    found = _editions(session, day + within)
    return [item for edition in found for item in _of_edition(session, edition, day, within)]


def in_round(session: Session, key: RoundKey, day: date) -> list[Item]:
    """Return the authorities in one round that is to go or comes."""
    edition = session.get(Edition, key.edition_id)
    if edition is None:
        return []
    within = max(key.planned_on - day, timedelta(0))
    return [item for item in _of_edition(session, edition, day, within) if item.key == key]


def _editions(session: Session, day: date) -> Sequence[Edition]:
    return opened_editions(session, day, since=day - _OLDEST)


def _of_edition(session: Session, edition: Edition, day: date, within: timedelta) -> list[Item]:
    history = history_of(session, edition.id)
    waiting = [one for one in expected(session, edition, max(day, edition.opens_on)) if not one.is_in]
    found: list[tuple[Planned, Expected]] = []
    for one in waiting:
        told = history.told[one.who.authority_id]
        now_due = due(one.asked_from, one.last_day, day)
        planned = [now_due] if now_due else []
        planned += coming(one.asked_from, one.last_day, day, within)
        found += [(each, one) for each in planned if not told_already(each, told - {each})]
    return items_of(session, edition.id, found, history)


def items_of(
    session: Session, edition_id: int, found: Sequence[tuple[Planned, Expected]], history: History
) -> list[Item]:
    """Return the items for these authorities; who has had this round, and what staff enter from paper, is not in it."""
    open_ones = [
        (RoundKey(edition_id, each.kind, each.day), one)
        for each, one in found
        if (RoundKey(edition_id, each.kind, each.day), one.who.authority_id) not in history.done
    ]
    members = members_of(session, [one.who.code for _key, one in open_ones])
    busy = {one.report.id: one.report for _key, one in open_ones if one.report and not one.nothing_done}
    on_paper = {one.report.id: one.report for _key, one in open_ones if one.report and one.report.on_paper}
    progress = how_far(session, {**busy, **on_paper}.values())
    items = []
    for key, one in open_ones:
        far = progress.get(one.report.id) if one.report else None
        if far is None or far.turn is not Turn.STAFF:
            place = (key, one.who.authority_id)
            reached = history.reached.get(place, set())
            people = [who for who in receivers(members.get(one.who.code, []), far) if who.user_id not in reached]
            if people or not reached:
                items.append(Item(key, one, far, people, place in history.skipped, history.words.get(key, "")))
    return items


def history_of(session: Session, edition_id: int) -> History:
    """Return what was added, left out and sent for an edition. Three queries."""
    found, rounds = History(), {}
    for one in session.scalars(select(ReminderRound).where(ReminderRound.edition_id == edition_id)):
        key = rounds[one.id] = RoundKey(edition_id, one.kind, one.planned_on)
        found.words[key] = one.words or ""
    if not rounds:
        return found
    skips = select(ReminderSkip.round_id, ReminderSkip.authority_id).where(ReminderSkip.round_id.in_(rounds))
    found.skipped = {(rounds[round_id], authority_id) for round_id, authority_id in session.execute(skips)}
    for sent in session.scalars(select(ReminderSent).where(ReminderSent.round_id.in_(rounds))):
        key, authority_id = rounds[sent.round_id], sent.authority_id
        found.told[authority_id].add(Planned(key.kind, key.planned_on))
        found.reached[key, authority_id].add(sent.user_id)
        if sent.sent_at < now() - _ONE_RUN:
            found.done.add((key, authority_id))
    return found


def by_round(items: Iterable[Item]) -> Mapping[RoundKey, list[Item]]:
    """Return the items of each round, the first day in front."""
    found: dict[RoundKey, list[Item]] = defaultdict(list)
    for item in sorted(items, key=lambda item: (item.key.planned_on, item.key.edition_id, item.key.kind)):
        found[item.key].append(item)
    return found
