"""The proposals as editors find them: what waits, how long already, who has it, and what became of the rest."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from accounts.models import User
from common.clock import local, today
from kb.guides.models import Guide, Revision
from kb.proposals.models import OPEN, Proposal, ProposalKind, ProposalState

PAGE_SIZE: Final = 20


class Tab(enum.StrEnum):
    """The lists of the queue, by the word in its address."""

    WAITING = "wacht"
    QUICK = "klein"
    """Small corrections of people who may not publish them: a minute's work."""
    MINE = "bij-mij"
    ASKED = "bij-de-schrijver"
    APPROVED = "goedgekeurd"
    """Accepted, and not in the guide yet."""
    DONE = "klaar"


STATES: Mapping[Tab, tuple[ProposalState, ...]] = MappingProxyType(
    {
        Tab.WAITING: (ProposalState.IN_REVIEW,),
        Tab.QUICK: (ProposalState.IN_REVIEW,),
        Tab.MINE: OPEN,
        Tab.ASKED: (ProposalState.CHANGES_ASKED,),
        Tab.APPROVED: (ProposalState.APPROVED,),
        Tab.DONE: (ProposalState.MERGED, ProposalState.DECLINED, ProposalState.WITHDRAWN),
    }
)


@dataclass(frozen=True)
class Filter:
    """What one wants to see of a list; empty is everything."""

    kind: ProposalKind | None = None
    theme: str = ""


EVERYTHING: Final = Filter()


@dataclass(frozen=True)
class QueueRow:
    """A proposal as the queue shows it, without its text."""

    key: str
    kind: ProposalKind
    state: ProposalState
    title: str
    themes: tuple[str, ...]
    section: str
    guide: str
    """The address of its guide; empty for a new one."""
    is_correction: bool
    is_outdated: bool
    """The guide was saved anew since the author began."""
    author: str
    reviewer: str
    decided_by: str
    submitted_at: datetime
    decided_at: datetime | None
    saved_at: datetime

    @property
    def days(self) -> int:
        """How many days it waits since it was handed in; of what is done, how long it took."""
        end = self.decided_at if self.decided_at and self.state not in OPEN else None
        return ((local(end).date() if end else today()) - local(self.submitted_at).date()).days


@dataclass(frozen=True)
class QueuePage:
    """One page of a list."""

    rows: Sequence[QueueRow]
    total: int
    page: int
    pages: int
    oldest: int


