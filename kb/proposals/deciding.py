"""What editors do with a proposal: take it, give it back, ask, accept, decline, take a decision back, take it in.

Each looks first at what it decides on: who decides on a text that was changed meanwhile, or on what a colleague decided
already, is told so and decides again. Who may do what stands in the table of transitions.py.
"""

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session

from accounts.models import User
from common import clock, ledger
from common.errors import N_, Conflict, Refused
from common.ledger import Actor
from kb.guides.fields import GuideFields, as_payload
from kb.guides.models import Revision
from kb.proposals.correcting import correct
from kb.proposals.files import hand_to_guide
from kb.proposals.models import Proposal, ProposalMessage, ProposalState
from kb.proposals.reading import lock_proposal
from kb.proposals.standing import facts_of
from kb.proposals.taking_in import (
    WITH_CHANGES,
    CannotMerge,
    Fit,
    NoAddress,
    NoGuide,
    NothingTaken,
    Settling,
    fit,
    fit_for_author,
    take_in,
)
from kb.proposals.transitions import Event, Facts, NoSuchTransition, move

__all__ = [
    "AlreadyDecided", "CannotMerge", "Fit", "Mended", "NoAddress", "NoGuide", "NothingTaken", "Said", "Settling",
    "approve", "approve_with_changes", "ask",
    "correct", "decline", "facts", "fit", "fit_for_author", "merge", "possible", "release", "reopen", "take",
]  # fmt: skip

LONGEST_TEXT: Final = 4000
"""Characters that an editor writes to the author at once."""


class AlreadyDecided(Conflict):
    """The proposal is not as it was when the page was read: a colleague decided, or its author changed it."""

    def __init__(self, proposal: Proposal) -> None:
        self.proposal = proposal
        super().__init__(N_("Dit voorstel is intussen veranderd. Kijk wat er nu staat, en beslis dan."))


@dataclass(frozen=True)
class Said:
    """One thing that an editor says to the author: about a section, by its title, or about the whole."""

    text: str
    section: str = ""


@dataclass(frozen=True)
class Mended:
    """A proposal as an editor made it better."""

    fields: GuideFields
    began: int
    """The revision of the guide over which he saw the proposal, which was public; 0 for a new guide."""
    text: str = ""
    """What he says to the author."""


def facts(session: Session, proposal: Proposal, actor: Actor, reason: str = "") -> Facts:
    """Return what the guards of the table look at."""
    person = session.get(User, actor.user_id) if actor.user_id else None
    return facts_of(proposal, person, reason=reason) if person else Facts(author_id=proposal.author_id)


def possible(session: Session, proposal: Proposal, actor: Actor) -> set[Event]:
    """Return what this person may do with the proposal now, once he wrote the reason that some of it asks."""
    now = facts(session, proposal, actor, reason="...")
    return {event for event in Event if _would_move(proposal.state, event, now)}


def _would_move(state: ProposalState, event: Event, now: Facts) -> bool:
    try:
        move(state, event, now)
    except Refused:
        return False
    return True


def take(session: Session, proposal: Proposal, *, actor: Actor) -> int | None:
    """Take a proposal to look at it; return the number of the colleague who had it until now."""
    before = proposal.reviewer_id
    _move(session, proposal, Event.TAKE, actor=actor)
    proposal.reviewer_id = actor.user_id
    return before if before != actor.user_id else None


def release(session: Session, proposal: Proposal, *, actor: Actor) -> None:
    """Give a proposal back to the queue."""
    _move(session, proposal, Event.RELEASE, actor=actor)
    proposal.reviewer_id = None


def ask(session: Session, proposal: Proposal, said: list[Said], seen: int | None = None, *, actor: Actor) -> None:
    """Ask the author for changes, at sections or at the whole; he writes again from this moment."""
    said = [one for one in said if one.text.strip()]
    _check(said)
    _move(session, proposal, Event.ASK, "\n".join(one.text for one in said), seen, actor=actor)
    proposal.reviewer_id, proposal.decided_by_id, proposal.decided_at = actor.user_id, None, None
    for one in said:
        _say(session, proposal, "changes_asked", one, actor)


def approve(session: Session, proposal: Proposal, seen: int | None = None, text: str = "", *, actor: Actor) -> None:
    """Agree with the text as it stands; taking it into the guide is an act of its own."""
    _check([Said(text)])
    _decide(session, proposal, Event.APPROVE, text, seen, actor=actor)
    _say(session, proposal, "approved", Said(text), actor)


