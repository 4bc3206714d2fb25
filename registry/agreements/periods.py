"""Periods such as a year after signing, as ISO 8601 writes them, and days of the year. Pure."""

import calendar
import re
from datetime import date, timedelta

_PERIOD = re.compile(r"P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})D)?")


def parts_of(within: str) -> tuple[int, int, int]:
    """Return years, months and days of a period such as P1Y, P6M or P14D.

    Raises ValueError for anything but years, months and days.
    """
    found = _PERIOD.fullmatch(within)
    if not found or not any(found.groups()):
        raise ValueError(f"not a period of years, months or days: {within!r}")
    years, months, days = (int(part or 0) for part in found.groups())
    return years, months, days


def deadline(start: date, within: str) -> date:
    """Return the last day of a period such as P1Y, P6M or P14D that starts on `start`.

    A month without that day ends on its last day: a year after 29 February is 28 February.
    Raises ValueError for anything but years, months and days.
    """
    years, months, days = parts_of(within)
    month = start.month - 1 + months + 12 * years
    year, month = start.year + month // 12, month % 12 + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return date(year, month, day) + timedelta(days=days)


def yearly_day(yearly_by: str, year: int) -> date:
    """Return the day in `year` of a month and day such as "06-01".

    Raises ValueError for what is no day of every year: 29 February is none.
    """
    if not re.fullmatch(r"\d\d-\d\d", yearly_by):
        raise ValueError(f"not a month and day: {yearly_by!r}")
    month, day = (int(part) for part in yearly_by.split("-"))
    date(2001, month, day)  # not a leap year
    return date(year, month, day)
