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

    SAVE = "save"
    AGREE = "agree"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    """The authority takes it back before it was published."""
    CORRECT = "correct"
    """The authority begins a correction of what is published."""
    LEAVE_CORRECTION = "leave_correction"
    TAKE = "take"
    RELEASE = "release"
    ASK = "ask"
    """Staff send questions at answers."""
    ACCEPT = "accept"
    REOPEN = "reopen"
    """Staff take an acceptance back."""
    PUBLISH = "publish"
    PUBLISH_EMERGENCY = "publish_emergency"
    UNPUBLISH = "unpublish"
    """Staff withdraw what was published."""


class Guard(enum.StrEnum):
    """A condition that a move must meet; the name is what a refusal carries."""

    MAY_FILL_IN = "may_fill_in"
    IS_COORDINATOR = "is_coordinator"
    IS_EXECUTIVE = "is_executive"
    NOTHING_OPEN = "nothing_open"
    AGREED_WHERE_NEEDED = "agreed_where_needed"
    SAID_TRUE = "said_true"
    QUESTIONS_ANSWERED = "questions_answered"
    CHANGED = "changed"
    IS_PERSON = "is_person"
    IS_REVIEWER = "is_reviewer"
    TOOK_IT = "took_it"
    NOT_SUBMITTER = "not_submitter"
    NOT_LAST_EDITOR = "not_last_editor"
    DID_NOT_ANSWER = "did_not_answer"
    DID_NOT_AGREE = "did_not_agree"
    NOT_OF_THE_AUTHORITY = "not_of_the_authority"
    SECOND_PERSON = "second_person"
    SOMETHING_ASKED = "something_asked"
    REASON_GIVEN = "reason_given"
    IS_ADMINISTRATOR = "is_administrator"
    IS_PUBLIC = "is_public"
    OWN_WORK = "own_work"
    LONG_REASON = "long_reason"


@dataclass(frozen=True)
class Facts:
    """What the guards look at: persons by their number, so that the rule of four eyes is per person."""

    person_id: int | None = None
    submitter_id: int | None = None
    last_editor_id: int | None = None
    answered_by_ids: frozenset[int] = frozenset()
    """Who gave an answer of the form, or a reply to staff."""
    agreed_by_ids: frozenset[int] = frozenset()
    """Who decided on it as bestuurder, whatever became of that."""
    is_member: bool = False
    """The person works for the authority now, in whatever role."""
    reviewer_id: int | None = None
    accepted_by_id: int | None = None
    needs_second: bool = False
    """The edition asks that a second staff member publishes."""
    needs_agreement: bool = False
    """The edition asks that a bestuurder agrees first."""
    is_agreed: bool = False
    """A bestuurder agreed with the report as it stands."""
    says_true: bool = False
    """Who submits ticked the declaration himself, on the page with the button."""
    may_fill_in: bool = False
    is_coordinator: bool = False
    is_executive: bool = False
    is_reviewer: bool = False
    is_administrator: bool = False
    open_questions: int = 0
    """Questions of the form that stand in the way of submitting."""
    unanswered: int = 0
    """Questions of staff that the authority did not answer."""
    asked: int = 0
    """Questions of staff that are sent now."""
    changed: bool = True
    """Something differs from the submission before it."""
    is_correction: bool = False
    """The public sees an earlier submission of this report. At LEAVE_CORRECTION: it once saw another."""
    is_answer: bool = False
    """It was handed in after a question of staff."""
    reason: str = ""


@dataclass(frozen=True)
class Transition:
    """One row of the table."""

    state: ReportState
    event: Event
    guards: tuple[Guard, ...]
    to: ReportState
    instead: tuple[str, ReportState] | None = None
    """A fact, and the state that follows where it holds."""

    def follows(self, facts: Facts) -> ReportState:
        """Return the state that this row leads to."""
        return self.instead[1] if self.instead and getattr(facts, self.instead[0]) else self.to


NOT_OWN: Final = (
    Guard.NOT_SUBMITTER, Guard.NOT_LAST_EDITOR, Guard.DID_NOT_ANSWER, Guard.DID_NOT_AGREE, Guard.NOT_OF_THE_AUTHORITY,
)  # fmt: skip
"""What makes a report somebody else's work: four eyes counts all who answered, and who belongs to the authority."""
SHORTEST_REASON: Final = 20
"""Characters of the reason for an emergency publication."""

