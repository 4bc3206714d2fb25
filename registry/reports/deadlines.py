"""By when an authority's action plan and reports are due, from its own obligations."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.editions.models import Edition
from registry.obligations.models import DutyVersion
from registry.obligations.reading import duties
from registry.reports.models import Report


def plan_due_of(session: Session, authority_id: int, agreement_id: int) -> date | None:
    """Return the last day for the action plan, for the checks that ask about it; None where no source gives one."""
    asked = duties(session, authority_id=authority_id, agreement_id=agreement_id)
    return next((one.term.due_on for one in asked if not one.year), None)


def report_due(session: Session, authority_id: int, edition: Edition) -> date:
    """Return the last day for a report: the authority's own, or that of the edition where nothing asks it."""
    asked = duties(session, authority_id=authority_id, agreement_id=edition.agreement_id)
    return next((one.term.due_on for one in asked if one.year == edition.year), None) or edition.due_on


def follow_deadlines(session: Session, moved: Iterable[DutyVersion]) -> None:
    """Copy moved deadlines to the reports that were started already; those that start later read their own."""
    for version in moved:
        duty = version.duty
        if duty.year and version.due_on:
            edition = select(Edition.id).where(Edition.agreement_id == duty.agreement_id, Edition.year == duty.year)
            session.execute(
                update(Report)
                .where(Report.authority_id == duty.authority_id, Report.edition_id.in_(edition))
                .values(due_on=version.due_on)
            )
