"""Reads what people type for a number, a day or a reason, as they write it in Dutch. Pure."""

import re
from datetime import date
from typing import Final
from urllib.parse import urlsplit

from common.errors import N_, Refused

LONGEST_REASON: Final = 2000
"""Characters of a reason that everybody may read."""

_THOUSANDS: Final = re.compile(r"\d{1,3}(?:[. \u00a0\u202f]\d{3})+(?:,\d+)?")
_COMMA: Final = re.compile(r"\d+(?:,\d+)?")
_POINT: Final = re.compile(r"\d+\.\d+|\d{1,3}(?:,\d{3})+\.\d+")
_DAY: Final = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_LONGEST: Final = 30
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2100
_NOT_IN_ADDRESS: Final = re.compile(r"[\s<>\"]")
CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Characters that no text needs; PostgreSQL refuses NUL, and a YAML file all of them."""


def clean_text(text: str) -> str:
    """Return a text as it is kept: each line ends with one newline, and control characters are gone."""
    return CONTROL.sub("", even_lines(text))


def even_lines(text: str) -> str:
    """Return a text of which each line ends with one newline, as it was sent or written elsewhere."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


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
    day = _any_day(text)
    return day if day and _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _any_day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text)
    except ValueError:
        return None


def wrong_day(text: str) -> str:
    """Return the Dutch sentence (a msgid) that says why `read_day` reads no day in this text."""
    if not text:
        return N_("Vul de dag in.")
    if _any_day(text):
        return N_("Vul een jaar in van 1900 tot en met 2100.")
    return N_("Schrijf de dag als dag-maand-jaar, zoals 21-11-2026.")


def is_web_address(text: str) -> bool:
    """Say whether this is a whole web address that a page may link: http or https, with a host, and nothing else."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not _NOT_IN_ADDRESS.search(text)


def checked_reason(reason: str, missing: str, *, most: int = LONGEST_REASON) -> str:
    """Return a reason without the space around it; raises Refused with `missing`, or above `most` characters."""
    reason = reason.strip()
    if not reason:
        raise Refused(missing)
    if len(reason) > most:
        raise Refused(N_("Schrijf hoogstens %(number)s tekens."), number=most)
    return reason