HOLDS: Mapping[Guard, Callable[[Facts], bool]] = MappingProxyType(
    {
        Guard.MAY_FILL_IN: lambda facts: facts.may_fill_in,
        Guard.IS_COORDINATOR: lambda facts: facts.is_coordinator,
        Guard.IS_EXECUTIVE: lambda facts: facts.is_executive,
        Guard.NOTHING_OPEN: lambda facts: facts.open_questions == 0,
        Guard.AGREED_WHERE_NEEDED: lambda facts: facts.is_agreed or not facts.needs_agreement,
        Guard.SAID_TRUE: lambda facts: facts.says_true,
        Guard.QUESTIONS_ANSWERED: lambda facts: facts.unanswered == 0,
        Guard.CHANGED: lambda facts: facts.changed,
        Guard.IS_PERSON: lambda facts: facts.person_id is not None,
        Guard.IS_REVIEWER: lambda facts: facts.is_reviewer,
        Guard.TOOK_IT: lambda facts: facts.reviewer_id is not None and facts.person_id == facts.reviewer_id,
        Guard.NOT_SUBMITTER: lambda facts: facts.person_id != facts.submitter_id,
        Guard.NOT_LAST_EDITOR: lambda facts: facts.person_id != facts.last_editor_id,
        Guard.DID_NOT_ANSWER: lambda facts: facts.person_id not in facts.answered_by_ids,
        Guard.DID_NOT_AGREE: lambda facts: facts.person_id not in facts.agreed_by_ids,
        Guard.NOT_OF_THE_AUTHORITY: lambda facts: not facts.is_member,
        Guard.SECOND_PERSON: lambda facts: not facts.needs_second or facts.person_id != facts.accepted_by_id,
        Guard.SOMETHING_ASKED: lambda facts: facts.asked > 0 or bool(facts.reason.strip()),
        Guard.REASON_GIVEN: lambda facts: bool(facts.reason.strip()),
        Guard.IS_ADMINISTRATOR: lambda facts: facts.is_administrator,
        Guard.IS_PUBLIC: lambda facts: facts.is_correction,
        Guard.OWN_WORK: lambda facts: any(not HOLDS[guard](facts) for guard in (*NOT_OWN, Guard.SECOND_PERSON)),
        Guard.LONG_REASON: lambda facts: len(facts.reason.strip()) >= SHORTEST_REASON,
    }
)

_SAVING = (Guard.MAY_FILL_IN,)
_AGREEING = (Guard.IS_EXECUTIVE,)
_SUBMITTING = (Guard.IS_COORDINATOR, Guard.NOTHING_OPEN, Guard.AGREED_WHERE_NEEDED, Guard.SAID_TRUE)
FOUR_EYES: Final = (Guard.IS_PERSON, Guard.IS_REVIEWER, *NOT_OWN)
"""What whoever decides about somebody else's report has to be."""
_PUBLISHING = (*FOUR_EYES, Guard.SECOND_PERSON)
_ASKING = (*FOUR_EYES, Guard.TOOK_IT, Guard.SOMETHING_ASKED)
# In an emergency one may do without the second person, and only then: who did not work on it decides as always.
_EMERGENCY = (Guard.IS_PERSON, Guard.IS_ADMINISTRATOR, Guard.OWN_WORK, Guard.LONG_REASON)
_ANSWERING = (*_SUBMITTING, Guard.QUESTIONS_ANSWERED)
_TAKING_BACK = (Guard.IS_COORDINATOR, Guard.REASON_GIVEN)
_UNPUBLISHING = (Guard.IS_PERSON, Guard.IS_ADMINISTRATOR, Guard.REASON_GIVEN)

_S = ReportState
# While a correction is under way, the public sees what it corrects.
_CORRECTING = ("is_correction", _S.CORRECTING)
_CORRECTED = ("is_correction", _S.CORRECTED)

