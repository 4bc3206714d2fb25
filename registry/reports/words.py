"""Values in words, in both languages, for messages, receipts and the published report."""

from datetime import date
from decimal import InvalidOperation
from typing import Any, Final

from babel.dates import format_date
from babel.numbers import format_decimal

from common.vocabulary import Text

LOCALES: Final = {"nl": "nl_NL", "en": "en_GB"}


def plain(value: object, language: str) -> str:
    """Write a number, a day or a text as this language does."""
    if isinstance(value, date):
        return day(value, language)
    if value is None:
        return "?"
    if isinstance(value, str):
        return value
    return number(value, language)


def day(value: date, language: str) -> str:
    """Write a day ("31 mei 2026"), the number and the month kept on one line."""
    return format_date(value, "d MMMM y", locale=LOCALES[language]).replace(" ", "\u00a0", 1)


def days(value: date) -> Text:
    """Write a day in both languages."""
    return {language: day(value, language) for language in LOCALES}


def both(value: float) -> Text:
    """Write a number in both languages."""
    return {language: number(value, language) for language in LOCALES}


def number(value: Any, language: str) -> str:
    """Write a number ("1.234,5"); one beyond all measure, which no check lets through, as the machine does."""
    try:
        return str(format_decimal(value, format="#,##0.###", locale=LOCALES[language]))
    except InvalidOperation:
        return str(value)


def same(text: str) -> Text:
    """Return a text that is the same in both languages, such as what somebody wrote."""
    return {"nl": text, "en": text}
