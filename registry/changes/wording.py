"""How stored values are said in a list of changes: codes as words, days no more exactly than they are known. Pure."""

import enum
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from common.vocabulary import Terms, Text
from registry.changes.wanted import Bound, Named, Value, both

BOUND: Final = both("Geldt voor", "Binds")
YES_NO: Final[Mapping[bool, Text]] = {True: both("ja", "yes"), False: both("nee", "no")}

CODES: Final[Mapping[str, Text]] = {
    "day": both("op de dag", "to the day"),
    "week": both("omstreeks", "around"),
    "month": both("alleen de maand", "the month only"),
    "year": both("alleen het jaar", "the year only"),
    "unknown": both("niet bekend", "not known"),
    "certain": both("staat zo in de bron", "stated in the source"),
    "probable": both("waarschijnlijk", "probable"),
    "uncertain": both("onzeker", "uncertain"),
    "source": both("uit een openbare bron", "from a public source"),
    "online": both("op deze site ondertekend", "signed on this site"),
    "paper": both("op papier ondertekend", "signed on paper"),
    "started": both("de afspraak ging gelden", "the agreement began to hold"),
    "corrected": both("de dag van ondertekenen is verbeterd", "the day of signing was corrected"),
    "delay": both("de redactie gaf uitstel", "the editors granted a delay"),
    "outage": both("de site werkte niet", "the site was out of order"),
    "taken_over": both("overgenomen bij een herindeling", "taken over at a merger"),
    "ended": both("de afspraak geldt niet meer voor deze organisatie", "the agreement no longer holds for it"),
}
"""Values of the enumerations of the register."""


def yes_no(value: Any) -> Value:
    """Say a truth value."""
    return YES_NO[bool(value)]


def code(value: Any) -> Value:
    """Say a value of an enumeration."""
    plain = value.value if isinstance(value, enum.Enum) else value
    return CODES.get(str(plain), both(str(plain), str(plain))) if plain is not None else None


def term(terms: Terms, value: Any) -> Value:
    """Say a code of a list of the vocabulary."""
    if value is None:
        return None
    return terms[value].name if value in terms else str(value)


def day_as_known(day: date | None, precision: Any) -> Value:
    """Say a day no more exactly than the source does."""
    plain = getattr(precision, "value", precision)
    if day is None or plain in {None, "day"}:
        return day
    if plain == "week":
        return both(f"omstreeks {day.day}-{day.month}-{day.year}", f"around {day.day}/{day.month}/{day.year}")
    written = f"{day.month}-{day.year}" if plain == "month" else str(day.year)
    return both(written, written)


def texts(rows: Iterable[Any]) -> Value:
    """Say a list of texts, or of rows with a title."""
    return tuple(_title(row) for row in rows)


def _title(row: Any) -> "str | Text":
    found = row.get("title", row.get("text", row)) if isinstance(row, Mapping) else row
    return found if isinstance(found, Mapping) else str(found)


def text(value: Any) -> Value:
    """Say a text in two languages; an empty one is nothing."""
    return value if isinstance(value, Mapping) and any(value.values()) else None


def bound(parties: Iterable[Bound], names: Mapping[int, Named]) -> Value:
    """Say whom a signature binds, and since or until when where that is not all the time."""
    return tuple(_bound(one, str(names[one.authority_id].name)) for one in parties if one.authority_id in names)


def _bound(one: Bound, name: str) -> Text:
    days = [
        both(f"{dutch} {day.day}-{day.month}-{day.year}", f"{english} {day.day}/{day.month}/{day.year}")
        for dutch, english, day in (("sinds", "since", one.since), ("tot", "until", one.until))
        if day
    ]
    return {language: ", ".join([name, *(day[language] for day in days)]) for language in ("nl", "en")}
