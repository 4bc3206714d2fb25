"""Which files of buyer groups the public may read."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from common.files.models import Attachment
from registry.buyer_groups.models import BuyerGroup, BuyerGroupVersion


def used_by_group(session: Session, attachment_id: int) -> bool:
    """Say whether the market vision of a buyer group has this file, or had it in an earlier version: all are public."""
    attachment = session.get(Attachment, attachment_id)
    if attachment is None:
        return False
    visions = session.scalars(
        select(BuyerGroupVersion.market_vision)
        .join(BuyerGroupVersion.group)
        .where(BuyerGroup.slug == attachment.subject.partition(":")[2])
    )
    return any(vision.get("document") == attachment_id for vision in visions)


def vision_document(session: Session, version: BuyerGroupVersion) -> Attachment | None:
    """Return the document of the market vision with its file; None where it has none or it was removed."""
    number = version.market_vision.get("document")
    found = session.get(Attachment, number, options=[joinedload(Attachment.file)]) if number else None
    return found if found and found.removed_at is None else None
