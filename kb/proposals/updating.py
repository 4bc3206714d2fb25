"""Bringing a proposal up to date: its author goes on from the text that everybody reads now."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from common.joining import MINE
from common.ledger import Actor
from kb.guides.fields import GuideFields, as_payload, fields_of
from kb.guides.merging import MergedFields, merge_fields, settled
from kb.guides.models import Revision
from kb.proposals.models import Proposal
from kb.proposals.reading import base_fields, live_revision, whole_text
from kb.proposals.sections import found_again
from kb.proposals.typed import fields_of_content
from kb.proposals.writing import ChangedSince, bring_up


@dataclass(frozen=True)
class Update:
    """What bringing up to date comes to, before it is done."""

    base: GuideFields
    live: Revision
    merged: MergedFields


def update_of(session: Session, proposal: Proposal) -> Update | None:
    """Return how the proposal goes together with the text of now; None where there is nothing to bring up to date."""
    live, base = live_revision(session, proposal), base_fields(session, proposal)
    if live is None or base is None or live.number == proposal.base_number:
        return None
    return Update(base, live, merge_fields(base, whole_text(session, proposal), fields_of(live)))


def bring_up_to_date(
    session: Session,
    proposal: Proposal,
    seen: tuple[int, int],
    choices: Mapping[str, str],
    own: Mapping[str, str] | None = None,
    *,
    actor: Actor,
) -> bool:
    """Merge what the guide now says into the proposal; False where there was nothing to do.

    `seen`: the version of the proposal and the number of the guide that the author looked at; raises ChangedSince where
    either moved on. Raises Unsettled (kb/guides/merging.py) while a clash has no choice. A proposal for one section
    stays one where that still can be; else it becomes one for the whole guide.
    """
    update = update_of(session, proposal)
    if update is None:
        return False
    if seen != (proposal.version, update.live.number):
        raise ChangedSince
    fields = settled(update.merged, choices, own)
    content, section = as_payload(fields), None
    if proposal.section and (found := found_again(update.live.body, fields.body, proposal.section)):
        content, section = {"body": found.text}, found.anchor
    bring_up(session, proposal, content, section, update.live.number, actor=actor)
    if proposal.authors_content:  # his own text comes along, or putting it back would undo what the guide now says
        kept = merge_fields(update.base, fields_of_content(proposal.authors_content, None), fields_of(update.live))
        proposal.authors_content = as_payload(settled(kept, {clash.name: MINE for clash in kept.clashes}))
    return True
