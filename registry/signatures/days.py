"""What a day of signing stands for when the source tells only the week, the month or the year. Pure.

Kept is the last day of a month or year, so that nobody is called late too soon; a signature binds from the first.
"""

import calendar
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased

from registry.agreements.models import AgreementVersion
from registry.signatures.models import DatePrecision, Signature, SignatureVersion


def last_day(signed_on: date | None, precision: DatePrecision) -> date | None:
    """Return the last day of signing that the source allows, so that nobody is called late too soon."""
    if signed_on is None:
        return None
    if precision is DatePrecision.WEEK:
        return signed_on + timedelta(days=6 - signed_on.weekday())
    return end_of(signed_on, precision)


def first_day(signed_on: date | None, precision: DatePrecision) -> date | None:
    """Return the first day on which it may have been signed: from then on it binds."""
    if signed_on is None or precision not in {DatePrecision.MONTH, DatePrecision.YEAR}:
        return signed_on
    return signed_on.replace(day=1, month=1 if precision is DatePrecision.YEAR else signed_on.month)


def end_of(day: date, precision: DatePrecision) -> date:
    """Return the last day of the month or the year of a day; another precision leaves it as it is."""
    if precision is DatePrecision.YEAR:
        return date(day.year, 12, 31)
    if precision is DatePrecision.MONTH:
        return day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return day


def begun(day: date) -> ColumnElement[bool]:
    """Return the condition "signed by that day"; of an unknown day always.

    Of a month or year the first day counts on which the agreement had begun: nobody signed what was not there.
    """
    version = SignatureVersion
    its, text = aliased(Signature), aliased(AgreementVersion)
    there = exists().where(
        its.id == version.signature_id, text.agreement_id == its.agreement_id, text.period_from <= day
    )
    within = or_(
        *(
            and_(version.date_precision == precision, version.signed_on <= end_of(day, precision))
            for precision in (DatePrecision.MONTH, DatePrecision.YEAR)
        )
    )
    return or_(version.signed_on.is_(None), version.signed_on <= day, and_(within, there))
