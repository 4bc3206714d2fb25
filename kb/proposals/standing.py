"""What the guards of the table of moves look at, gathered for one person and one proposal."""

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from accounts.people import authority_codes
from kb.guides.beginnings import template_for
from kb.guides.fields import fields_of
from kb.permissions import may_write_guide
from kb.proposals.checking import Problem, Surroundings, check
from kb.proposals.files import foreign_files
from kb.proposals.models import Proposal, ProposalKind
from kb.proposals.reading import addresses_in_use, asked_at, live_revision, merged_with_live
from kb.proposals.transitions import FOUR_EYES, HOLDS, Facts
from kb.proposals.typed import Values, fields_for, typed_of


def facts_of(proposal: Proposal, person: Any, *, reason: str = "") -> Facts:
    """Return who this person is to the proposal. `person` is a User; of whoever may move it, by the table."""
    return Facts(
        person_id=person.id,
        author_id=proposal.author_id,
        reviewer_id=proposal.reviewer_id,
        is_editor=may_write_guide(person),
        is_member=proposal.authority_code in authority_codes(person),
        is_example=proposal.kind is ProposalKind.EXAMPLE,
        reason=reason,
    )


def may_decide(proposal: Proposal, person: Any) -> bool:
    """Say whether this person may decide on the proposal, with the roles that he has now."""
    now = facts_of(proposal, person)
    return bool(person.active) and all(HOLDS[guard](now) for guard in FOUR_EYES)


def facts_for_submitting(session: Session, proposal: Proposal, person: Any) -> Facts:
    """Return the same, with whether the text is complete, new, and fits in the guide as it now reads."""
    merged, live = merged_with_live(session, proposal), live_revision(session, proposal)
    asked = asked_at(proposal)
    replied = any(one.at > asked and not one.by_staff for one in proposal.messages) if asked else False
    return replace(
        facts_of(proposal, person),
        open_problems=len(problems_of(session, proposal)),
        changed=merged is None or live is None or merged.fields != fields_of(live),
        fits=merged is None or merged.fields is not None,
        answered=asked is None or replied or proposal.saved_at > asked,
    )


def problems_of(session: Session, proposal: Proposal, values: Values | None = None) -> list[Problem]:
    """Return what is in the way of handing in this proposal, or what was typed for it and is not saved."""
    values = typed_of(proposal) if values is None else values
    address = values.get("adres", "").strip()
    foreign = foreign_files(session, proposal, values.get("tekst", ""))
    around = Surroundings(
        names=fields_for(proposal),
        template=_template(proposal),
        taken=addresses_in_use(session, [address]) if address else (),
        foreign=foreign[0].name if foreign else "",
        gone=proposal.kind is ProposalKind.CHANGE and live_revision(session, proposal) is None,
    )
    return check(values, around)


def _template(proposal: Proposal) -> str:
    if proposal.kind is ProposalKind.CHANGE:
        return ""
    return template_for(proposal.content.get("kind", ""), proposal.content.get("language", "nl"))
