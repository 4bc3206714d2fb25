"""Reads what people type about signatures: a signer, a day as exactly as one knows it, and whom it binds."""

import re
from datetime import date, timedelta
from typing import Final

from flask_babel import gettext as _

from accounts.names import name_problem, typed_name
from common.clock import today
from common.errors import Conflict, Refused
from common.typed import read_day as typed_day
from registry.signatures.days import end_of, first_day
from registry.signatures.models import DatePrecision

LONGEST_FUNCTION: Final = 200
FURTHEST_END: Final = timedelta(days=366)
"""An end is public at once, by one person: further ahead it is more likely a slip of the pen."""
_SHAPES: Final = {
    DatePrecision.DAY: r"(\d{1,2})-(\d{1,2})-(\d{4})",
    DatePrecision.WEEK: r"(\d{1,2})-(\d{1,2})-(\d{4})",
    DatePrecision.MONTH: r"()(\d{1,2})-(\d{4})",
    DatePrecision.YEAR: r"()()(\d{4})",
}


class WrongDay(ValueError):
    """What was typed is no such day; the sentence says how to write it, in the page's language."""


def in_words(error: Refused | Conflict) -> str:
    """Return why domain code refused, in the language of the page."""
    return str(_(error.sentence, **error.values)) if error.sentence else ""


def signer_problems(name: str, function: str) -> dict[str, str]:
    """Return what is wrong with the name and the function of who signs, by field."""
    name, function = typed_name(name), typed_name(function)
    found = {"naam": name_problem(name), "functie": ""}
    if not function:
        found["functie"] = _("Vul de functie in, bijvoorbeeld wethouder.")
    elif len(function) > LONGEST_FUNCTION:
        found["functie"] = _("Schrijf hoogstens %(number)s tekens.", number=LONGEST_FUNCTION)
    elif len(function.splitlines()) > 1:
        found["functie"] = _("Vul alleen de functie in, op één regel.")
    elif wrong := re.search(r"[<>]", function):
        found["functie"] = _("Het teken %(sign)s kan niet in een functie staan.", sign=wrong.group())
    return {field: str(problem) for field, problem in found.items() if problem}


def read_day(written: str, precision: DatePrecision, *, first: date | None = None) -> date | None:
    """Return the day that was typed as "24-11-2022", "11-2022" or "2022"; of a month or year the last day.

    So nobody is called late too soon. None where the day is unknown. Raises WrongDay for no day, one that is still to
    come, and one before `first`.
    """
    if precision is DatePrecision.UNKNOWN:
        if written.strip():
            raise WrongDay(_("Laat de datum leeg, of kies hoe precies u die weet."))
        return None
    found = re.fullmatch(_SHAPES[precision], written.strip().replace("/", "-").replace(" ", ""))
    if not found:
        raise WrongDay(_how(precision))
    day, month, year = found.groups()
    try:
        read = end_of(date(int(year), int(month or 1), int(day or 1)), precision)
    except ValueError as error:
        raise WrongDay(_how(precision)) from error
    begins = first_day(read, precision)
    if begins and begins > today():
        raise WrongDay(_("Deze datum ligt in de toekomst."))
    if first and read < first:
        raise WrongDay(_("Deze datum ligt voor het begin van de afspraak."))
    return read


def read_ending(written: str) -> date:
    """Return the day on which something ends, at most a year ahead. Raises WrongDay for no day, and a later one."""
    day = typed_day(written.strip())
    if day is None:
        raise WrongDay(_how(DatePrecision.DAY))
    if day > today() + FURTHEST_END:
        raise WrongDay(_("Deze dag ligt meer dan een jaar vooruit. Kies een eerdere dag."))
    return day


def write_day(day: date | None, precision: DatePrecision) -> str:
    """Return a day as a person types it in this form."""
    if day is None:
        return ""
    if precision is DatePrecision.YEAR:
        return str(day.year)
    return f"{day.month}-{day.year}" if precision is DatePrecision.MONTH else f"{day.day}-{day.month}-{day.year}"


def _how(precision: DatePrecision) -> str:
    if precision is DatePrecision.YEAR:
        return str(_("Schrijf het jaar als 2022."))
    if precision is DatePrecision.MONTH:
        return str(_("Schrijf de maand als 11-2022."))
    return str(_("Schrijf de datum als 24-11-2022."))
