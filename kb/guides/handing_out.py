"""What a person gets of his work on guides when he asks what is held about him."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.privacy import moment
from kb.guides.models import Guide, Revision


def worked_on_guides(session: Session, user: User) -> list[dict[str, Any]]:
    """Return the versions that he wrote, sent out later or seconded, and the guides that he keeps."""
    mine = {"author_id": "wrote it", "scheduled_by_id": "set when it goes out", "seconded_by_id": "seconded it"}
    found: list[dict[str, Any]] = []
    for column, part in mine.items():
        query = select(Guide.slug, Revision.number, Revision.created_at).join(Revision, Revision.guide_id == Guide.id)
        rows = session.execute(query.where(getattr(Revision, column) == user.id).order_by(Revision.id))
        found += [{"guide": slug, "version": number, "part": part, "at": moment(at)} for slug, number, at in rows]
    kept = session.scalars(select(Guide.slug).where(Guide.keeper_id == user.id).order_by(Guide.slug))
    return found + [{"guide": slug, "part": "keeps it"} for slug in kept]
