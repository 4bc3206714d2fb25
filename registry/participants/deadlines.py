"""Every deadline that is still open, for staff: who will be late next, and who is late the longest."""

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from common.versions import AsOf
from registry.agreements.models import Agreement, ObligationKind
from registry.agreements.reading import all_agreements, current_version
from registry.obligations.reading import duties
from registry.obligations.rule import DueState, Standing
from registry.participants.participants import Participant, list_participants

OPEN = {DueState.NOT_YET_DUE, DueState.DUE_SOON, DueState.LATE}


class Tab(enum.StrEnum):
    """The two lists, by the word in the address."""

    COMING = "straks"
    LATE = "te-laat"


@dataclass(frozen=True)
class OpenDeadline:
    """Something that was asked of a participant and has not come."""

    duty_id: int
    name: str
    slug: str
    agreement: str
    """The slug of the agreement."""
    agreement_title: Mapping[str, Any]
    is_example: bool
    kind: ObligationKind
    year: int
    """0 for the plan."""
    standing: Standing

    @property
    def due_on(self) -> date:
        """The last day on time."""
        return self.standing.term.due_on or date.max


def open_deadlines(session: Session, day: date) -> list[OpenDeadline]:
    """Return what is open under the agreements that the register follows, the first deadline in front.

    Five queries for each agreement. Of authorities that are gone nothing is asked any more.
    """
    found: list[OpenDeadline] = []
    for agreement in all_agreements(session):
        if not current_version(agreement).followed:
            continue
        numbers = {(one.authority_id, one.year): one.duty_id for one in duties(session, agreement_id=agreement.id)}
        for one in list_participants(session, agreement, AsOf(day)):
            if one.who.ended_on is None:
                found += _of(one, agreement, numbers)
    return sorted(found, key=lambda one: (one.due_on, one.name, one.year))


def _of(one: Participant, agreement: Agreement, numbers: Mapping[tuple[int, int], int]) -> Iterator[OpenDeadline]:
    asked = [(0, one.plan), *((report.edition.year, report.standing) for report in one.reports)]
    for year, standing in asked:
        number = numbers.get((one.who.authority_id, year))
        if standing.state in OPEN and not standing.term.lapses and number is not None:
            yield OpenDeadline(
                number,
                one.who.name,
                one.who.slug,
                agreement.slug,
                current_version(agreement).short_title,
                agreement.is_example,
                ObligationKind.ANNUAL_REPORT if year else ObligationKind.ACTION_PLAN,
                year,
                standing,
            )


def chosen(rows: Sequence[OpenDeadline], tab: Tab, agreement: str = "", kind: str = "") -> list[OpenDeadline]:
    """Return the rows of one list that fit the filters; who is late the longest stands in front of the others."""
    return [
        one
        for one in rows
        if (one.standing.state is DueState.LATE) is (tab is Tab.LATE)
        and (not agreement or one.agreement == agreement)
        and (not kind or one.kind == kind)
    ]
