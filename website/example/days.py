"""The days of the example world, counted from the day of set-up, so that it is as alive in two years."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from common.clock import AMSTERDAM

YEARS_BEFORE = 3
"""How many years of published reports there are before the open one."""


def years_before(day: date, years: int) -> date:
    """Return the same day some years earlier; 29 February becomes 28."""
    year = day.year - years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def workday(day: date) -> date:
    """Return the day itself or, in a weekend, the Friday before: public bodies sign and send on working days."""
    return day - timedelta(days=max(day.weekday() - 4, 0))


def moment(day: date, minutes: int = 0) -> datetime:
    """Return a moment on the day, that many minutes after nine in the morning."""
    return datetime.combine(day, time(9), AMSTERDAM) + timedelta(minutes=minutes)


@dataclass(frozen=True)
class Days:
    """What the calendar of the example world hangs on: the day of set-up."""

    today: date

    @property
    def open_year(self) -> int:
        """The year that is being reported on now."""
        return self.today.year - 1

    @property
    def years(self) -> list[int]:
        """All reporting years, the open one last."""
        return list(range(self.open_year - YEARS_BEFORE, self.open_year + 1))

    def opens_on(self, year: int) -> date:
        """The form opens seven weeks before the day of set-up, and on the comparable day in earlier years."""
        return years_before(self.today - timedelta(weeks=7), self.open_year - year)

    def due_on(self, year: int) -> date:
        """The form closes five weeks after the day of set-up, and on the comparable day in earlier years."""
        return years_before(self.today + timedelta(weeks=5), self.open_year - year)

    @property
    def agreed_on(self) -> date:
        """The first day of the agreement, five years and some before the day of set-up."""
        return workday(date(self.open_year - YEARS_BEFORE - 1, 11, 11))

    @property
    def agreed_until(self) -> date:
        """The last day of the agreement."""
        return date(self.today.year + 2, 12, 31)

    @property
    def made_on(self) -> date:
        """The day on which the register began with this agreement."""
        return self.agreed_on - timedelta(days=30)

    def before(self, days: int) -> date:
        """Return the working day that many days before the day of set-up."""
        return workday(self.today - timedelta(days=days))
