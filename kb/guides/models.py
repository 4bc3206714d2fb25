"""Tables of guides."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.clock import now
from common.database import Base, enum_type
from common.versions import Recorded


class Guide(Base):
    """A page of the knowledge base, by its address; what it says is in its revisions."""

    __tablename__ = "guide"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    translation_of_id: Mapped[int | None] = mapped_column(ForeignKey("guide.id"), index=True)
    """The Dutch guide of which this is the English version; each language has an address of its own."""
    four_eyes: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a second person must look at a text before it is public."""
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """Who is reminded when its review falls due; without one, all who have the role that owns it."""
    reminded_for: Mapped[date | None]
    """The day of review about which the keeper was mailed last, so that he is mailed once."""

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
        CheckConstraint(
            "seconded_by_id IS NULL OR author_id IS NULL OR seconded_by_id <> author_id", name="seconded_by_another"
        ),
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
    reviewed_by: Mapped[str | None] = mapped_column(String(32))
    """The role of who looked it over on `reviewed_on`; shown to readers, never the person."""
    publish_at: Mapped[datetime | None] = mapped_column(index=True)
    """When it goes out by itself; empty again once it did, or when somebody called it off."""
    scheduled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    seconded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """The second person, who looked at it before it went out."""
    is_correction: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A small correction (a typing error) that went straight out, with its reason as `change_note`."""
    restored_from: Mapped[int | None]
    """The number of the earlier revision of which this is the text again."""
    merged_with: Mapped[int | None]
    """The number of the revision of somebody else whose changes were merged into this text."""

    guide: Mapped[Guide] = relationship(back_populates="revisions")


class GuideAddress(Base):
    """An address that a guide had before: it leads on to the present one, for ever."""

    __tablename__ = "guide_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    guide_id: Mapped[int] = mapped_column(ForeignKey("guide.id"), index=True)
    left_at: Mapped[datetime] = mapped_column(default=now)


class EndingKind(enum.StrEnum):
    """How a guide ended: its page stays with an explanation, or its readers are sent elsewhere."""

    WITHDRAWN = "withdrawn"
    UNPUBLISHED = "unpublished"
    BACK = "back"
    """It ended by mistake, or holds again: as if it never had."""


class GuideEnding(Recorded, Base):
    """That a guide was withdrawn or unpublished, or came back; the newest row holds."""

    __tablename__ = "guide_ending"

    id: Mapped[int] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(ForeignKey("guide.id"), index=True)
    kind: Mapped[EndingKind] = mapped_column(enum_type(EndingKind, "ending_kind"))
    reason: Mapped[str] = mapped_column(Text)
    """Public."""
    instead: Mapped[str | None] = mapped_column(String(120))
    """The slug of the guide where readers go instead."""


class LinkKind(enum.StrEnum):
    """Where a link in a guide leads."""

    GUIDE = "guide"
    PAGE = "page"
    """Elsewhere on this site."""
    FILE = "file"
    OUTSIDE = "outside"


class GuideLink(Base):
    """A link in the text or the sources of a revision, written down when it is saved: for backlinks, and for care."""

    __tablename__ = "guide_link"
    __table_args__ = (
        Index("ix_guide_link_target", "kind", "target"),
        CheckConstraint("target <> ''", name="leads_somewhere"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("guide_revision.id"), index=True)
    kind: Mapped[LinkKind] = mapped_column(enum_type(LinkKind, "link_kind"))
    target: Mapped[str] = mapped_column(String(2000))
    """The slug of a guide, the path of a page, the number of a file, or a web address without its fragment."""
    anchor: Mapped[str] = mapped_column(String(120), default="", server_default=text("''"))
    words: Mapped[str] = mapped_column(String(300), default="", server_default=text("''"))
    """What the reader clicks."""
