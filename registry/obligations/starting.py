"""Starts, corrects and ends obligations. The deadline is copied when one starts: no later rule moves it.

Two processes that start the same one: the unique key of a duty lets one of them in.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Date, Integer, column, select, table
from sqlalchemy.orm import Session

from common.clock import AMSTERDAM, now
from common.ledger import Actor
from common.versions import known_at
from registry.agreements.models import Agreement, AgreementVersion, ObligationKind
from registry.agreements.periods import deadline
from registry.obligations.models import DeadlineCause, Duty, DutyVersion
from registry.obligations.reading import MOVES
from registry.obligations.writing import next_version, note

# Editions stand above obligations and start theirs by being opened; of the table only these columns are read.
_EDITION = table(
    "edition",
    column("agreement_id", Integer),
    column("year", Integer),
    column("opens_on", Date),
    column("due_on", Date),
)


@dataclass(frozen=True)
class Bound:
    """Since when an agreement binds an authority."""

    signed_on: date | None
    """Of a month or year the last day, so that nobody is called late too soon; None where no source tells it."""
    bound_from: date | None = None
    """The day of the merger by which the authority took a signature over: what was due before it is not its own."""
    bound_to: date | None = None
    """The first day on which it binds no more: a report that opens from then on is not asked."""
    known_since: datetime | None = None
    """When the register first said so, for obligations of before it kept them; None means now."""
    begins_on: date | None = None
    """The first day on which it may have been signed, where `signed_on` is the last of a month or year."""
    again: bool = False
    """An earlier signature ended before this one: what that asked stays as it ended."""
    also: tuple["Bound", ...] = ()
    """Other signatures that bind it at the same time: a year that one of them asks, is asked."""

    @property
    def starts_on(self) -> date | None:
        """The day from which it is asked something."""
        return self.begins_on or self.signed_on

    def asks_year(self, year: int, opens_on: date, due_on: date) -> bool:
        """Say whether the report on that year is asked, by this signature or by one that binds with it."""
        own = (
            self.signed_on is not None
            and year >= self.signed_on.year
            and not (self.bound_from and due_on < self.bound_from)
            and not (self.bound_to and opens_on >= self.bound_to)
        )
        return own or any(one.asks_year(year, opens_on, due_on) for one in self.also)

    def leaves(self, year: int, starts_on: date | None) -> bool:
        """Say whether this was asked by an earlier signature only, that ended before; `year` is 0 for a plan."""
        if not self.again or self.signed_on is None:
            return False
        return year < self.signed_on.year if year else starts_on != self.starts_on


@dataclass(frozen=True)
class _Wanted:
    """What must be asked of one authority, by the rule of this moment."""

    authority_id: int
    code: str
    year: int
    starts_on: date | None
    due_on: date | None
    grace_days: int
    recorded_at: datetime
    ends_on: date | None = None
    """Where it had ended already when the register began to keep obligations."""
    asked: bool = True
    """False for a year before the year of signing: it is ended where it had started."""

    @property
    def key(self) -> tuple[int, str, int]:
        return self.authority_id, self.code, self.year


def start_duties(
    session: Session, version: AgreementVersion, authority_ids: Collection[int], signed_on: date | None, *, actor: Actor
) -> int:
    """Start what this version of an agreement asks of who signed it on that day; correct it where the day was another.

    Idempotent. Asked are the plan, and the reports of opened editions from the year of signing on.
    Returns how many obligations started or changed.
    """
    return start_many(session, version, dict.fromkeys(authority_ids, Bound(signed_on)), actor=actor)


def start_many(session: Session, version: AgreementVersion, bound: Mapping[int, Bound], *, actor: Actor) -> int:
    """Do what `start_duties` does for many authorities at once, each with its own day. One entry in the ledger."""
    years = session.execute(
        select(_EDITION.c.year, _EDITION.c.opens_on, _EDITION.c.due_on)
        .where(_EDITION.c.agreement_id == version.agreement_id)
        .order_by(_EDITION.c.year)
    ).all()
    wanted = [one for authority_id, since in bound.items() for one in _wanted(version, authority_id, since, years)]
    found = _current(session, version.agreement_id, bound)
    agreement = session.get_one(Agreement, version.agreement_id)
    fresh = [_start(session, one, agreement, actor) for one in wanted if one.asked and one.key not in found]
    session.flush()
    moved = [
        new for one in wanted if one.key in found for new in _corrected(session, found[one.key], one, actor)
    ]  # fmt: skip
    note(session, "duty.started", agreement, fresh, actor)
    note(session, "duty.corrected", agreement, moved, actor)
    return len(fresh) + len(moved)


def end_duties(
    session: Session,
    agreement_id: int,
    authority_ids: Collection[int] | Mapping[int, Bound],
    ends_on: date | None,
    reason: str | None,
    *,
    actor: Actor,
) -> int:
    """Let what an agreement asks of these authorities end on a day: the first on which nothing is asked any more.

    `ends_on` None takes an earlier ending back, but for what `Bound.leaves` where the authorities come with theirs.
    The reason is public. Idempotent; returns how many changed.
    """
    agreement = session.get_one(Agreement, agreement_id)
    since = authority_ids if isinstance(authority_ids, Mapping) else {}
    changed = []
    for old in _current(session, agreement_id, authority_ids).values():
        bound = since.get(old.duty.authority_id)
        if old.ends_on == ends_on or _void(old) or (bound and bound.leaves(old.duty.year, old.starts_on)):
            continue
        cause = DeadlineCause.ENDED if ends_on else DeadlineCause.CORRECTED
        changed.append(next_version(session, old, actor, reason, cause=cause, ends_on=ends_on))
    note(session, "duty.ended" if ends_on else "duty.corrected", agreement, changed, actor, reason)
    return len(changed)


def void_duties(
    session: Session, agreement_id: int, authority_ids: Collection[int], reason: str, *, actor: Actor
) -> int:
    """Say that nothing was ever asked of these authorities: no signature of the agreement binds them after all.

    The reason is public. Idempotent; returns how many changed. `start_duties` takes it back.
    """
    current = _current(session, agreement_id, authority_ids).values()
    changed = [
        next_version(session, old, actor, reason, cause=DeadlineCause.CORRECTED, ends_on=old.starts_on)
        for old in current
        if old.starts_on and not _void(old)
    ]
    note(session, "duty.corrected", session.get_one(Agreement, agreement_id), changed, actor, reason)
    return len(changed)


def _wanted(version: AgreementVersion, authority_id: int, since: Bound, years: Iterable[Any]) -> Iterator[_Wanted]:
    moment, signed_on = since.known_since or now(), since.signed_on
    ended = since.bound_to if since.known_since else None
    for asked in version.obligations:
        plain = (authority_id, asked.code)
        if asked.kind is ObligationKind.ACTION_PLAN:
            due_on = deadline(signed_on, asked.within) if signed_on and asked.within else None
            if not (since.bound_from and due_on and due_on < since.bound_from):
                begins, until = since.starts_on, since.bound_to
                at_once = bool(begins and until and until <= begins)
                yield _Wanted(*plain, 0, begins, due_on, asked.grace_days, moment, ended, not at_once)
            continue
        for year, opens_on, due_on in years:
            own = since.asks_year(year, opens_on, due_on)
            if not own and since.leaves(year, opens_on):
                continue
            known = max(moment, datetime.combine(opens_on, time(), AMSTERDAM)) if since.known_since else moment
            yield _Wanted(*plain, year, opens_on, due_on, asked.grace_days, known, ended, own)


def _start(session: Session, one: _Wanted, agreement: Agreement, actor: Actor) -> DutyVersion:
    version = DutyVersion(
        number=1, starts_on=one.starts_on, due_on=one.due_on, grace_days=one.grace_days, ends_on=one.ends_on,
        cause=DeadlineCause.STARTED, recorded_at=one.recorded_at, recorded_role=actor.role,
    )  # fmt: skip
    version.duty = Duty(authority_id=one.authority_id, agreement_id=agreement.id, code=one.code, year=one.year)
    session.add(version)
    return version


def _corrected(session: Session, old: DutyVersion, one: _Wanted, actor: Actor) -> list[DutyVersion]:
    """Return the version that corrects the old one, if anything is to be corrected.

    A deadline that was moved stays where the right day would give less time.
    """
    if one.year:
        if one.asked is not _void(old):
            return []
        return [
            next_version(
                session, old, actor, cause=DeadlineCause.CORRECTED, ends_on=None if one.asked else old.starts_on
            )
        ]
    back = one.asked and _void(old)
    if old.starts_on == one.starts_on and not back:
        return []
    due_on = one.due_on
    if due_on and old.due_on and _was_moved(old):
        due_on = max(due_on, old.due_on)
    days: dict[str, Any] = {"starts_on": one.starts_on, "due_on": due_on, "ends_on": None if back else old.ends_on}
    return [next_version(session, old, actor, cause=DeadlineCause.CORRECTED, grace_days=one.grace_days, **days)]


def _was_moved(version: DutyVersion) -> bool:
    """Say whether the deadline is one that was moved, by this version or by one before it."""
    return any(one.cause in MOVES and one.due_on == version.due_on for one in version.duty.versions)


def _void(version: DutyVersion) -> bool:
    """Say whether it was never asked after all: it ended on the day on which it started."""
    return version.ends_on is not None and version.ends_on == version.starts_on


def _current(
    session: Session, agreement_id: int, authority_ids: Collection[int]
) -> dict[tuple[int, str, int], DutyVersion]:
    query = (
        select(DutyVersion)
        .join(DutyVersion.duty)
        .where(Duty.agreement_id == agreement_id, Duty.authority_id.in_(authority_ids), known_at(DutyVersion))
        .order_by(Duty.id)
    )
    return {(one.duty.authority_id, one.duty.code, one.duty.year): one for one in session.scalars(query)}
