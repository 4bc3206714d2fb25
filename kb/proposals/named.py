"""Who proposed a version of a guide, as the public history may say it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from kb.proposals.models import Proposal


def names_of(session: Session, guide_id: int) -> dict[int, str]:
    """Return per version that came of a proposal the name of its author, or "" where he wants no name. One query."""
    rows = session.execute(
        select(Proposal.merged_number, Proposal.named, User.name)
        .join(User, User.id == Proposal.author_id)
        .where(Proposal.guide_id == guide_id, Proposal.merged_number.is_not(None))
        .order_by(Proposal.id)
    )
    return {row.merged_number: row.name if row.named else "" for row in rows}
