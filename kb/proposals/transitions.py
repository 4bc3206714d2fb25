"""How a proposal moves: one pure table of states, events and named guards. No database, no clock, no web.

What is not in the table is refused, so a new way to move begins here, with its test.
"""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from common.errors import N_, Refused
from kb.proposals.models import ProposalState


class Event(enum.StrEnum):
    """What somebody does with a proposal."""

    SAVE = "save"
    SUBMIT = "submit"
    REPLY = "reply"
    """Its author says something to the editors; the text stays locked."""
    WITHDRAW = "withdraw"
    RESUME = "resume"
    """Its author takes up what he withdrew."""
    TAKE = "take"
    RELEASE = "release"
    ASK = "ask"
    """An editor asks for changes, so that the author writes again."""
    APPROVE = "approve"
    DECLINE = "decline"
    REOPEN = "reopen"
    """An editor takes a decision back."""
    MERGE = "merge"


class Guard(enum.StrEnum):
    """A condition that a move must meet; the name is what a refusal carries."""

    IS_AUTHOR = "is_author"
    MAY_SPEAK_FOR = "may_speak_for"
    COMPLETE = "complete"
    CHANGED = "changed"
    FITS = "fits"
    ANSWERED = "answered"
    SOMETHING_SAID = "something_said"
    IS_PERSON = "is_person"
    IS_EDITOR = "is_editor"
    NOT_AUTHOR = "not_author"
    NOT_OF_THE_AUTHORITY = "not_of_the_authority"
    NOBODY_ELSE = "nobody_else"
    TOOK_IT = "took_it"
    REASON_GIVEN = "reason_given"


@dataclass(frozen=True)
class Facts:
    """What the guards look at: persons by their number, so that "not his own" is about the person."""

    person_id: int | None = None
    author_id: int | None = None
    reviewer_id: int | None = None
    is_editor: bool = False
    """A redacteur or a beheerder."""
    is_member: bool = False
    """The person works now for the authority of which the example is."""
    is_example: bool = False
    """It is a good example of an authority."""
    open_problems: int = 0
    """What is missing or wrong in what the author typed."""
    changed: bool = True
    """It says something else than the guide that everybody reads."""
    fits: bool = True
    """It can be put in the guide as that stands now: nobody changed the same paragraph meanwhile, or it was settled."""
    answered: bool = True
    """Since the editors asked, its author changed the text or wrote something back."""
    reason: str = ""
    """What is said, asked or explained with the move."""


@dataclass(frozen=True)
class Transition:
    """One row of the table."""

    state: ProposalState
    event: Event
    guards: tuple[Guard, ...]
    to: ProposalState


HOLDS: Mapping[Guard, Callable[[Facts], bool]] = MappingProxyType(
    {
        Guard.IS_AUTHOR: lambda facts: facts.person_id is not None and facts.person_id == facts.author_id,
        Guard.MAY_SPEAK_FOR: lambda facts: facts.is_member or not facts.is_example,
        Guard.COMPLETE: lambda facts: facts.open_problems == 0,
        Guard.CHANGED: lambda facts: facts.changed,
        Guard.FITS: lambda facts: facts.fits,
        Guard.ANSWERED: lambda facts: facts.answered,
        Guard.SOMETHING_SAID: lambda facts: bool(facts.reason.strip()),
        Guard.IS_PERSON: lambda facts: facts.person_id is not None,
        Guard.IS_EDITOR: lambda facts: facts.is_editor,
        Guard.NOT_AUTHOR: lambda facts: facts.person_id != facts.author_id,
        Guard.NOT_OF_THE_AUTHORITY: lambda facts: not (facts.is_example and facts.is_member),
        Guard.NOBODY_ELSE: lambda facts: facts.reviewer_id in (None, facts.person_id),
        Guard.TOOK_IT: lambda facts: facts.reviewer_id is not None and facts.reviewer_id == facts.person_id,
        Guard.REASON_GIVEN: lambda facts: bool(facts.reason.strip()),
    }
)

_WRITING = (Guard.IS_AUTHOR, Guard.MAY_SPEAK_FOR)
_SUBMITTING = (*_WRITING, Guard.COMPLETE, Guard.CHANGED, Guard.FITS)
_REPLYING = (Guard.IS_AUTHOR, Guard.SOMETHING_SAID)
_TAKING_BACK = (Guard.IS_AUTHOR,)
FOUR_EYES: Final = (Guard.IS_PERSON, Guard.IS_EDITOR, Guard.NOT_AUTHOR, Guard.NOT_OF_THE_AUTHORITY)
"""What whoever decides about somebody else's proposal has to be."""
# Who does not take it from a colleague first decides on nothing that the colleague is looking at; one click takes it.
_DECIDING = (*FOUR_EYES, Guard.NOBODY_ELSE)
_EXPLAINING = (*_DECIDING, Guard.REASON_GIVEN)

_S = ProposalState

