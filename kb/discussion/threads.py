"""Reads the comments of guides: the threads of one, by section, and what is open over all of them."""

import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from accounts.models import User, user_role
from kb.discussion.models import Comment
from kb.guides.models import Guide, Revision
from kb.guides.sections import GuideSection, sections_of

MOST_SHOWN = 200
"""Threads on one page, the newest; more than a guide has in years."""
PAGE = 50


class Since(enum.StrEnum):
    """What became of the section since somebody said something about it."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True)
class Said:
    """One comment, with who wrote it."""

    comment: Comment
    who: str
    of_staff: bool
    mine: bool


@dataclass
class Thread:
    """A comment with its answers."""

    first: Said
    since: Since
    answers: list[Said] = field(default_factory=list)
    resolved_by: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody."""
        return self.first.comment.resolved_at is None

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it is left to read."""
        return all(one.comment.removed_at for one in (self.first, *self.answers))


@dataclass(frozen=True)
class Group:
    """The threads at one section; without an anchor those at the whole guide, or at a heading that is gone."""

    anchor: str
    title: str
    threads: tuple[Thread, ...]
    is_gone: bool = False


Sections = Sequence[GuideSection]


def changed_since(then: Sections, now: Sections, anchor: str) -> Since:
    """Say what became of a section between two texts. Without an anchor the whole texts are compared. Pure."""
    if not anchor:
        return Since.SAME if list(then) == list(now) else Since.CHANGED
    before, after = ({one.anchor: one for one in text}.get(anchor) for text in (then, now))
    if after is None:
        return Since.GONE
    return Since.SAME if before == after else Since.CHANGED


def threads(session: Session, revision: Revision, user_id: int, *, resolved: bool) -> list[Thread]:
    """Return the open threads of a guide, or those that were dealt with, oldest first. Four queries at most.

    `revision` is the text that is read now.
    """
    state = Comment.resolved_at.is_not(None) if resolved else Comment.resolved_at.is_(None)
    begun = select(Comment.id).where(Comment.guide_id == revision.guide_id, Comment.answers_id.is_(None), state)
    newest = begun.order_by(Comment.id.desc()).limit(MOST_SHOWN)
    ids = list(session.scalars(newest))
    rows = session.scalars(
        select(Comment).where(Comment.id.in_(ids) | Comment.answers_id.in_(ids)).order_by(Comment.id)
    ).all()
    people = _people(session, {one.author_id for one in rows} | {one.resolved_by_id or 0 for one in rows})
    texts = _earlier(session, revision, {one.revision_number for one in rows if one.answers_id is None})
    found: dict[int, Thread] = {}
    for row in rows:
        who, of_staff = people.get(row.author_id, ("", False))
        said = Said(row, who, of_staff, row.author_id == user_id)
        if row.answers_id is None:
            since = changed_since(texts.get(row.revision_number, []), texts[revision.number], row.section)
            found[row.id] = Thread(said, since, resolved_by=people.get(row.resolved_by_id or 0, (None, False))[0])
        elif row.answers_id in found:
            found[row.answers_id].answers.append(said)
    return [one for one in found.values() if not one.is_empty]


def _earlier(session: Session, revision: Revision, numbers: Collection[int]) -> Mapping[int, Sections]:
    """Return the sections of these versions of a guide, and of the present one, by number."""
    others = set(numbers) - {revision.number}
    query = select(Revision.number, Revision.html).where(Revision.guide_id == revision.guide_id)
    html = {revision.number: revision.html}
    if others:
        html |= {row.number: row.html for row in session.execute(query.where(Revision.number.in_(others)))}
    return {number: list(sections_of(text)) for number, text in html.items()}


def _people(session: Session, ids: Collection[int]) -> Mapping[int, tuple[str, bool]]:
    """Return name, and whether somebody works at the desk of staff, by number."""
    staff = select(user_role.c.user_id).where(user_role.c.user_id == User.id).exists()
    rows = session.execute(select(User.id, User.name, staff).where(User.id.in_(ids)))
    return {number: (name, bool(works)) for number, name, works in rows}


def by_section(found: Sequence[Thread], revision: Revision) -> list[Group]:
    """Return the threads in the order of the guide: at the whole first, at headings that are gone last. Pure."""
    titles = {"": "", **{item["id"]: item["title"] for item in revision.contents}}
    groups = [
        Group(anchor, title, tuple(one for one in found if one.first.comment.section == anchor))
        for anchor, title in titles.items()
    ]
    gone: dict[str, list[Thread]] = {}
    for one in found:
        if one.first.comment.section not in titles:
            gone.setdefault(one.first.comment.section_title, []).append(one)
    groups += [Group("", title, tuple(threads), is_gone=True) for title, threads in gone.items()]
    return [group for group in groups if group.threads]


def count(session: Session, guide_id: int, *, resolved: bool) -> int:
    """Return how many threads of a guide are open, or were dealt with."""
    state = Comment.resolved_at.is_not(None) if resolved else Comment.resolved_at.is_(None)
    return session.scalar(select(func.count()).where(*_first(), Comment.guide_id == guide_id, state)) or 0


def count_at(session: Session, slug: str) -> int:
    """Return how many threads are open at the guide with this address."""
    guide = select(Guide.id).where(Guide.slug == slug).scalar_subquery()
    open_here = (*_first(), Comment.resolved_at.is_(None), Comment.guide_id == guide)
    return session.scalar(select(func.count()).where(*open_here)) or 0


@dataclass(frozen=True)
class OpenAt:
    """How much is open at one guide."""

    slug: str
    title: str
    threads: int
    oldest_at: datetime
    newest_at: datetime


def open_per_guide(session: Session, page: int = 1) -> tuple[list[OpenAt], int]:
    """Return the guides with open comments, the one that waits longest first, and on how many pages. Two queries."""
    waiting = (
        select(Comment.guide_id, func.count(), func.min(Comment.said_at), func.max(Comment.said_at))
        .where(*_first(), Comment.resolved_at.is_(None))
        .group_by(Comment.guide_id)
    )
    guides = session.scalar(select(func.count()).select_from(waiting.subquery())) or 0
    rows = session.execute(
        waiting.order_by(func.min(Comment.said_at), Comment.guide_id).limit(PAGE).offset((page - 1) * PAGE)
    ).all()
    names = _names(session, [row[0] for row in rows])
    found = [OpenAt(*names[number], threads, oldest, newest) for number, threads, oldest, newest in rows]
    return found, -(-guides // PAGE)


def _names(session: Session, ids: Sequence[int]) -> Mapping[int, tuple[str, str]]:
    """Return address and newest title of guides by number."""
    query = select(Guide.id, Guide.slug, Revision.title).join(Revision.guide).where(Guide.id.in_(ids))
    return {row.id: (row.slug, row.title) for row in session.execute(query.order_by(Revision.number))}


def open_everywhere(session: Session) -> int:
    """Return how many threads are open over all guides."""
    return session.scalar(select(func.count()).where(*_first(), Comment.resolved_at.is_(None))) or 0


def _first() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a comment that begins a thread of which something is left to read."""
    answer = aliased(Comment)
    answered = select(answer.id).where(answer.answers_id == Comment.id, answer.removed_at.is_(None)).exists()
    return (Comment.answers_id.is_(None), or_(Comment.removed_at.is_(None), answered))
