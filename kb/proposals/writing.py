"""The author's side: beginning a proposal, saving it so that nothing typed is lost, handing it in, taking it back."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from common import ledger
from common.clock import now
from common.errors import N_, Conflict, Refused
from common.joining import Joined, join
from common.ledger import Actor
from kb.guides.beginnings import template_for
from kb.guides.fields import as_payload, fields_of
from kb.guides.models import Guide, Revision
from kb.guides.reading import is_public
from kb.proposals.forgetting import forget
from kb.proposals.models import WRITABLE, Proposal, ProposalKind, ProposalMessage, ProposalState
from kb.proposals.reading import address_for, by_origin, is_small, lock_proposal, subject_of
from kb.proposals.sections import cut
from kb.proposals.standing import facts_for_submitting, facts_of, may_decide
from kb.proposals.transitions import Event, GuardFails, move
from kb.proposals.typed import LONGEST, Values, keep, typed_of

KEY_BYTES = 9
LONGEST_MESSAGE = 5000
"""Characters of what is said about a proposal."""


class NoSuchSection(Refused):
    """The guide has no section at this anchor."""


class AlreadyProposed(Refused):
    """Of this row of a report there is a proposal already; it is `proposal`."""

    def __init__(self, proposal: Proposal) -> None:
        self.proposal = proposal
        super().__init__(N_("Van dit voorbeeld is al een voorstel gemaakt."))


class StaleTab(Conflict):
    """Two tabs of the author typed different texts in one field; `joined.both` names the fields, and nothing is lost.

    What only one of them changed was saved.
    """

    def __init__(self, joined: Joined) -> None:
        self.joined = joined
        super().__init__()


class ChangedSince(Conflict):
    """The text is no longer the one that the author looked over."""


def begin_change(session: Session, guide: Guide, section: str | None = None, *, actor: Actor) -> Proposal:
    """Return the author's draft of a change to a public guide, or to one section of it; begun where he had none.

    Raises Refused where nobody reads the guide, and NoSuchSection.
    """
    live = session.scalars(select(Revision).where(Revision.guide_id == guide.id, is_public())).one_or_none()
    if live is None:
        raise Refused(N_("Deze gids staat niet meer op de site."))
    query = select(Proposal).where(Proposal.author_id == actor.user_id, Proposal.guide_id == guide.id)
    query = query.where(Proposal.section == section, Proposal.state.in_(WRITABLE))
    if mine := session.scalars(query.order_by(Proposal.id.desc())).first():
        return mine
    content = as_payload(fields_of(live))
    if section:
        found = cut(live.body, section)
        if found is None:
            raise NoSuchSection(N_("Dit deel van de gids is er niet meer. Kies een ander deel, of de hele gids."))
        content = {"body": found.text}
    made = Proposal(kind=ProposalKind.CHANGE, guide=guide, base_number=live.number, section=section, content=content)
    return _begun(session, made, actor)


def begin_new(session: Session, kind: str, language: str, *, actor: Actor) -> Proposal:
    """Return a draft of a new guide that begins with the template of its kind; one still untouched is used again."""
    content = _empty(kind, language)
    query = select(Proposal).where(Proposal.author_id == actor.user_id, Proposal.kind == ProposalKind.NEW)
    query = query.where(Proposal.version == 1, Proposal.state == ProposalState.DRAFT)
    unused = (one for one in session.scalars(query) if one.content == content)
    return next(unused, None) or _begun(session, Proposal(kind=ProposalKind.NEW, content=content), actor)


def begin_example(
    session: Session,
    authority_code: str,
    *,
    origin: str | None = None,
    content: Mapping[str, Any] | None = None,
    actor: Actor,
) -> Proposal:
    """Return a draft of a good example of an authority, filled in with `content` (fields of a guide).

    `origin` names where it came from. Raises AlreadyProposed where something was proposed from there before.
    """
    ledger.lock(session)  # two colleagues may press the button at once
    if origin and (before := by_origin(session, [origin]).get(origin)):
        raise AlreadyProposed(before)
    filled = {**_empty("example", "nl"), **(content or {})}
    made = Proposal(kind=ProposalKind.EXAMPLE, authority_code=authority_code, origin=origin, content=filled)
    return _begun(session, made, actor)


def _empty(kind: str, language: str) -> dict[str, Any]:
    lists: dict[str, Any] = {"themes": [], "product_groups": [], "sources": []}
    return {
        **lists, "title": "", "summary": "", "kind": kind, "language": language, "body": template_for(kind, language)
    }  # fmt: skip


def _begun(session: Session, made: Proposal, actor: Actor) -> Proposal:
    # A unicode key of random letters: an address that is passed on tells nothing of what it is about.
    made.key, made.author_id = secrets.token_urlsafe(KEY_BYTES), _person(actor)
    made.state, made.created_at, made.saved_at = ProposalState.DRAFT, now(), now()
    made.version, made.why, made.named = 1, "", True
    session.add(made)
    session.flush()
    of = {"guide": made.guide.slug if made.guide else None, "section": made.section, "origin": made.origin}
    _record(session, "started", made, actor, {"kind": made.kind.value, "authority": made.authority_code, **of})
    return made


@dataclass(frozen=True)
class Saved:
    """What saving came to; `joined` says what the form on the screen was made from now."""

    joined: Joined
    changed: bool


def save(
    session: Session,
    proposal: Proposal,
    values: Values,
    basis: Mapping[str, str],
    choices: Mapping[str, str] | None = None,
    *,
    actor: Actor,
) -> Saved:
    """Save what the author typed over what his form showed (`basis`, of common/joining.py).

    Raises StaleTab after saving what does not clash, NoSuchTransition where the proposal is locked, GuardFails for who
    may not write it, and Refused for a text that no draft can hold.
    """
    lock_proposal(session, proposal)
    move(proposal.state, Event.SAVE, facts_of(proposal, _user(session, actor)))
    before = typed_of(proposal)
    mine = {name: value for name, value in values.items() if name in before}
    if any(len(value) > LONGEST for value in mine.values()):
        raise Refused(N_("Uw tekst is veel te lang en is niet bewaard. Hij staat nog in het formulier."))
    joined = join(mine, before, basis, choices)
    changed = joined.values != before
    if changed:
        keep(proposal, joined.values)
        _touch(session, proposal, actor)
    if joined.both:
        raise StaleTab(joined)
    return Saved(joined, changed)


def _touch(session: Session, proposal: Proposal, actor: Actor) -> None:
    proposal.version += 1
    proposal.saved_at = now()
    session.flush()
    _record(session, "saved", proposal, actor, {"version": proposal.version})


def bring_up(
    session: Session, proposal: Proposal, content: Mapping[str, Any], section: str | None, base: int, *, actor: Actor
) -> None:
    """Let a proposal go on from a newer text of its guide (kb/proposals/updating.py says what it then says)."""
    lock_proposal(session, proposal)
    move(proposal.state, Event.SAVE, facts_of(proposal, _user(session, actor)))
    proposal.content, proposal.section, proposal.base_number = dict(content), section, base
    _touch(session, proposal, actor)


def put_own_text_back(session: Session, proposal: Proposal, *, actor: Actor) -> None:
    """Let an author go on from his own text, where an editor had changed it before he asked something."""
    lock_proposal(session, proposal)
    move(proposal.state, Event.SAVE, facts_of(proposal, _user(session, actor)))
    if proposal.authors_content is not None:
        proposal.content, proposal.authors_content = proposal.authors_content, None
        _touch(session, proposal, actor)


def submit(session: Session, proposal: Proposal, seen_version: int, *, actor: Actor) -> None:
    """Hand in what the author looked over: from now on it is locked. Raises ChangedSince, and GuardFails by name."""
    lock_proposal(session, proposal)
    person = _user(session, actor)
    to = move(proposal.state, Event.SUBMIT, facts_for_submitting(session, proposal, person))
    if proposal.version != seen_version:
        raise ChangedSince
    if proposal.kind is not ProposalKind.CHANGE:
        proposal.slug = address_for(session, proposal) or None
    proposal.is_correction = is_small(session, proposal)
    again = proposal.state is ProposalState.CHANGES_ASKED
    proposal.state, proposal.submitted_at = to, now()
    reviewer = session.get(User, proposal.reviewer_id) if proposal.reviewer_id else None
    if reviewer and not may_decide(proposal, reviewer):  # he lost his role: it is anybody's again
        proposal.reviewer_id = None
    proposal.authors_content = None  # what an editor changed before he asked something, the author takes over with this
    _say(session, proposal, "submitted", "", actor)
    _record(session, "submitted", proposal, actor, {"version": proposal.version, "again": again})


def reply(session: Session, proposal: Proposal, text: str, *, actor: Actor) -> None:
    """Say something to the editors. Raises GuardFails where nothing is said, Refused where it is too long."""
    _act(session, proposal, Event.REPLY, "said", text, actor)


def withdraw(session: Session, proposal: Proposal, *, actor: Actor) -> None:
    """Take a proposal back that is with the editors. Raises NoSuchTransition where it is not."""
    _act(session, proposal, Event.WITHDRAW, "withdrawn", "", actor)
    proposal.reviewer_id = proposal.decided_by_id = proposal.decided_at = None
    session.flush()


def resume(session: Session, proposal: Proposal, *, actor: Actor) -> None:
    """Take up what was withdrawn. Raises AlreadyProposed where a colleague proposed the same row meanwhile."""
    origin = proposal.origin
    other = by_origin(session, [origin]).get(origin) if origin else None
    if other:
        raise AlreadyProposed(other)
    _act(session, proposal, Event.RESUME, "resumed", "", actor)


def drop(session: Session, proposal: Proposal, *, actor: Actor) -> None:
    """Throw a draft away with its files and what was said about it. Raises Refused where it is no draft."""
    lock_proposal(session, proposal)
    if proposal.state is not ProposalState.DRAFT:
        raise Refused(N_("Dat kan nu niet met dit voorstel."))
    forget(session, proposal, actor=actor)


def _act(session: Session, proposal: Proposal, event: Event, name: str, text: str, actor: Actor) -> None:
    lock_proposal(session, proposal)
    facts = replace(facts_of(proposal, _user(session, actor)), reason=text)
    to = move(proposal.state, event, facts)
    if len(text) > LONGEST_MESSAGE:
        raise Refused(N_("Gebruik hoogstens %(num)s tekens."), num=LONGEST_MESSAGE)
    proposal.state = to
    _say(session, proposal, name, text.strip(), actor)
    _record(session, name, proposal, actor, {}, text=text.strip() or None)


def _say(session: Session, proposal: Proposal, event: str, text: str, actor: Actor) -> None:
    said = ProposalMessage(proposal_id=proposal.id, event=event, text=text, author_id=actor.user_id, by_staff=False)
    session.add(said)
    session.flush()
    session.expire(proposal, ["messages"])


def _record(
    session: Session, verb: str, proposal: Proposal, actor: Actor, payload: Mapping[str, Any], text: str | None = None
) -> None:
    personal = {"text": text} if text else None
    entry = ledger.record(session, f"proposal.{verb}", subject_of(proposal), payload, actor=actor, personal=personal)
    if personal:
        ledger.belongs_to(session, entry, actor.user_id)


def _user(session: Session, actor: Actor) -> User:
    found = session.get(User, actor.user_id) if actor.user_id else None
    if found is None:
        raise Refused(N_("Alleen een persoon met een account mag dit doen."))
    return found


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise Refused(N_("Alleen een persoon met een account mag dit doen."))
    return actor.user_id


__all__ = [
    "AlreadyProposed", "ChangedSince", "GuardFails", "NoSuchSection", "Saved", "StaleTab", "begin_change",
    "begin_example", "begin_new", "bring_up", "drop", "put_own_text_back", "reply", "resume", "save", "submit",
    "withdraw",
]  # fmt: skip
