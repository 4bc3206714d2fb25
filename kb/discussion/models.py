"""Tables of comments, and of whether a guide was useful."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from common.clock import now, today
from common.database import Base


class Comment(Base):
    """What somebody with an account says at a section of a guide; an answer names the comment it answers."""

    __tablename__ = "guide_comment"
    __table_args__ = (Index("ix_guide_comment_open", "guide_id", "resolved_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(ForeignKey("guide.id"))
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("guide_comment.id"), index=True)
    revision_number: Mapped[int]
    """The revision that he read: when the section changed since, the comment says so."""
    section: Mapped[str] = mapped_column(String(120), default="", server_default=text("''"))
    """The anchor of the heading; empty for the guide as a whole."""
    section_title: Mapped[str] = mapped_column(String(300), default="", server_default=text("''"))
    """As it then read, for a heading that is gone."""
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    said_at: Mapped[datetime] = mapped_column(default=now)
    edited_at: Mapped[datetime | None]
    """When its author last changed it; readers see that he did."""
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    removed_at: Mapped[datetime | None]
    """Taken away by its author or an editor; its text is then empty."""


class UsefulVote(Base):
    """One answer to "was this useful?", with one sentence at most; nothing tells who gave it."""

    __tablename__ = "guide_vote"
    __table_args__ = (Index("ix_guide_vote_guide_day", "guide_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    """Drawn by lot: a number that counts up would lay the votes beside the moments of a log."""
    guide_id: Mapped[int] = mapped_column(ForeignKey("guide.id"))
    revision_number: Mapped[int]
    useful: Mapped[bool]
    sentence: Mapped[str | None] = mapped_column(String(300))
    day: Mapped[date] = mapped_column(default=today)
    """Only the day: a moment could lead to a line in a log."""
    hidden_at: Mapped[datetime | None]
    """An editor took the sentence out of sight: abuse, or a name."""
    hidden_reason: Mapped[str | None] = mapped_column(Text)
    """Why, for colleagues."""
