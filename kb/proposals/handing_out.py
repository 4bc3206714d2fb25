"""What is held about a person in proposals: what he proposed and said, and on what he decided."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.privacy import moment
from kb.proposals.models import Proposal, ProposalMessage
from kb.proposals.previews import made_by


def proposed_by(session: Session, user: User) -> dict[str, Any]:
    """Return a person's own proposals with their text, what he said at any, and which he looked at or decided."""
    own = session.scalars(select(Proposal).where(Proposal.author_id == user.id).order_by(Proposal.id))
    said = session.execute(
        select(Proposal.key, ProposalMessage.event, ProposalMessage.text, ProposalMessage.at)
        .join(Proposal, Proposal.id == ProposalMessage.proposal_id)
        .where(ProposalMessage.author_id == user.id)
        .order_by(ProposalMessage.id)
    )
    looked = or_(Proposal.reviewer_id == user.id, Proposal.decided_by_id == user.id)
    decided = session.scalars(select(Proposal).where(looked).order_by(Proposal.id))
    return {
        "links": made_by(session, user),
        "proposals": [_own(one) for one in own],
        "messages": [
            {"proposal": key, "event": event, "text": text, "at": moment(at)} for key, event, text, at in said
        ],
        "looked_at": [
            {
                "proposal": one.key,
                "decided_at": moment(one.decided_at) if one.decided_by_id == user.id else None,
                "state": one.state.value if one.decided_by_id == user.id else None,
            }
            for one in decided
        ],
    }


def _own(one: Proposal) -> dict[str, Any]:
    return {
        "proposal": one.key,
        "kind": one.kind.value,
        "state": one.state.value,
        "text": one.authors_content or one.content,
        "why": one.why,
        "named": one.named,
        "began_at": moment(one.created_at),
        "saved_at": moment(one.saved_at),
        "submitted_at": moment(one.submitted_at),
    }
