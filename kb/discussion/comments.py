"""Comments at a section of a guide: saying, changing, taking away, and saying that one was dealt with.

A thread is a comment with its answers, one level deep. It is open until somebody says that it was dealt with; an answer
opens it again. Who is signed in reads all comments with the names of who wrote them; strangers read none.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session, aliased

from common import clock, ledger
from common.ledger import Actor
from kb.discussion.models import Comment
from kb.guides.models import Guide

LONGEST = 4000
"""Characters of one comment."""


@dataclass(frozen=True)
class Place:
    """Where in a guide something is said: the heading, as it read in the revision that its writer saw."""

    number: int
    section: str = ""
    title: str = ""


def say(
    session: Session, guide: Guide, place: Place, text: str, answers: Comment | None = None, *, actor: Actor
) -> Comment:
    """Add a comment, or an answer to the first comment of a thread; an answer opens the thread again."""
    first = first_of(session, answers) if answers else None
    made = Comment(
        guide_id=guide.id,
        answers_id=first.id if first else None,
        revision_number=place.number,
        section=first.section if first else place.section,
        section_title=first.section_title if first else place.title,
        text=text,
        author_id=actor.user_id,
        said_at=clock.now(),
    )
    session.add(made)
    if first:
        first.resolved_at = first.resolved_by_id = None
    session.flush()
    _note(session, "posted", guide, made, actor, text=text)
    return made


def change(session: Session, guide: Guide, comment: Comment, text: str, *, actor: Actor) -> bool:
    """Put another text in the place of one's own; False when it says the same."""
    if comment.text == text or comment.removed_at:
        return False
    comment.text, comment.edited_at = text, clock.now()
    _note(session, "changed", guide, comment, actor, text=text)
    return True


def remove(session: Session, guide: Guide, comment: Comment, *, actor: Actor) -> None:
    """Take a comment away: its text is gone at once; answers to it stay."""
    if comment.removed_at is None:
        comment.text, comment.removed_at = "", clock.now()
        _note(session, "removed", guide, comment, actor)


def resolve(session: Session, guide: Guide, comment: Comment, *, actor: Actor) -> None:
    """Say of the thread of this comment that it was dealt with; nothing where it was already."""
    first = first_of(session, comment)
    if first.resolved_at is None:
        first.resolved_at, first.resolved_by_id = clock.now(), actor.user_id
        _note(session, "resolved", guide, first, actor)


def reopen(session: Session, guide: Guide, comment: Comment, *, actor: Actor) -> None:
    """Open the thread of this comment again."""
    first = first_of(session, comment)
    if first.resolved_at:
        first.resolved_at = first.resolved_by_id = None
        _note(session, "reopened", guide, first, actor)


def find(session: Session, guide: Guide, number: int, *, gone: bool = False) -> Comment | None:
    """Return a comment of this guide; one that was taken away only with `gone`."""
    found = session.get(Comment, number)
    return found if found and found.guide_id == guide.id and (gone or found.removed_at is None) else None


def first_of(session: Session, comment: Comment) -> Comment:
    """Return the comment with which a thread began."""
    return session.get_one(Comment, comment.answers_id) if comment.answers_id else comment


def drop_settled(session: Session, before: datetime) -> int:
    """Delete the threads that were dealt with before a moment; return how many comments went."""
    first = aliased(Comment)
    settled = select(first.id).where(first.answers_id.is_(None), first.resolved_at < before)
    gone = select(Comment.id).where(or_(Comment.id.in_(settled), Comment.answers_id.in_(settled)))
    ids = list(session.scalars(gone))
    session.execute(delete(Comment).where(Comment.id.in_(ids), Comment.answers_id.is_not(None)))
    session.execute(delete(Comment).where(Comment.id.in_(ids)))
    return len(ids)


def _note(session: Session, verb: str, guide: Guide, comment: Comment, actor: Actor, text: str = "") -> None:
    facts = {"comment": comment.id, "section": comment.section}
    personal = {"text": text} if text else {}
    told = ledger.record(session, f"comment.{verb}", f"guide:{guide.slug}", facts, actor=actor, personal=personal)
    ledger.belongs_to(session, told, comment.author_id)