def approve_with_changes(
    session: Session, proposal: Proposal, mended: Mended, seen: int | None = None, *, actor: Actor
) -> None:
    """Agree with a text in which the editor changed something himself; the author sees what.

    It goes over what everybody reads: what editors have in work besides is no part of it, and comes in when it is
    merged. Raises CannotMerge where the proposal clashes with the public text: it must be settled first.
    """
    _check([Said(mended.text)])
    start = fit_for_author(session, proposal, mended.began)
    if start.fields is None:
        raise CannotMerge(start)
    if mended.fields == start.fields:
        approve(session, proposal, seen, mended.text, actor=actor)
        return
    _decide(session, proposal, Event.APPROVE, mended.text, seen, actor=actor)
    # Of a text that was accepted with changes before, what the author himself wrote stays his.
    own = start.without_editor if proposal.authors_content else start.fields
    proposal.authors_content, proposal.content = as_payload(own), as_payload(mended.fields)
    proposal.section = None
    proposal.base_number = start.newest.number if start.newest else None
    proposal.version += 1
    _say(session, proposal, WITH_CHANGES, Said(mended.text), actor)


def decline(session: Session, proposal: Proposal, reason: str, seen: int | None = None, *, actor: Actor) -> None:
    """Say no, with a reason that the author reads."""
    _check([Said(reason)])
    _decide(session, proposal, Event.DECLINE, reason, seen, actor=actor)
    _say(session, proposal, "declined", Said(reason), actor)


def reopen(session: Session, proposal: Proposal, reason: str, seen: int | None = None, *, actor: Actor) -> None:
    """Take a decision back, with a reason, and look at the proposal again."""
    _check([Said(reason)])
    _move(session, proposal, Event.REOPEN, reason, seen, actor=actor)
    proposal.reviewer_id, proposal.decided_by_id, proposal.decided_at = actor.user_id, None, None
    _say(session, proposal, "reopened", Said(reason), actor)


def merge(
    session: Session, proposal: Proposal, settling: Settling | None = None, seen: int | None = None, *, actor: Actor
) -> Revision:
    """Take an accepted proposal into its guide, as the newest revision, which is not public yet.

    Raises CannotMerge where the guide changed at the same place, NoGuide where what was chosen there makes none,
    NothingTaken where nothing of the proposal would come in, and NoAddress for a new guide without a free one.
    """
    now = replace(facts(session, proposal, actor), fits=True)  # whether it fits, take_in says, and shows both texts
    after = _allowed(session, proposal, Event.MERGE, now, seen)
    made = take_in(session, proposal, settling or Settling(), actor=actor)
    hand_to_guide(session, proposal, made, actor=actor)
    proposal.guide_id, proposal.merged_number = made.guide_id, made.number
    proposal.state, proposal.reviewer_id = after, None
    session.flush()
    _say(session, proposal, "merged", Said(""), actor)
    _note(session, proposal, "merged", actor, number=made.number)
    return made


def _decide(session: Session, proposal: Proposal, event: Event, text: str, seen: int | None, *, actor: Actor) -> None:
    # The database holds it too: what is accepted or declined has somebody who did that, and it is not the author.
    after = _allowed(session, proposal, event, facts(session, proposal, actor, text), seen)
    proposal.decided_by_id, proposal.decided_at = actor.user_id, clock.now()
    proposal.state, proposal.reviewer_id = after, actor.user_id if after is ProposalState.APPROVED else None
    session.flush()
    _note(session, proposal, f"{event.value}d", actor, text)


_VERBS = {Event.TAKE: "taken", Event.RELEASE: "released", Event.ASK: "asked", Event.REOPEN: "reopened"}


def _move(
    session: Session, proposal: Proposal, event: Event, text: str = "", seen: int | None = None, *, actor: Actor
) -> None:
    proposal.state = _allowed(session, proposal, event, facts(session, proposal, actor, text), seen)
    _note(session, proposal, _VERBS[event], actor, text)


def _allowed(session: Session, proposal: Proposal, event: Event, now: Facts, seen: int | None) -> ProposalState:
    """Return the state that follows, once nobody else can decide; `seen` is the save that was on the screen."""
    lock_proposal(session, proposal)
    if seen is not None and seen != proposal.version:
        raise AlreadyDecided(proposal)
    try:
        return move(proposal.state, event, replace(now, reviewer_id=proposal.reviewer_id))
    except NoSuchTransition:
        raise AlreadyDecided(proposal) from None


def _check(said: list[Said]) -> None:
    if any(len(one.text) > LONGEST_TEXT for one in said):
        raise Refused(N_("Gebruik hoogstens %(num)s tekens."), num=LONGEST_TEXT)


def _say(session: Session, proposal: Proposal, event: str, said: Said, actor: Actor) -> None:
    session.add(
        ProposalMessage(
            proposal_id=proposal.id, event=event, section=said.section[:300], text=said.text.strip(),
            author_id=actor.user_id, by_staff=True,
        )
    )  # fmt: skip
    session.flush()


def _note(
    session: Session, proposal: Proposal, verb: str, actor: Actor, text: str = "", number: int | None = None
) -> None:
    payload = {"state": proposal.state.value, **({"number": number} if number is not None else {})}
    personal = {"text": text} if text.strip() else {}
    ledger.record(session, f"proposal.{verb}", f"proposal:{proposal.key}", payload, actor=actor, personal=personal)
