"""The thread at a question: what colleagues of one authority say to each other about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import User
from common import clock, ledger
from common.ledger import Actor
from registry.reports.models import Report
from registry.reports.together.models import Comment

LONGEST = 2000
"""Characters of one message."""


@dataclass(frozen=True)
class Message:
    """One message, with who wrote it."""

    comment: Comment
    who: str | None
    """None for somebody whose account was erased."""
    mine: bool


def messages(session: Session, report: Report, key: str, user_id: int) -> list[Message]:
    """Return the thread at a question or section, oldest first."""
    query = (
        select(Comment, User)
        .outerjoin(User, User.id == Comment.author_id)
        .where(Comment.report_id == report.id, Comment.key == key)
        .order_by(Comment.id)
    )
    return [_message(comment, author, user_id) for comment, author in session.execute(query)]


@dataclass(frozen=True)
class Thread:
    """One thread in a list: how long it is, and how it ended so far."""

    key: str
    messages: int
    newest: Message

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody."""
        return is_open([self.newest])


def all_threads(session: Session, report: Report, user_id: int) -> list[Thread]:
    """Return the threads of a report: those that are open first, and of these the newest."""
    last = select(Comment.key, func.count().label("messages"), func.max(Comment.id).label("newest"))
    last_of = last.where(Comment.report_id == report.id).group_by(Comment.key).subquery()
    rows = session.execute(
        select(Comment, User, last_of.c.messages)
        .join(last_of, last_of.c.newest == Comment.id)
        .outerjoin(User, User.id == Comment.author_id)
    )
    found = [Thread(comment.key, number, _message(comment, author, user_id)) for comment, author, number in rows]
    return sorted(found, key=lambda one: (not one.is_open, -one.newest.comment.id))


def _message(comment: Comment, author: User | None, user_id: int) -> Message:
    who = author.name if author and not author.erased_at else None
    return Message(comment, who, comment.author_id == user_id)


def is_open(thread: Sequence[Message]) -> bool:
    """Say whether the thread waits for somebody: its newest message was not marked as done."""
    return bool(thread) and thread[-1].comment.resolved_at is None


def post(session: Session, report: Report, key: str, text: str, *, actor: Actor) -> Comment:
    """Add a message; one in a thread that was done opens it again."""
    comment = Comment(report_id=report.id, key=key, text=text, author_id=actor.user_id, created_at=clock.now())
    session.add(comment)
    session.flush()
    told = ledger.record(session, "comment.posted", report.subject, {"key": key}, actor=actor, personal={"text": text})
    ledger.belongs_to(session, told, actor.user_id)
    return comment


def resolve(session: Session, report: Report, key: str, *, actor: Actor) -> None:
    """Mark the thread as done up to here; nothing where it is already."""
    newest = _newest(session, report, key)
    if newest and newest.resolved_at is None:
        newest.resolved_at, newest.resolved_by_id = clock.now(), actor.user_id
        ledger.record(session, "comment.resolved", report.subject, {"key": key}, actor=actor)


def reopen(session: Session, report: Report, key: str, *, actor: Actor) -> None:
    """Open a thread again that was done; nothing where it is open."""
    newest = _newest(session, report, key)
    if newest and newest.resolved_at:
        newest.resolved_at = newest.resolved_by_id = None
        ledger.record(session, "comment.reopened", report.subject, {"key": key}, actor=actor)


def _newest(session: Session, report: Report, key: str) -> Comment | None:
    query = select(Comment).where(Comment.report_id == report.id, Comment.key == key)
    return session.scalars(query.order_by(Comment.id.desc()).limit(1)).first()
