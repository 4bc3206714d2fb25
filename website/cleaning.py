"""What goes when it is too old: one function for each rule of retention.py that cleans. The caller commits."""

from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from accounts.models import Invitation
from accounts.privacy import drop_mail, erase, forgotten_accounts
from accounts.sign_in_models import BrowserSession, SecurityEvent, SignInWait
from common import unsaved as typed
from common.clock import now
from common.files.storage import remove_unused
from common.ledger import SYSTEM
from common.outbox import OutboxMail
from registry.reminders.models import ReminderRound, ReminderSent, ReminderSkip


def _count(session: Session, statement: object) -> int:
    return int(getattr(session.execute(statement), "rowcount", 0))  # type: ignore[call-overload]


def unsaved(session: Session, _before: datetime) -> int:
    """Drop typed text that nobody came back for; return how much."""
    return typed.forget_old(session)


def invitations(session: Session, before: datetime) -> int:
    """Drop invitations that were answered or ran out before that moment; return how many."""
    ended = func.coalesce(Invitation.accepted_at, Invitation.withdrawn_at, Invitation.expires_at)
    return _count(session, delete(Invitation).where(ended < before))


def browsers(session: Session, before: datetime) -> int:
    """Drop sessions that ended, or were last seen, before that moment; return how many."""
    return _count(
        session, delete(BrowserSession).where(func.coalesce(BrowserSession.ended_at, BrowserSession.seen_at) < before)
    )


def waits(session: Session, before: datetime) -> int:
    """Drop counts of failed tries that are over; return how many."""
    over = or_(SignInWait.wait_until.is_(None), SignInWait.wait_until < now())
    return _count(session, delete(SignInWait).where(SignInWait.changed_at < before, over))


def events(session: Session, before: datetime) -> int:
    """Drop events of the safety of accounts; return how many."""
    return _count(session, delete(SecurityEvent).where(SecurityEvent.at < before))


def mail(session: Session, before: datetime) -> int:
    """Empty mail of before that moment; return how many."""
    return drop_mail(session, OutboxMail.created_at < before)


def reminders(session: Session, before: datetime) -> int:
    """Drop rounds of reminders of before that moment, with who got them and who was left out; return how much."""
    old = select(ReminderRound.id).where(ReminderRound.made_at < before)
    gone = [_count(session, delete(table).where(table.round_id.in_(old))) for table in (ReminderSent, ReminderSkip)]
    return sum(gone) + _count(session, delete(ReminderRound).where(ReminderRound.made_at < before))


def files(session: Session, _before: datetime) -> int:
    """Drop files that nothing uses; return how many."""
    return remove_unused(session)


def accounts(session: Session, before: datetime) -> int:
    """Erase accounts that nobody used since that moment; return how many."""
    people = forgotten_accounts(session, before)
    for person in people:
        erase(session, person, actor=SYSTEM)
    return len(people)
