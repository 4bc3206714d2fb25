"""Tables of guides."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.clock import now
from common.database import Base


class Guide(Base):
    """A page of the knowledge base, by its address; what it says is in its revisions."""

    __tablename__ = "guide"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)

    revisions: Mapped[list["Revision"]] = relationship(back_populates="guide", order_by="Revision.number")


class Revision(Base):
    """A guide as somebody saved it; never changed afterwards. Publishing sets `published_at` once.

    The public sees the revision that was published and not yet superseded. Its HTML is made and
    sanitised when it is saved, so that reading costs one row.
    """

    __tablename__ = "guide_revision"
    __table_args__ = (
        UniqueConstraint("guide_id", "number"),
        Index("ix_guide_revision_public", "guide_id", "published_at", "superseded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(ForeignKey("guide.id"))
    number: Mapped[int]
    language: Mapped[str] = mapped_column(String(2), default="nl")
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(32))
    themes: Mapped[list[Any]]
    product_groups: Mapped[list[Any]]
    level: Mapped[str] = mapped_column(String(32))
    owner: Mapped[str] = mapped_column(String(64))
    reviewed_on: Mapped[date | None]
    review_due_on: Mapped[date | None]
    related: Mapped[list[Any]]
    sources: Mapped[list[Any]]
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    contents: Mapped[list[Any]]
    """Headings for the list of contents: [{id, title, level}]."""
    change_note: Mapped[str | None] = mapped_column(String(500))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    published_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]

    guide: Mapped[Guide] = relationship(back_populates="revisions")
