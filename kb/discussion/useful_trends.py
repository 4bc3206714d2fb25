"""What readers answered to "Was dit nuttig?", for staff: per guide, per month, per version, and their sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, extract, func, select
from sqlalchemy.orm import Session, aliased

from kb.discussion.models import UsefulVote
from kb.guides.models import Guide, Revision

PERIOD: Final = timedelta(days=30)
"""The newest answers are laid beside those of a period before them."""
A_YEAR: Final = timedelta(days=365)
FEWEST: Final = 5
"""Answers in a period below which a change of the share says nothing."""
MONTHS: Final = 12
SIZE: Final = 25
_ORDERS: Final = ("aantal", "aandeel", "zinnen")
"""By how many answers, by the lowest share of yes, by how many sentences."""


@dataclass(frozen=True)
class Tally:
    """How many said yes and no."""

    yes: int = 0
    no: int = 0

    @property
    def all(self) -> int:
        """How many answers there are."""
        return self.yes + self.no

    @property
    def share(self) -> int | None:
        """The share of yes in percent; None without answers."""
        return round(100 * self.yes / self.all) if self.all else None


@dataclass(frozen=True)
class GuideTally:
    """The answers about one guide in a year, and how they change."""

    slug: str
    title: str
    year: Tally
    now: Tally
    """Of the last thirty days."""
    before: Tally
    """Of the thirty days before those."""
    sentences: int

    @property
    def change(self) -> int | None:
        """By how many percentage points the share of yes changed; None where there are too few answers to tell."""
        shares = self.now.share, self.before.share
        if min(self.now.all, self.before.all) < FEWEST or None in shares:
            return None
        return (self.now.share or 0) - (self.before.share or 0)


@dataclass(frozen=True)
class Overview:
    """One page of the guides about which readers said something."""

    rows: Sequence[GuideTally]
    guides: int
    year: Tally
    order: str
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(-(-self.guides // SIZE), 1)


def overview(session: Session, day: date, order: str = "", page: int = 1) -> Overview:
    """Return the answers of a year, per guide, on pages. Three queries, however many answers there are."""
    order = order if order in _ORDERS else _ORDERS[0]
    in_year = UsefulVote.day > day - A_YEAR
    guides, yes, votes = session.execute(
        select(func.count(UsefulVote.guide_id.distinct()), _sum(UsefulVote.useful), func.count()).where(in_year)
    ).one()
    page = min(max(page, 1), max(-(-guides // SIZE), 1))
    rows = session.execute(_ordered(day, order).offset((page - 1) * SIZE).limit(SIZE)).all()
    titles = _titles(session, [row.guide_id for row in rows])
    found = [_tally(row, titles[row.guide_id]) for row in rows]
    return Overview(found, guides, Tally(yes or 0, votes - (yes or 0)), order, page)


def _ordered(day: date, order: str) -> Any:
    """Return the query that adds up the answers of each guide, in one row."""
    recent, earlier = UsefulVote.day > day - PERIOD, UsefulVote.day <= day - PERIOD
    earlier = and_(earlier, UsefulVote.day > day - 2 * PERIOD)
    yes, shown = UsefulVote.useful, and_(UsefulVote.sentence.is_not(None), UsefulVote.hidden_at.is_(None))
    sums = {
        "yes": yes, "no": ~yes, "now_yes": and_(recent, yes), "now_no": and_(recent, ~yes),
        "before_yes": and_(earlier, yes), "before_no": and_(earlier, ~yes), "sentences": shown,
    }  # fmt: skip
    columns = {name: _sum(condition).label(name) for name, condition in sums.items()}
    query = select(UsefulVote.guide_id, *columns.values()).where(UsefulVote.day > day - A_YEAR)
    by: dict[str, Any] = {
        "aantal": func.count().desc(),
        "aandeel": (_sum(yes) * 1000 / func.count()).asc(),
        "zinnen": columns["sentences"].desc(),
    }
    return query.group_by(UsefulVote.guide_id).order_by(by[order], func.count().desc(), UsefulVote.guide_id)


def _sum(condition: Any) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _tally(row: Any, names: tuple[str, str]) -> GuideTally:
    return GuideTally(
        *names, Tally(row.yes, row.no), Tally(row.now_yes, row.now_no), Tally(row.before_yes, row.before_no),
        row.sentences,
    )  # fmt: skip


def _titles(session: Session, guide_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return address and newest title of these guides."""
    later = aliased(Revision)
    newer = select(later.id).where(later.guide_id == Revision.guide_id, later.number > Revision.number)
    query = select(Guide.id, Guide.slug, Revision.title).join(Revision.guide).where(Guide.id.in_(guide_ids))
    return {row.id: (row.slug, row.title) for row in session.execute(query.where(~newer.exists()))}


