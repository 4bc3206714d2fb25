"""Reads what is asked of whom by when, in plain values: one query for any number of obligations."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from registry.agreements.models import ObligationKind
from registry.obligations.models import DeadlineCause, Duty, DutyVersion
from registry.obligations.rule import Moved, Term

MOVES = {DeadlineCause.DELAY, DeadlineCause.OUTAGE, DeadlineCause.TAKEN_OVER}


@dataclass(frozen=True)
class AskedDuty:
    """One thing that is asked of one authority, as the register says it at some moment."""

    duty_id: int
    authority_id: int
    agreement_id: int
    code: str
    year: int
    """The reporting year; 0 for what is not yearly."""
    term: Term
    number: int = 1
    """Of the version, so that a form can say which one it was made from."""

    @property
    def kind(self) -> ObligationKind:
        """What is asked: what is yearly is a report."""
        return ObligationKind.ANNUAL_REPORT if self.year else ObligationKind.ACTION_PLAN


def duties(
    session: Session,
    moment: datetime | None = None,
    *,
    agreement_id: int | None = None,
    authority_id: int | None = None,
    duty_id: int | None = None,
) -> list[AskedDuty]:
    """Return what was asked as the register said it at `moment` (None: now), oldest year first.

    Of each obligation every version until then is read: the newest says by when, the ones before it why.
    """
    chosen = ((Duty.agreement_id, agreement_id), (Duty.authority_id, authority_id), (Duty.id, duty_id))
    query = duty_query(moment, *(column == value for column, value in chosen if value is not None))
    return asked_duties(session.execute(query).all())


def duty_query(moment: datetime | None, *chosen: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return the query that `asked_duties` reads: the versions, as known at that moment, of the chosen obligations."""
    query = (
        select(
            Duty.id, Duty.authority_id, Duty.agreement_id, Duty.code, Duty.year, DutyVersion.number,
            DutyVersion.starts_on, DutyVersion.due_on, DutyVersion.grace_days, DutyVersion.ends_on,
            DutyVersion.cause, DutyVersion.change_reason, DutyVersion.recorded_at,
        )
        .join(DutyVersion, DutyVersion.duty_id == Duty.id)
        .where(*chosen)
    )  # fmt: skip
    return query if moment is None else query.where(DutyVersion.recorded_at <= moment)


def asked_duties(rows: Iterable[Any]) -> list[AskedDuty]:
    """Return what the rows of `duty_query` ask, oldest year first. Pure."""
    rows = sorted(rows, key=lambda row: (row.year, row.code, row.id, row.number))
    return [_asked(list(versions)) for _id, versions in groupby(rows, key=lambda row: row.id)]


def _asked(rows: list[Any]) -> AskedDuty:
    row, moved = rows[-1], None
    for before, after in zip([None, *rows], rows, strict=False):
        if after.cause in MOVES and after.due_on == row.due_on:
            moved = Moved(after.cause.value, after.change_reason or "", before.due_on if before else None)
    term = Term(row.starts_on, row.due_on, row.grace_days, row.ends_on, moved)
    return AskedDuty(row.id, row.authority_id, row.agreement_id, row.code, row.year, term, row.number)
