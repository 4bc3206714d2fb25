"""What becomes of drafts that nobody comes back for, and of what somebody proposed when his account goes."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from accounts.models import ON_ERASING
from common import ledger
from common.database import Base
from common.ledger import SYSTEM, Actor
from kb.proposals.files import let_go
from kb.proposals.models import Proposal, ProposalMessage, ProposalPreview, ProposalState
from kb.proposals.reading import subject_of


def forget(session: Session, proposal: Proposal, *, actor: Actor) -> None:
    """Delete a proposal with its files, what was said about it, and the links to it."""
    ledger.record(session, "proposal.dropped", subject_of(proposal), {"version": proposal.version}, actor=actor)
    let_go(session, proposal, actor=actor)
    for table in (ProposalMessage, ProposalPreview):
        session.execute(delete(table).where(table.proposal_id == proposal.id))
    session.flush()
    session.expire(proposal, ["messages"])
    session.delete(proposal)
    session.flush()


def drop_left(session: Session, before: datetime) -> int:
    """Delete drafts, and what was withdrawn, with which nobody did anything since that moment; return how many.

    Taking back and taking up again is doing something too: each leaves a message.
    """
    left = Proposal.state.in_((ProposalState.DRAFT, ProposalState.WITHDRAWN))
    handed_in = func.coalesce(Proposal.submitted_at, Proposal.saved_at)
    said = select(ProposalMessage.id).where(ProposalMessage.proposal_id == Proposal.id, ProposalMessage.at >= before)
    quiet = (Proposal.saved_at < before, handed_in < before, ~said.exists())
    found = session.scalars(select(Proposal).where(left, *quiet).order_by(Proposal.id)).all()
    for one in found:
        forget(session, one, actor=SYSTEM)
    return len(found)


def drop_drafts_of(session: Session, user_id: int) -> None:
    """Delete the drafts of a person whose account goes: nobody else ever saw them. What he handed in stays, unnamed."""
    own = select(Proposal).where(Proposal.author_id == user_id, Proposal.state == ProposalState.DRAFT)
    for one in session.scalars(own.order_by(Proposal.id)).all():
        forget(session, one, actor=SYSTEM)


Base.metadata.tables[Proposal.__tablename__].info[ON_ERASING] = drop_drafts_of