def list_page(session: Session, tab: Tab, user_id: int, wanted: Filter = EVERYTHING, page: int = 1) -> QueuePage:
    """Return a page of a list: what waits longest first, what is done newest first. No page lies outside."""
    where = [*_in_tab(tab, user_id), *_conditions(wanted)]
    counting: Any = select(func.count(Proposal.id), func.min(Proposal.submitted_at))
    total, oldest = session.execute(_joined(counting).where(*where)).one()
    pages = max(-(-total // PAGE_SIZE), 1)
    page = min(max(page, 1), pages)
    order = _newest_first() if tab is Tab.DONE else (Proposal.submitted_at, Proposal.id)
    rows = _rows(session, _found().where(*where).order_by(*order).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    days = (today() - local(oldest).date()).days if oldest else 0
    return QueuePage(rows, total, page, pages, days)


def _newest_first() -> tuple[ColumnElement[Any], ...]:
    return func.coalesce(Proposal.decided_at, Proposal.saved_at).desc(), Proposal.id.desc()


def first_waiting(session: Session, most: int) -> list[QueueRow]:
    """Return what waits longest for an editor, for the desk."""
    query = _found().where(Proposal.state == ProposalState.IN_REVIEW)
    return _rows(session, query.order_by(Proposal.submitted_at, Proposal.id).limit(most))


def number_waiting(session: Session) -> int:
    """Return how many proposals wait for an editor."""
    return session.scalar(select(func.count(Proposal.id)).where(Proposal.state == ProposalState.IN_REVIEW)) or 0


def counts(session: Session, user_id: int) -> dict[Tab, int]:
    """Return how many proposals there are in each list, without a filter. One query."""
    sums = [func.count().filter(*_in_tab(tab, user_id)) for tab in Tab]
    return dict(zip(Tab, session.execute(select(*sums)).one(), strict=True))


def title_of(session: Session, proposal: Proposal) -> str:
    """Return what a proposal is called: the title that it gives, or the last public one of its guide.

    Never one that is not public yet: its author reads this too.
    """
    given = " ".join(str(proposal.content.get("title") or "").split())
    if given or proposal.guide_id is None:
        return given
    shown = select(Revision.title).where(Revision.guide_id == proposal.guide_id, Revision.published_at.is_not(None))
    return session.scalar(shown.order_by(Revision.number.desc()).limit(1)) or ""


def _in_tab(tab: Tab, user_id: int) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Proposal.state.in_(STATES[tab]), Proposal.submitted_at.is_not(None)]
    if tab is Tab.QUICK:
        found.append(Proposal.is_correction.is_(True))
    if tab is Tab.MINE:
        found.append(Proposal.reviewer_id == user_id)
    return found


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.kind:
        found.append(Proposal.kind == wanted.kind)
    if wanted.theme:
        # A list of codes as JSON; no code is part of another between its quotes.
        named = f'"{wanted.theme}"'
        # A section names no themes: PostgreSQL says NULL of what is not there, and SQLite the text "null".
        own = func.coalesce(cast(Proposal.content["themes"], String), "null")
        found.append(or_(own.contains(named), and_(own == "null", cast(Revision.themes, String).contains(named))))
    return found


def _newest() -> ColumnElement[int]:
    other = aliased(Revision)
    newest = select(func.max(other.number)).where(other.guide_id == Proposal.guide_id)
    return newest.correlate(Proposal).scalar_subquery()


def _joined(query: Select[Any]) -> Select[Any]:
    """Join the newest revision of the guide, where there is one."""
    of_guide = and_(Revision.guide_id == Proposal.guide_id, Revision.number == _newest())
    return query.select_from(Proposal).outerjoin(Revision, of_guide)


_author, _reviewer, _decider = aliased(User), aliased(User), aliased(User)


def _found() -> Select[Any]:
    columns = (
        Proposal.key, Proposal.kind, Proposal.state, Proposal.section, Proposal.is_correction, Proposal.base_number,
        Proposal.submitted_at, Proposal.decided_at, Proposal.saved_at,
        Proposal.content["title"].as_string().label("given_title"),
        Proposal.content["themes"].label("given_themes"),
        Revision.title, Revision.themes, Revision.number, Guide.slug,
        _author.name.label("author"), _reviewer.name.label("reviewer"), _decider.name.label("decider"),
    )  # fmt: skip
    return (
        _joined(select(*columns))
        .outerjoin(Guide, Guide.id == Proposal.guide_id)
        .outerjoin(_author, _author.id == Proposal.author_id)
        .outerjoin(_reviewer, _reviewer.id == Proposal.reviewer_id)
        .outerjoin(_decider, _decider.id == Proposal.decided_by_id)
    )


def _rows(session: Session, query: Select[Any]) -> list[QueueRow]:
    return [_row(row) for row in session.execute(query)]


def _row(row: Any) -> QueueRow:
    moved = row.kind is ProposalKind.CHANGE and row.number is not None and row.base_number is not None
    return QueueRow(
        key=row.key,
        kind=row.kind,
        state=row.state,
        title=row.given_title or row.title or "",
        themes=tuple(row.given_themes if row.given_themes is not None else row.themes or ()),
        section=row.section or "",
        guide=row.slug or "",
        is_correction=row.is_correction,
        is_outdated=moved and row.state in OPEN and row.number > row.base_number,
        author=row.author or "",
        reviewer=row.reviewer or "",
        decided_by=row.decider or "",
        submitted_at=row.submitted_at,
        decided_at=row.decided_at,
        saved_at=row.saved_at,
    )
