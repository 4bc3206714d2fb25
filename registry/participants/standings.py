"""Where an authority stands with what an agreement asks. Pure: from dates and records alone, no database, no clock."""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from registry.obligations.reading import AskedDuty
from registry.obligations.rule import DueState, Met, Standing, Term, standing


class ParticipantStatus(enum.StrEnum):
    """How a participant does as a whole; the values are those of the address (`?status=te-laat`)."""

    LATE = "te-laat"
    DUE_SOON = "binnenkort"
    NOT_YET_KNOWN = "nog-niet-te-zeggen"
    ON_TIME = "op-tijd"
    NOT_FOLLOWED = "niet-gevolgd"
    ENDED = "opgegaan"


@dataclass(frozen=True)
class EditionRecord:
    """What the register holds of one authority and one edition."""

    edition_id: int
    agreement_id: int
    year: int
    met: Met | None = None
    """The first submission that was not taken back before publication, with its number.

    Its day is public at once, what it says is not (docs/decisions/0013).
    """
    published: bool = False
    withdrawn: bool = False
    """Staff withdrew it from the public: the address of the report says when and why."""

    @property
    def submitted_on(self) -> date | None:
        """The day of the first submission."""
        return self.met.on if self.met else None


@dataclass(frozen=True)
class ReportStanding:
    """The standing of one year's report."""

    edition: EditionRecord
    standing: Standing


@dataclass(frozen=True)
class Circumstances:
    """For which day is asked, on which day one can tell, whether the register follows the agreement, and its end."""

    day: date
    known_to: date
    """The day on which it is said: of a later day one cannot tell what will have come by then."""
    followed: bool = True
    gone_on: date | None = None
    """The day on which the authority itself was gone, or its signature ended."""

    def of(self, term: Term, met: Met | None) -> Standing:
        """Return the standing of one obligation in these circumstances."""
        return standing(term, met, self.day, known_to=self.known_to, gone_on=self.gone_on, followed=self.followed)


NOTHING_ASKED = Standing(DueState.NOT_APPLICABLE)


def plan_standing(asked: Iterable[AskedDuty], met: Met | None, circumstances: Circumstances) -> Standing:
    """Return where the action plan stands; one that nobody asked for is met without a deadline."""
    term = next((one.term for one in asked if not one.year), Term())
    return circumstances.of(term, met)


def report_standings(
    asked: Iterable[AskedDuty], editions: Iterable[EditionRecord], circumstances: Circumstances
) -> list[ReportStanding]:
    """Return the standing of each year's report, oldest year first: of what is asked, and of what was handed in.

    What was submitted counts as delivered on its first day: that staff take their time with it is not held against
    the authority.
    """
    terms = {one.year: one.term for one in asked if one.year}
    found = [
        ReportStanding(edition, circumstances.of(terms.get(edition.year, Term()), edition.met))
        for edition in sorted(editions, key=lambda edition: edition.year)
    ]
    return [one for one in found if one.standing.state is not DueState.NOT_APPLICABLE]


def decisive_report(standings: Sequence[ReportStanding]) -> ReportStanding | None:
    """Return the year that decides how the authority does: the newest that is missing, else the newest."""
    late = [one for one in standings if one.standing.state is DueState.LATE]
    return next(reversed(late or list(standings)), None)


def overall(standings: Iterable[Standing], circumstances: Circumstances) -> ParticipantStatus:
    """Return the status as a whole: the worst of plan and reports."""
    if circumstances.gone_on:
        return ParticipantStatus.ENDED
    if not circumstances.followed:
        return ParticipantStatus.NOT_FOLLOWED
    states = {one.state for one in standings}
    if DueState.LATE in states:
        return ParticipantStatus.LATE
    if DueState.NOT_YET_KNOWN in states:
        return ParticipantStatus.NOT_YET_KNOWN
    return ParticipantStatus.DUE_SOON if DueState.DUE_SOON in states else ParticipantStatus.ON_TIME
