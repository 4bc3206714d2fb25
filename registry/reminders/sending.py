"""Sending reminders: one mail for each person, written down in the transaction that puts it in the outbox."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import User
from common import ledger
from common.clock import now
from common.ledger import SYSTEM, Actor
from registry.reminders.mails import queue_reminder
from registry.reminders.models import ReminderRound, ReminderSent, ReminderSkip
from registry.reminders.planning import Item, RoundKey
from registry.reports.models import Report, ReportState

TOO_SOON = timedelta(days=3)
"""Staff send nobody a reminder by hand so soon after another one, unless they say that they mean it."""


def round_of(session: Session, key: RoundKey) -> ReminderRound:
    """Return a round, made now when it did not exist. Call it with the lock of the ledger."""
    found = session.scalars(
        select(ReminderRound).filter_by(edition_id=key.edition_id, kind=key.kind, planned_on=key.planned_on)
    ).first()
    if found is None:
        found = ReminderRound(edition_id=key.edition_id, kind=key.kind, planned_on=key.planned_on)
        session.add(found)
        session.flush()
    return found


def by_person(items: Iterable[Item], *, with_example: bool = True) -> Mapping[int, list[Item]]:
    """Return what each person is to be reminded of, by account; without people of the example world where asked."""
    found: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        for member in item.people if item.goes else ():
            if with_example or not member.is_example:
                found[member.user_id].append(item)
    return found


def remind_person(session: Session, user_id: int, items: Sequence[Item], day: date) -> bool:
    """Write one person's reminder; False where nothing of it is left to say.

    What was planned may be old by now: another run sent it, the report came in, or staff left it out. So all is asked
    again with the lock in hand; until the commit nobody else can write.
    """
    ledger.lock(session)
    open_items = [item for item in items if _still_open(session, item, user_id)]
    return _write(session, user_id, open_items, day, SYSTEM)


def remind_by_hand(session: Session, items: Iterable[Item], day: date, *, actor: Actor) -> int:
    """Send the reminders that staff chose, all in one transaction; return how many mails were written."""
    ledger.lock(session)
    plan = by_person(items)
    return sum(_write(session, user_id, own, day, actor) for user_id, own in plan.items())


def _still_open(session: Session, item: Item, user_id: int) -> bool:
    row = round_of(session, item.key)
    authority_id = item.one.who.authority_id
    sent = select(ReminderSent.id).filter_by(round_id=row.id, authority_id=authority_id, user_id=user_id)
    skip = select(ReminderSkip.id).filter_by(round_id=row.id, authority_id=authority_id)
    report = select(Report.state, Report.submissions.any()).where(
        Report.authority_id == authority_id, Report.edition_id == item.key.edition_id
    )
    state, handed_in = session.execute(report).first() or (None, False)
    came = handed_in and state is not ReportState.WITHDRAWN
    return not came and session.scalar(sent) is None and session.scalar(skip) is None


def _write(session: Session, user_id: int, items: Sequence[Item], day: date, actor: Actor) -> bool:
    user = session.get(User, user_id)
    if not items or user is None or queue_reminder(session, user, items, day) is None:
        return False
    for item in items:
        _note(session, item, user_id)
    facts = {"kinds": sorted({item.key.kind.value for item in items}), "reports": len(items)}
    # Whom a mail went to is nobody else's business: the ledger has a hash of it that can be made void.
    entry = ledger.record(
        session, "mail.reminded", "mail:reminder", facts, actor=actor, personal={"account": str(user_id)}
    )
    ledger.belongs_to(session, entry, user_id)
    return True


def _note(session: Session, item: Item, user_id: int) -> None:
    """Write down that it went; a reminder by hand on the same day, sent again on purpose, renews the moment."""
    row = round_of(session, item.key)
    authority_id = item.one.who.authority_id
    sent = session.scalars(
        select(ReminderSent).filter_by(round_id=row.id, authority_id=authority_id, user_id=user_id)
    ).first()
    if sent:
        sent.sent_at = now()
    else:
        session.add(ReminderSent(round_id=row.id, authority_id=authority_id, user_id=user_id, sent_at=now()))
    session.flush()


def last_reminded(session: Session, user_ids: Iterable[int]) -> dict[int, datetime]:
    """Return when each of these people was last sent a reminder. One query."""
    query = (
        select(ReminderSent.user_id, func.max(ReminderSent.sent_at))
        .where(ReminderSent.user_id.in_(set(user_ids)))
        .group_by(ReminderSent.user_id)
    )
    return dict(session.execute(query).all())


@dataclass(frozen=True)
class SentRound:
    """A round that went, with its counts."""

    row: ReminderRound
    authorities: int
    people: int
    first: datetime
    last: datetime


def sent_rounds(session: Session, limit: int) -> list[SentRound]:
    """Return the rounds that went, the newest in front. One query."""
    counted = (
        select(
            ReminderSent.round_id,
            func.count(func.distinct(ReminderSent.authority_id)).label("authorities"),
            func.count(func.distinct(ReminderSent.user_id)).label("people"),
            func.min(ReminderSent.sent_at).label("first"),
            func.max(ReminderSent.sent_at).label("last"),
        )
        .group_by(ReminderSent.round_id)
        .subquery()
    )
    query = (
        select(ReminderRound, counted.c.authorities, counted.c.people, counted.c.first, counted.c.last)
        .join(counted, counted.c.round_id == ReminderRound.id)
        .order_by(counted.c.last.desc(), ReminderRound.id.desc())
        .limit(limit)
    )
    return [SentRound(*row) for row in session.execute(query)]
