"""Tables of buyer groups."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.database import Base
from common.versions import Recorded, Valid
from registry.authorities.models import Authority


class BuyerGroup(Base):
    """A group of public bodies around one product category, by its address; what is said of it is in its versions."""

    __tablename__ = "buyer_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    is_example: Mapped[bool] = mapped_column(default=False, server_default=false())
    in_file: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the content file said when it was last loaded, so that what staff changed since can be told apart."""

    versions: Mapped[list["BuyerGroupVersion"]] = relationship(back_populates="group")
    members: Mapped[list["BuyerGroupMember"]] = relationship(back_populates="group")


class BuyerGroupVersion(Base, Recorded):
    """What the register says of a buyer group; texts are {"nl", "en"}."""

    __tablename__ = "buyer_group_version"
    __table_args__ = (
        UniqueConstraint("group_id", "number"),
        CheckConstraint("ends_year IS NULL OR started IS NULL OR ends_year >= started", name="period"),
        Index("ix_buyer_group_version_current", "group_id", "superseded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("buyer_group.id"))
    number: Mapped[int]
    title: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    product_group: Mapped[str | None] = mapped_column(String(40))
    facilitator: Mapped[str | None] = mapped_column(String(200))
    started: Mapped[int | None]
    """Year."""
    ends_year: Mapped[int | None]
    market_vision: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """{"text": {"nl", "en"}, "url", "document" (number of an attachment), "adopted_on": "2026-01-31"}, or empty."""
    pilots: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """[{"title", "text", "authority": code or None, "year": number or None, "url"}]"""
    guides: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Slugs of guides."""
    sources: Mapped[list[Any]]

    group: Mapped[BuyerGroup] = relationship(back_populates="versions")


class BuyerGroupMember(Base, Recorded, Valid):
    """That an authority takes part, from a day until a day (exclusive); None where no source tells."""

    __tablename__ = "buyer_group_member"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_to > valid_from", name="period"),
        Index("ix_buyer_group_member_authority", "authority_id", "superseded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("buyer_group.id"), index=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    source: Mapped[str | None] = mapped_column(String(500))
    withdrawn: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Entered by mistake; the reason says so."""

    group: Mapped[BuyerGroup] = relationship(back_populates="members")
    authority: Mapped[Authority] = relationship()

    @property
    def last_day(self) -> date | None:
        """The last day on which it takes part."""
        return self.valid_to - timedelta(days=1) if self.valid_to else None
