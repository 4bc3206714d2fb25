"""How a season goes: reports started, handed in and published per day since the form opened, beside the year before."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.clock import local
from registry.editions.models import Edition
from registry.reports.models import Publication, Report, Submission

LONGEST = 400
"""Days: after that a late report makes the table no longer."""


@dataclass(frozen=True)
class Course:
    """One edition: for each day since it opened how many were started, handed in and published on that day."""

    opens_on: date
    started: Sequence[int]
    handed_in: Sequence[int]
    published: Sequence[int]

    @property
    def totals(self) -> tuple[list[int], list[int], list[int]]:
        """The same, added up from the first day on."""
        return tuple(list(accumulate(one)) for one in (self.started, self.handed_in, self.published))  # type: ignore[return-value]


@dataclass(frozen=True)
class SeasonDay:
    """One day of the table."""

    number: int
    """1 for the day on which the form opened."""
    day: date
    new: tuple[int, int, int]
    """Started, handed in, published on this day."""
    total: tuple[int, int, int]
    before: tuple[int, int, int] | None
    """The totals of the year before, as many days after its own opening."""


def season_days(now: Course, before: Course | None) -> list[SeasonDay]:
    """Return every day so far, the newest in front. Pure."""
    totals = list(zip(*now.totals, strict=True))
    news = list(zip(now.started, now.handed_in, now.published, strict=True))
    earlier = list(zip(*before.totals, strict=True)) if before else []
    found = [
        SeasonDay(
            index + 1,
            now.opens_on + timedelta(days=index),
            news[index],
            totals[index],
            earlier[min(index, len(earlier) - 1)] if earlier else None,
        )
        for index in range(len(totals))
    ]
    return found[::-1]


def weekly(days: Sequence[SeasonDay]) -> list[SeasonDay]:
    """Return one day of each week and the newest, oldest in front: what a chart can show. Pure."""
    oldest_first = list(days)[::-1]
    return [one for one in oldest_first if one.number % 7 == 1 or one is oldest_first[-1]]


def course(session: Session, edition: Edition, today: date, length: int | None = None) -> Course:
    """Return what happened per day, until today or for `length` days. One query.

    What happened before the opening, as when a register was filled later, counts on its first day.
    """
    first_in = select(Submission.report_id, func.min(Submission.submitted_at).label("at")).group_by(
        Submission.report_id
    )
    first_out = select(Publication.report_id, func.min(Publication.recorded_at).label("at")).group_by(
        Publication.report_id
    )
    came, went = first_in.subquery(), first_out.subquery()
    query = (
        select(Report.created_at, came.c.at, went.c.at)
        .outerjoin(came, came.c.report_id == Report.id)
        .outerjoin(went, went.c.report_id == Report.id)
        .where(Report.edition_id == edition.id)
    )
    rows = session.execute(query).all()
    number = length or min(max((today - edition.opens_on).days + 1, 1), LONGEST)
    columns = zip(*rows, strict=True) if rows else ((), (), ())
    counted = [_per_day((local(one).date() for one in column if one), edition.opens_on, number) for column in columns]
    return Course(edition.opens_on, *counted)


def _per_day(days: Iterable[date], opens_on: date, number: int) -> list[int]:
    found = Counter(max((day - opens_on).days, 0) for day in days)
    return [found[index] for index in range(number)]


def year_before(session: Session, edition: Edition) -> Edition | None:
    """Return the edition of the year before under the same agreement."""
    return session.scalars(
        select(Edition).where(Edition.agreement_id == edition.agreement_id, Edition.year == edition.year - 1)
    ).first()
