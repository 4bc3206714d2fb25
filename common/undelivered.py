"""Mail that did not arrive: what of it there is, and what staff do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, defer

from common import ledger
from common.clock import now
from common.errors import N_, Conflict
from common.ledger import Actor, LedgerEntry
from common.outbox import MailState, OutboxMail

LONG = timedelta(hours=1)
"""A mail that waits longer than this asks for somebody who looks: is the sender running?"""
MOST_SHOWN = 100


@dataclass(frozen=True)
class Undelivered:
    """What did not arrive: the first of it, and how much there is."""

    mails: Sequence[OutboxMail]
    total: int


def undelivered(session: Session) -> Undelivered:
    """Return the mails that are in doubt, given up or waiting long, oldest first, without their texts."""
    query = select(OutboxMail).where(_asks_for_attention()).order_by(OutboxMail.created_at, OutboxMail.id)
    query = query.options(defer(OutboxMail.body_text), defer(OutboxMail.body_html)).limit(MOST_SHOWN)
    return Undelivered(session.scalars(query).all(), count(session))


def count(session: Session) -> int:
    """Return how many mails ask for attention."""
    return session.scalar(select(func.count()).select_from(OutboxMail).where(_asks_for_attention())) or 0


def asks_for_attention(mail: OutboxMail) -> bool:
    """Say of one mail whether somebody still has to decide about it."""
    if mail.state is MailState.WAITING:
        return mail.created_at <= now() - LONG
    return mail.state in {MailState.IN_DOUBT, MailState.GIVEN_UP} and mail.shown_at is None


def was_decided(session: Session, mail: OutboxMail) -> bool:
    """Say whether somebody ever decided about it, or the sender gave it up; of other mail staff see nothing."""
    query = select(LedgerEntry.seq).where(LedgerEntry.subject == f"mail:{mail.id}").limit(1)
    return session.scalar(query) is not None


def _asks_for_attention() -> ColumnElement[bool]:
    ended = and_(OutboxMail.state.in_((MailState.IN_DOUBT, MailState.GIVEN_UP)), OutboxMail.shown_at.is_(None))
    return or_(ended, and_(OutboxMail.state == MailState.WAITING, OutboxMail.created_at <= now() - LONG))


def send_again(session: Session, mail: OutboxMail, *, actor: Actor) -> None:
    """Let the mail be due now, with its message-id: a reader's program may see that it has it already.

    Raises Conflict when it was dealt with meanwhile.
    """
    _check(session, mail)
    _record(session, "mail.resent", mail, actor)
    mail.state, mail.attempts, mail.next_try_at, mail.last_error = MailState.WAITING, 0, now(), None


def leave(session: Session, mail: OutboxMail, *, actor: Actor) -> None:
    """Do nothing more about the mail; one that waits is given up. Raises Conflict as `send_again`."""
    _check(session, mail)
    waits = mail.state is MailState.WAITING
    _record(session, "mail.given-up" if waits else "mail.left", mail, actor)
    mail.state, mail.shown_at = MailState.GIVEN_UP if waits else mail.state, now()


def _check(session: Session, mail: OutboxMail) -> None:
    # Read again, and held until the commit: the sender, or a colleague, may have had it since it was loaded.
    session.refresh(mail, with_for_update=True)
    if not asks_for_attention(mail):
        raise Conflict(N_("Over dit bericht is al beslist."))


def _record(session: Session, event: str, mail: OutboxMail, actor: Actor) -> None:
    what = {"kind": mail.kind, "state": mail.state.value, "attempts": mail.attempts}
    ledger.record(session, event, f"mail:{mail.id}", what, actor=actor)
