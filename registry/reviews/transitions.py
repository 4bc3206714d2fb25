"""How a report moves: one pure table of states, events and named guards. No database, no clock, no web.

What is not in the table is refused, so a new way to move begins here, with its test.
"""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from common.errors import N_, Refused
from registry.reports.models import ReportState


class Event(enum.StrEnum):
    """What somebody does with a report."""

    SUBMIT = "submit"
    PUBLISH = "publish"
    PUBLISH_EMERGENCY = "publish_emergency"
    SEND_BACK = "send_back"


class Guard(enum.StrEnum):
    """A condition that a move must meet; the name is what a refusal carries."""

    IS_COORDINATOR = "is_coordinator"
    NOTHING_OPEN = "nothing_open"
    IS_PERSON = "is_person"
    NOT_SUBMITTER = "not_submitter"
    NOT_LAST_EDITOR = "not_last_editor"
    DID_NOT_ANSWER = "did_not_answer"
    REASON_GIVEN = "reason_given"
    IS_ADMINISTRATOR = "is_administrator"
    OWN_WORK = "own_work"
    LONG_REASON = "long_reason"


@dataclass(frozen=True)
class Facts:
    """What the guards look at: persons by their number, so that the rule of four eyes is per person."""

    person_id: int | None = None
    submitter_id: int | None = None
    last_editor_id: int | None = None
    answered_by_ids: frozenset[int] = frozenset()
    is_administrator: bool = False
    is_coordinator: bool = False
    open_questions: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Transition:
    """One row of the table."""

    state: ReportState
    event: Event
    guards: tuple[Guard, ...]
    to: ReportState


NOT_OWN: Final = (Guard.NOT_SUBMITTER, Guard.NOT_LAST_EDITOR, Guard.DID_NOT_ANSWER)
"""What makes a report somebody else's work: the rule of four eyes counts everybody who answered."""
SHORTEST_REASON: Final = 20
"""Characters of the reason for an emergency publication."""

HOLDS: Mapping[Guard, Callable[[Facts], bool]] = MappingProxyType(
    {
        Guard.IS_COORDINATOR: lambda facts: facts.is_coordinator,
        Guard.NOTHING_OPEN: lambda facts: facts.open_questions == 0,
        Guard.IS_PERSON: lambda facts: facts.person_id is not None,
        Guard.NOT_SUBMITTER: lambda facts: facts.person_id != facts.submitter_id,
        Guard.NOT_LAST_EDITOR: lambda facts: facts.person_id != facts.last_editor_id,
        Guard.DID_NOT_ANSWER: lambda facts: facts.person_id not in facts.answered_by_ids,
        Guard.REASON_GIVEN: lambda facts: bool(facts.reason.strip()),
        Guard.IS_ADMINISTRATOR: lambda facts: facts.is_administrator,
        Guard.OWN_WORK: lambda facts: any(not HOLDS[guard](facts) for guard in NOT_OWN),
        Guard.LONG_REASON: lambda facts: len(facts.reason.strip()) >= SHORTEST_REASON,
    }
)

_SUBMITTING = (Guard.IS_COORDINATOR, Guard.NOTHING_OPEN)
_FOUR_EYES = (Guard.IS_PERSON, *NOT_OWN)
# In an emergency one may do without the second person, and only then: who did not work on it decides as always.
_EMERGENCY = (Guard.IS_PERSON, Guard.IS_ADMINISTRATOR, Guard.OWN_WORK, Guard.LONG_REASON)

# The ways back come first, here and in the tests: they are the ones that get forgotten.
TABLE: tuple[Transition, ...] = (
    Transition(ReportState.SUBMITTED, Event.SEND_BACK, (*_FOUR_EYES, Guard.REASON_GIVEN), ReportState.RETURNED),
    Transition(ReportState.RETURNED, Event.SUBMIT, _SUBMITTING, ReportState.SUBMITTED),
    Transition(ReportState.DRAFT, Event.SUBMIT, _SUBMITTING, ReportState.SUBMITTED),
    Transition(ReportState.SUBMITTED, Event.PUBLISH, _FOUR_EYES, ReportState.PUBLISHED),
    Transition(ReportState.SUBMITTED, Event.PUBLISH_EMERGENCY, _EMERGENCY, ReportState.PUBLISHED),
)

_SENTENCES: Mapping[Guard, str] = MappingProxyType(
    {
        Guard.IS_COORDINATOR: N_("Alleen een coördinator van de organisatie mag indienen."),
        Guard.NOTHING_OPEN: N_("Er staan nog verplichte vragen open."),
        Guard.IS_PERSON: N_("Alleen een persoon met een account mag hierover beslissen."),
        Guard.NOT_SUBMITTER: N_("U diende deze rapportage zelf in. Een collega moet beslissen."),
        Guard.NOT_LAST_EDITOR: N_("U wijzigde deze rapportage zelf als laatste. Een collega moet beslissen."),
        Guard.DID_NOT_ANSWER: N_("U vulde deze rapportage zelf mee in. Een collega moet beslissen."),
        Guard.IS_ADMINISTRATOR: N_("Alleen een beheerder mag zonder tweede paar ogen publiceren."),
        Guard.OWN_WORK: N_("U werkte niet aan deze rapportage. U kunt haar gewoon beoordelen."),
        Guard.LONG_REASON: N_("Schrijf in ten minste 20 tekens op waarom een collega dit nu niet kan doen."),
        Guard.REASON_GIVEN: N_("Schrijf op waarom u de rapportage terugstuurt."),
    }
)


class NoSuchTransition(Refused):
    """The table has no way to do this in this state."""

    def __init__(self, state: ReportState, event: Event) -> None:
        self.state, self.event = state, event
        super().__init__(N_("Dat kan nu niet met deze rapportage."))


class GuardFails(Refused):
    """A guard stands in the way; `guard` says which, so that a view can say it in the reader's language."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        super().__init__(_SENTENCES[guard])


def failing(transition: Transition, facts: Facts) -> Guard | None:
    """Return the first guard that does not hold, or None when the way is free."""
    return next((guard for guard in transition.guards if not HOLDS[guard](facts)), None)


def find(state: ReportState, event: Event) -> Transition:
    """Return the row for this state and event; raise NoSuchTransition where the table has none."""
    for transition in TABLE:
        if transition.state is state and transition.event is event:
            return transition
    raise NoSuchTransition(state, event)


def move(state: ReportState, event: Event, facts: Facts) -> ReportState:
    """Return the state that follows; raise NoSuchTransition or GuardFails where it may not be."""
    transition = find(state, event)
    guard = failing(transition, facts)
    if guard:
        raise GuardFails(guard)
    return transition.to
