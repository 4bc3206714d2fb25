"""Periods such as a year after signing, as ISO 8601 writes them. Pure."""

import calendar
import re
from datetime import date, timedelta


def deadline(start: date, within: str) -> date:
    """Return the last day of a period such as P1Y, P6M or P14D that starts on `start`.

    A month without that day ends on its last day: a year after 29 February is 28 February.
    Raises ValueError for anything but years, months and days.
    """
    found = re.fullmatch(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?", within)
    if not found or not any(found.groups()):
        raise ValueError(f"not a period of years, months or days: {within!r}")
    years, months, days = (int(part or 0) for part in found.groups())
    month = start.month - 1 + months + 12 * years
    year, month = start.year + month // 12, month % 12 + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return date(year, month, day) + timedelta(days=days)
