"""Tables of searching: what was not found, and the words that staff added."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from common.clock import now
from common.database import Base


class SearchMiss(Base):
    """How often a question found nothing on a day. Nothing tells who asked; what looks like a person is not kept."""

    __tablename__ = "search_miss"
    __table_args__ = (UniqueConstraint("asked", "language", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    asked: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    day: Mapped[date]
    times: Mapped[int] = mapped_column(default=1, server_default=text("1"))


class SearchSynonym(Base):
    """Words that mean the same, added by staff to those of content/vocabulary.yaml; a removed row stays."""

    __tablename__ = "search_synonym"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[list[Any]]
    language: Mapped[str] = mapped_column(String(2), default="nl", server_default=text("'nl'"))
    added_at: Mapped[datetime] = mapped_column(default=now)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    removed_at: Mapped[datetime | None]
