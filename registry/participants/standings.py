"""Where an authority stands with what an agreement asks. Pure: from dates and records alone, no database, no clock."""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from registry.agreements.models import AgreementVersion, ObligationKind
from registry.agreements.periods import deadline
from registry.agreements.reading import obligation_of
from registry.obligations.rule import DueState, Standing, standing


class ParticipantStatus(enum.StrEnum):
    """How a participant does as a whole; the values are those of the address (`?status=te-laat`)."""

    LATE = "te-laat"
    DUE_SOON = "binnenkort"
    ON_TIME = "op-tijd"
    NOT_FOLLOWED = "niet-gevolgd"
    ENDED = "opgegaan"


@dataclass(frozen=True)
class EditionRecord:
    """What the register holds of one authority and one edition."""

    edition_id: int
    agreement_id: int
    year: int
    opens_on: date
    due_on: date
    submitted_on: date | None = None
    """The day of the first submission; it is not public before it was published."""
    published: bool = False


@dataclass(frozen=True)
class ReportStanding:
    """The standing of one year's report."""

    edition: EditionRecord
    standing: Standing


NOTHING_ASKED = Standing(DueState.NOT_APPLICABLE)


def plan_standing(
    agreement: AgreementVersion, signed_on: date | None, met_on: date | None, today: date, ended_on: date | None = None
) -> Standing:
    """Return where the action plan stands; of an authority that ended nothing is asked any more."""
    asked = obligation_of(agreement, ObligationKind.ACTION_PLAN)
    if asked is None or (ended_on and not met_on):
        return NOTHING_ASKED
    due_on = deadline(signed_on, asked.within) if signed_on and asked.within else None
    return standing(due_on, met_on, today, grace_days=asked.grace_days, followed=agreement.followed)


def report_standings(
    agreement: AgreementVersion,
    signed_on: date | None,
    editions: Iterable[EditionRecord],
    today: date,
    ended_on: date | None = None,
) -> list[ReportStanding]:
    """Return the standing of each year's report, oldest year first.

    Asked are the years from the year of signing on, by editions that have opened. What was submitted counts as
    delivered on its first day: that staff take their time with it is not held against the authority.
    """
    asked = obligation_of(agreement, ObligationKind.ANNUAL_REPORT)
    if asked is None or signed_on is None:
        return [ReportStanding(one, NOTHING_ASKED) for one in sorted(editions, key=_year) if one.submitted_on]
    found = []
    for edition in sorted(editions, key=_year):
        if edition.year < signed_on.year or edition.opens_on > today:
            continue
        if ended_on and edition.due_on >= ended_on and not edition.submitted_on:
            continue
        found.append(
            ReportStanding(
                edition,
                standing(
                    edition.due_on, edition.submitted_on, today,
                    grace_days=asked.grace_days, followed=agreement.followed,
                ),
            )
        )  # fmt: skip
    return found


def _year(edition: EditionRecord) -> int:
    return edition.year


def decisive_report(standings: Sequence[ReportStanding]) -> ReportStanding | None:
    """Return the year that decides how the authority does: one that is still missing, else the newest."""
    late = [one for one in standings if one.standing.state is DueState.LATE]
    return next(reversed(late or list(standings)), None)


def overall(agreement: AgreementVersion, plan: Standing, report: Standing, ended_on: date | None) -> ParticipantStatus:
    """Return the status as a whole: the worst of plan and report."""
    if ended_on:
        return ParticipantStatus.ENDED
    if not agreement.followed:
        return ParticipantStatus.NOT_FOLLOWED
    states = {plan.state, report.state}
    if DueState.LATE in states:
        return ParticipantStatus.LATE
    return ParticipantStatus.DUE_SOON if DueState.DUE_SOON in states else ParticipantStatus.ON_TIME
