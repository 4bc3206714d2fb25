"""What a person gets of what he said at guides when he asks what is held about him."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.privacy import moment
from kb.discussion.models import Comment
from kb.guides.models import Guide


def commented_by(session: Session, user: User) -> list[dict[str, Any]]:
    """Return his comments with their texts; of those that he only dealt with no text, for it is somebody else's."""
    mine = or_(Comment.author_id == user.id, Comment.resolved_by_id == user.id)
    rows = session.execute(select(Comment, Guide.slug).join(Guide).where(mine).order_by(Comment.id))
    return [
        {
            "guide": slug,
            "heading": one.section_title,
            "part": "wrote it" if one.author_id == user.id else "said that it was dealt with",
            "text": one.text if one.author_id == user.id else None,
            "said_at": moment(one.said_at),
        }
        for one, slug in rows
    ]
