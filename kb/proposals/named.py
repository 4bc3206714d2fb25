"""Who proposed a version of a guide, as the public history may say it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from kb.guides.models import Revision
from kb.proposals.models import Proposal


def names_of(session: Session, guide_id: int) -> dict[int, str]:
    """Return per version that came of a proposal the name of its author, or "" where he wants no name. One query.

    Not where nothing of his came into the guide: it said so already, or an editor let what it says stand. A proposal
    makes three versions at most, of which the author's is the first (taking_in.py).
    """
    his = (
        select(Revision.id)
        .where(Revision.guide_id == guide_id, Revision.author_id == Proposal.author_id)
        .where(Revision.number.between(Proposal.merged_number - 2, Proposal.merged_number))
        .where(Revision.created_at >= Proposal.decided_at)
    )
    rows = session.execute(
        select(Proposal.merged_number, Proposal.named, User.name)
        .join(User, User.id == Proposal.author_id)
        .where(Proposal.guide_id == guide_id, Proposal.merged_number.is_not(None), his.exists())
        .order_by(Proposal.id)
    )
    return {row.merged_number: row.name if row.named else "" for row in rows}