# The ways back come first, here and in the tests: they are the ones that get forgotten.
TABLE: tuple[Transition, ...] = (
    Transition(_S.IN_REVIEW, Event.ASK, _ASKING, _S.QUESTION_SENT),
    Transition(_S.IN_REVIEW, Event.RELEASE, (*FOUR_EYES, Guard.TOOK_IT), _S.SUBMITTED, ("is_answer", _S.ANSWERED)),
    Transition(_S.ACCEPTED, Event.REOPEN, (*FOUR_EYES, Guard.REASON_GIVEN), _S.IN_REVIEW),
    Transition(_S.SUBMITTED, Event.WITHDRAW, _TAKING_BACK, _S.WITHDRAWN, _CORRECTING),
    Transition(_S.IN_REVIEW, Event.WITHDRAW, _TAKING_BACK, _S.WITHDRAWN, _CORRECTING),
    Transition(_S.ANSWERED, Event.WITHDRAW, _TAKING_BACK, _S.WITHDRAWN, _CORRECTING),
    Transition(_S.ACCEPTED, Event.WITHDRAW, _TAKING_BACK, _S.WITHDRAWN, _CORRECTING),
    Transition(_S.PUBLISHED, Event.UNPUBLISH, _UNPUBLISHING, _S.WITHDRAWN),
    Transition(_S.CORRECTED, Event.UNPUBLISH, _UNPUBLISHING, _S.WITHDRAWN),
    Transition(_S.CORRECTING, Event.UNPUBLISH, _UNPUBLISHING, _S.WITHDRAWN),
    *(  # a correction that was handed in goes on, and will be the first that the public sees again
        Transition(state, Event.UNPUBLISH, (*_UNPUBLISHING, Guard.IS_PUBLIC), state)
        for state in (_S.SUBMITTED, _S.IN_REVIEW, _S.QUESTION_SENT, _S.ANSWERED, _S.ACCEPTED)
    ),
    Transition(_S.AGREED, Event.SAVE, _SAVING, _S.DRAFT),
    # On the way to the public.
    Transition(_S.DRAFT, Event.SAVE, _SAVING, _S.DRAFT),
    Transition(_S.QUESTION_SENT, Event.SAVE, _SAVING, _S.QUESTION_SENT),
    Transition(_S.CORRECTING, Event.SAVE, _SAVING, _S.CORRECTING),
    Transition(_S.WITHDRAWN, Event.SAVE, _SAVING, _S.WITHDRAWN),
    Transition(_S.DRAFT, Event.AGREE, _AGREEING, _S.AGREED),
    # What was handed in before keeps saying so; the agreement stands beside it.
    Transition(_S.QUESTION_SENT, Event.AGREE, _AGREEING, _S.QUESTION_SENT),
    Transition(_S.CORRECTING, Event.AGREE, _AGREEING, _S.CORRECTING),
    Transition(_S.WITHDRAWN, Event.AGREE, _AGREEING, _S.WITHDRAWN),
    Transition(_S.DRAFT, Event.SUBMIT, _SUBMITTING, _S.SUBMITTED),
    Transition(_S.AGREED, Event.SUBMIT, _SUBMITTING, _S.SUBMITTED),
    # What staff asked is answered before they see it again, whichever way the report came back.
    Transition(_S.WITHDRAWN, Event.SUBMIT, (*_ANSWERING, Guard.REASON_GIVEN), _S.SUBMITTED),
    Transition(_S.CORRECTING, Event.SUBMIT, (*_ANSWERING, Guard.REASON_GIVEN, Guard.CHANGED), _S.SUBMITTED),
    Transition(_S.QUESTION_SENT, Event.SUBMIT, _ANSWERING, _S.ANSWERED),
    Transition(_S.SUBMITTED, Event.TAKE, FOUR_EYES, _S.IN_REVIEW),
    Transition(_S.IN_REVIEW, Event.TAKE, FOUR_EYES, _S.IN_REVIEW),
    Transition(_S.ANSWERED, Event.TAKE, FOUR_EYES, _S.IN_REVIEW),
    Transition(_S.IN_REVIEW, Event.ACCEPT, (*FOUR_EYES, Guard.TOOK_IT), _S.ACCEPTED),
    Transition(_S.ACCEPTED, Event.PUBLISH, _PUBLISHING, _S.PUBLISHED, _CORRECTED),
    Transition(_S.SUBMITTED, Event.PUBLISH_EMERGENCY, _EMERGENCY, _S.PUBLISHED, _CORRECTED),
    Transition(_S.IN_REVIEW, Event.PUBLISH_EMERGENCY, _EMERGENCY, _S.PUBLISHED, _CORRECTED),
    Transition(_S.ANSWERED, Event.PUBLISH_EMERGENCY, _EMERGENCY, _S.PUBLISHED, _CORRECTED),
    Transition(_S.ACCEPTED, Event.PUBLISH_EMERGENCY, _EMERGENCY, _S.PUBLISHED, _CORRECTED),
    # After publication.
    Transition(_S.PUBLISHED, Event.CORRECT, _TAKING_BACK, _S.CORRECTING),
    Transition(_S.CORRECTED, Event.CORRECT, _TAKING_BACK, _S.CORRECTING),
    Transition(_S.CORRECTING, Event.LEAVE_CORRECTION, (Guard.IS_COORDINATOR,), _S.PUBLISHED, _CORRECTED),
)