# The ways back come first, here and in the tests: they are the ones that get forgotten.
TABLE: tuple[Transition, ...] = (
    Transition(_S.IN_REVIEW, Event.ASK, _EXPLAINING, _S.CHANGES_ASKED),
    Transition(_S.APPROVED, Event.ASK, _EXPLAINING, _S.CHANGES_ASKED),
    Transition(_S.APPROVED, Event.REOPEN, _EXPLAINING, _S.IN_REVIEW),
    Transition(_S.DECLINED, Event.REOPEN, _EXPLAINING, _S.IN_REVIEW),
    Transition(_S.IN_REVIEW, Event.RELEASE, (*FOUR_EYES, Guard.TOOK_IT), _S.IN_REVIEW),
    Transition(_S.IN_REVIEW, Event.WITHDRAW, _TAKING_BACK, _S.WITHDRAWN),
    Transition(_S.CHANGES_ASKED, Event.WITHDRAW, _TAKING_BACK, _S.WITHDRAWN),
    Transition(_S.APPROVED, Event.WITHDRAW, _TAKING_BACK, _S.WITHDRAWN),
    Transition(_S.WITHDRAWN, Event.RESUME, _WRITING, _S.DRAFT),
    # On the way to the guide.
    Transition(_S.DRAFT, Event.SAVE, _WRITING, _S.DRAFT),
    Transition(_S.CHANGES_ASKED, Event.SAVE, _WRITING, _S.CHANGES_ASKED),
    Transition(_S.DRAFT, Event.SUBMIT, _SUBMITTING, _S.IN_REVIEW),
    Transition(_S.CHANGES_ASKED, Event.SUBMIT, (*_SUBMITTING, Guard.ANSWERED), _S.IN_REVIEW),
    Transition(_S.IN_REVIEW, Event.REPLY, _REPLYING, _S.IN_REVIEW),
    Transition(_S.CHANGES_ASKED, Event.REPLY, _REPLYING, _S.CHANGES_ASKED),
    Transition(_S.APPROVED, Event.REPLY, _REPLYING, _S.APPROVED),
    Transition(_S.IN_REVIEW, Event.TAKE, FOUR_EYES, _S.IN_REVIEW),
    Transition(_S.APPROVED, Event.TAKE, FOUR_EYES, _S.APPROVED),
    Transition(_S.DECLINED, Event.TAKE, FOUR_EYES, _S.DECLINED),
    Transition(_S.IN_REVIEW, Event.APPROVE, _DECIDING, _S.APPROVED),
    Transition(_S.IN_REVIEW, Event.DECLINE, _EXPLAINING, _S.DECLINED),
    # Where the guide came to say something else meanwhile, and nothing of the text would come in.
    Transition(_S.APPROVED, Event.DECLINE, _EXPLAINING, _S.DECLINED),
    Transition(_S.APPROVED, Event.MERGE, (*_DECIDING, Guard.FITS), _S.MERGED),
)

_SENTENCES: Mapping[Guard, str] = MappingProxyType(
    {
        Guard.IS_AUTHOR: N_("Alleen wie het voorstel schreef, mag dit doen."),
        Guard.MAY_SPEAK_FOR: N_("U werkt niet meer voor de organisatie van dit voorbeeld."),
        Guard.COMPLETE: N_("Er ontbreekt nog iets aan uw voorstel, of er klopt iets niet."),
        Guard.CHANGED: N_("Uw voorstel zegt hetzelfde als wat er nu staat. Verander eerst iets."),
        Guard.FITS: N_("De gids is intussen op dezelfde plek veranderd. Kies eerst welke tekst blijft."),
        Guard.ANSWERED: N_("Verander de tekst, of schrijf een antwoord aan de redactie. Dien daarna opnieuw in."),
        Guard.SOMETHING_SAID: N_("Schrijf op wat u wilt zeggen."),
        Guard.IS_PERSON: N_("Alleen een persoon met een account mag hierover beslissen."),
        Guard.IS_EDITOR: N_("Alleen een redacteur of beheerder mag hierover beslissen."),
        Guard.NOT_AUTHOR: N_("Dit is uw eigen voorstel. Een collega moet beslissen."),
        Guard.NOT_OF_THE_AUTHORITY: N_("U werkt zelf voor deze organisatie. Een collega moet beslissen."),
        Guard.NOBODY_ELSE: N_("Een collega kijkt nu naar dit voorstel. Neem het eerst over."),
        Guard.TOOK_IT: N_("U hebt dit voorstel niet in behandeling."),
        Guard.REASON_GIVEN: N_("Schrijf op waarom u dit doet."),
    }
)
"""What a refusal says; a view with better words for its own page says those."""


class NoSuchTransition(Refused):
    """The table has no way to do this in this state."""

    def __init__(self, state: ProposalState, event: Event) -> None:
        self.state, self.event = state, event
        super().__init__(N_("Dat kan nu niet met dit voorstel."))


class GuardFails(Refused):
    """A guard stands in the way; `guard` says which, so that a view can say it in the reader's language."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        super().__init__(_SENTENCES[guard])


def may_move(state: ProposalState, event: Event) -> bool:
    """Say whether the table knows a way, whoever asks: for showing a button at all."""
    return any(row.state is state and row.event is event for row in TABLE)


def move(state: ProposalState, event: Event, facts: Facts) -> ProposalState:
    """Return the state that follows; raise NoSuchTransition or GuardFails where it may not be."""
    row = next((row for row in TABLE if row.state is state and row.event is event), None)
    if row is None:
        raise NoSuchTransition(state, event)
    guard = next((guard for guard in row.guards if not HOLDS[guard](facts)), None)
    if guard:
        raise GuardFails(guard)
    return row.to
