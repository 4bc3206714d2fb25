"""What the register holds about a person because of mergers: for the file that he may ask for."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.privacy import moment
from registry.mergers.models import MergerChoice


def chosen_by(session: Session, user: User) -> list[dict[str, Any]]:
    """Return the choices that this person made; of another person's work only that there was a choice."""
    query = select(MergerChoice).where(MergerChoice.decided_by_id == user.id).order_by(MergerChoice.id)
    return [
        {
            "merger": one.merger_id,
            "thing": one.subject,
            "choice": one.choice.value,
            "at": moment(one.decided_at),
            "undone_at": moment(one.undone_at),
        }
        for one in session.scalars(query)
    ]
