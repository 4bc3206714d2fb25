"""Reads what people type for a number or a day, as they write it in Dutch. Pure."""

import re
from datetime import date
from typing import Final

_THOUSANDS: Final = re.compile(r"\d{1,3}(?:[. \u00a0\u202f]\d{3})+(?:,\d+)?")
_COMMA: Final = re.compile(r"\d+(?:,\d+)?")
_POINT: Final = re.compile(r"\d+\.\d+|\d{1,3}(?:,\d{3})+\.\d+")
_DAY: Final = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_LONGEST: Final = 30


def read_number(text: str) -> int | float | None:
    """Read a number in Dutch notation (1.234,5), and in the other one where it cannot be mistaken (1234.5).

    None where it is no number. A whole number stays one, so that 12,0 and 12 are the same and give one fingerprint.
    """
    sign, digits = (-1, text[1:].strip()) if text[:1] in {"-", "\u2212"} else (1, text)
    digits = digits.removeprefix("€").strip()
    if len(digits) > _LONGEST:
        return None
    if _THOUSANDS.fullmatch(digits):
        plain = re.sub(r"[. \u00a0\u202f]", "", digits).replace(",", ".")
    elif _COMMA.fullmatch(digits):
        plain = digits.replace(",", ".")
    elif _POINT.fullmatch(digits):
        plain = digits.replace(",", "")
    else:
        return None
    number = sign * float(plain) if "." in plain else sign * int(plain)
    return int(number) if number == int(number) else number


def read_day(text: str) -> date | None:
    """Read a day written 2026-11-21 or 21-11-2026; None where it is no day of the years 1900 to 2100."""
    found = _DAY.fullmatch(text)
    try:
        day = date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2100 else None