@dataclass(frozen=True)
class Month:
    """The answers of one month."""

    first: date
    tally: Tally
    change: int | None
    """Of the share, in percentage points since the month before; None where there are too few answers to tell."""


@dataclass(frozen=True)
class OfGuide:
    """What readers said about one guide."""

    slug: str
    title: str
    months: Sequence[Month]
    """The last twelve, oldest first, also those without an answer."""
    versions: Sequence[tuple[int, Tally]]
    """Newest first."""
    sentences: Sequence[UsefulVote]
    number: int
    """How many sentences there are, on all pages."""
    page: int

    @property
    def all(self) -> Tally:
        """Every answer about it."""
        return Tally(sum(one.yes for _number, one in self.versions), sum(one.no for _number, one in self.versions))

    @property
    def pages(self) -> int:
        """How many pages of sentences there are, at least one."""
        return max(-(-self.number // SIZE), 1)


def of_guide(session: Session, guide: Guide, day: date, page: int = 1) -> OfGuide:
    """Return what readers said about a guide, with one page of their sentences, newest day first. Five queries."""
    mine = UsefulVote.guide_id == guide.id
    spoken = and_(mine, UsefulVote.sentence.is_not(None))
    number = session.scalar(select(func.count()).where(spoken)) or 0
    page = min(max(page, 1), max(-(-number // SIZE), 1))
    order = UsefulVote.day.desc(), UsefulVote.id
    shown = select(UsefulVote).where(spoken).order_by(*order).offset((page - 1) * SIZE).limit(SIZE)
    by_version = (
        select(UsefulVote.revision_number, _sum(UsefulVote.useful), _sum(~UsefulVote.useful))
        .where(mine)
        .group_by(UsefulVote.revision_number)
        .order_by(UsefulVote.revision_number.desc())
    )
    versions = [(row[0], Tally(row[1], row[2])) for row in session.execute(by_version)]
    slug, title = _titles(session, [guide.id])[guide.id]
    return OfGuide(slug, title, _months(session, mine, day), versions, session.scalars(shown).all(), number, page)


def _months(session: Session, mine: ColumnElement[bool], day: date) -> list[Month]:
    firsts = [_month_before(day, back) for back in range(MONTHS - 1, -1, -1)]
    year, month = extract("year", UsefulVote.day), extract("month", UsefulVote.day)
    query: Any = select(year, month, _sum(UsefulVote.useful), _sum(~UsefulVote.useful))
    rows: Sequence[Any] = session.execute(query.where(mine, UsefulVote.day >= firsts[0]).group_by(year, month)).all()
    tallies = {date(int(row[0]), int(row[1]), 1): Tally(row[2], row[3]) for row in rows}
    found: list[Month] = []
    for first in firsts:
        tally, before = tallies.get(first, Tally()), found[-1].tally if found else Tally()
        enough = min(tally.all, before.all) >= FEWEST
        found.append(Month(first, tally, (tally.share or 0) - (before.share or 0) if enough else None))
    return found


def _month_before(day: date, back: int) -> date:
    """Return the first day of the month so many months before that of `day`."""
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)
