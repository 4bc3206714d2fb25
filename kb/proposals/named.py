"""Who proposed a version of a guide, as the public history may say it."""

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from accounts.models import User
from kb.guides.history import Credit
from kb.guides.models import Revision
from kb.proposals.models import Proposal


def names_of(session: Session, guide_id: int) -> dict[int, Credit]:
    """Return per version that came of a proposal who is its author, and whether that version is not his. One query.

    Not where nothing of his came into the guide, because it said so already. A proposal makes three versions at most,
    of which the author's is the first (taking_in.py).
    """
    his = (
        select(Revision.id)
        .where(Revision.guide_id == guide_id, Revision.author_id == Proposal.author_id)
        .where(Revision.number.between(Proposal.merged_number - 2, Proposal.merged_number))
        .where(Revision.created_at >= Proposal.decided_at)
    )
    last = aliased(Revision)
    rows = session.execute(
        select(Proposal.merged_number, Proposal.named, User.name, last.author_id != Proposal.author_id)
        .join(User, User.id == Proposal.author_id)
        .join(last, (last.guide_id == Proposal.guide_id) & (last.number == Proposal.merged_number))
        .where(Proposal.guide_id == guide_id, Proposal.merged_number.is_not(None), his.exists())
        .order_by(Proposal.id)
    )
    return {
        number: Credit(name if named else "", bool(is_adapted))
        for number, named, name, is_adapted in rows
        if number is not None
    }