_SENTENCES: Mapping[Guard, str] = MappingProxyType(
    {
        Guard.MAY_FILL_IN: N_("Alleen wie invult voor de organisatie mag dit veranderen."),
        Guard.IS_COORDINATOR: N_("Alleen een coördinator van de organisatie mag indienen."),
        Guard.IS_EXECUTIVE: N_("Alleen een bestuurder van de organisatie kan akkoord gaan."),
        Guard.NOTHING_OPEN: N_("Er staan nog verplichte vragen open."),
        Guard.AGREED_WHERE_NEEDED: N_("De bestuurder moet eerst akkoord gaan met deze rapportage."),
        Guard.SAID_TRUE: N_("Vink de verklaring zelf aan voordat u indient."),
        Guard.QUESTIONS_ANSWERED: N_("Niet alle vragen van de redactie zijn beantwoord."),
        Guard.CHANGED: N_("Er is nog niets veranderd. Verander eerst een antwoord."),
        Guard.IS_PERSON: N_("Alleen een persoon met een account mag hierover beslissen."),
        Guard.IS_REVIEWER: N_("Alleen een beoordelaar of beheerder mag hierover beslissen."),
        Guard.TOOK_IT: N_("Neem deze rapportage eerst zelf in behandeling."),
        Guard.NOT_SUBMITTER: N_("U diende deze rapportage zelf in. Een collega moet beslissen."),
        Guard.NOT_LAST_EDITOR: N_("U wijzigde deze rapportage zelf als laatste. Een collega moet beslissen."),
        Guard.DID_NOT_ANSWER: N_("U vulde deze rapportage zelf mee in. Een collega moet beslissen."),
        Guard.DID_NOT_AGREE: N_("U besliste als bestuurder over deze rapportage. Een collega moet beslissen."),
        Guard.NOT_OF_THE_AUTHORITY: N_("U werkt zelf voor deze organisatie. Een collega moet beslissen."),
        Guard.SECOND_PERSON: N_("U keurde deze rapportage zelf goed. Een tweede collega moet publiceren."),
        Guard.SOMETHING_ASKED: N_("Stel ten minste één vraag, of schrijf op waarom u de rapportage terugstuurt."),
        Guard.IS_ADMINISTRATOR: N_("Alleen een beheerder mag zonder tweede paar ogen publiceren."),
        Guard.IS_PUBLIC: N_("Van deze rapportage is nu niets openbaar."),
        Guard.OWN_WORK: N_("U werkte niet aan deze rapportage. U kunt haar gewoon beoordelen."),
        Guard.LONG_REASON: N_("Schrijf in ten minste 20 tekens op waarom een collega dit nu niet kan doen."),
        Guard.REASON_GIVEN: N_("Schrijf op waarom u dit doet."),
    }
)
"""What a refusal says; a view with better words for its own page says those."""


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


def failing(guards: tuple[Guard, ...], facts: Facts) -> Guard | None:
    """Return the first guard that does not hold, or None when the way is free."""
    return next((guard for guard in guards if not HOLDS[guard](facts)), None)


def find(state: ReportState, event: Event) -> Transition:
    """Return the row for this state and event; raise NoSuchTransition where the table has none."""
    for transition in TABLE:
        if transition.state is state and transition.event is event:
            return transition
    raise NoSuchTransition(state, event)


def may_move(state: ReportState, event: Event) -> bool:
    """Say whether the table knows a way, whoever asks: for showing a button at all."""
    return any(transition.state is state and transition.event is event for transition in TABLE)


def move(state: ReportState, event: Event, facts: Facts) -> ReportState:
    """Return the state that follows; raise NoSuchTransition or GuardFails where it may not be."""
    transition = find(state, event)
    guard = failing(transition.guards, facts)
    if guard:
        raise GuardFails(guard)
    return transition.follows(facts)
