"""By when an authority's action plan is due, for the checks that ask about it."""

import calendar
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.agreements.models import Obligation, ObligationKind
from registry.agreements.periods import deadline
from registry.reports.models import Report
from registry.signatures.models import DatePrecision, Signature, SignatureParty, SignatureVersion


def plan_due(session: Session, report: Report) -> date | None:
    """Return the last day for the action plan, counted from the first signature; None where no source gives one."""
    rows = session.execute(
        select(SignatureVersion.signed_on, SignatureVersion.date_precision, Obligation.within)
        .join(Signature, Signature.id == SignatureVersion.signature_id)
        .join(SignatureParty, SignatureParty.signature_version_id == SignatureVersion.id)
        .join(Obligation, Obligation.agreement_version_id == Signature.agreement_version_id)
        .where(SignatureParty.authority_id == report.authority_id)
        .where(Signature.agreement_id == report.edition.agreement_id)
        .where(SignatureVersion.superseded_at.is_(None), SignatureVersion.confirmed.is_(True))
        .where(Obligation.kind == ObligationKind.ACTION_PLAN, Obligation.within.is_not(None))
    ).all()
    days = [
        deadline(_last_day(signed_on, precision), within or "") for signed_on, precision, within in rows if signed_on
    ]
    return min(days, default=None)


def _last_day(signed_on: date, precision: DatePrecision) -> date:
    """Return the last day that the source allows, so that nobody is called late too soon."""
    if precision is DatePrecision.YEAR:
        return date(signed_on.year, 12, 31)
    if precision is DatePrecision.MONTH:
        return signed_on.replace(day=calendar.monthrange(signed_on.year, signed_on.month)[1])
    return signed_on
