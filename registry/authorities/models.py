"""Tables of authorities."""

import enum
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.database import Base, enum_type
from common.versions import Recorded, Valid


class Authority(Base):
    """One public body, whatever it was called on a given day; its key is its TOOI code."""

    __tablename__ = "authority"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    is_example: Mapped[bool] = mapped_column(default=False)

    versions: Mapped[list["AuthorityVersion"]] = relationship(back_populates="authority")


class AuthorityVersion(Base, Recorded, Valid):
    """What an authority was called and was, during a period. `valid_to` is the first day it no longer held."""

    __tablename__ = "authority_version"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_to > valid_from", name="period"),
        Index("ix_authority_version_authority", "authority_id", "superseded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    name: Mapped[str] = mapped_column(String(200))
    """As a reader expects it: "Gemeente Alkmaar"."""
    sort_name: Mapped[str] = mapped_column(String(200))
    """Without its kind, folded: "alkmaar"."""
    search_text: Mapped[str] = mapped_column(String(500))
    """Name and abbreviation, lower case and without accents."""
    kind: Mapped[str] = mapped_column(String(32))
    province: Mapped[str | None] = mapped_column(String(8))
    abbreviation: Mapped[str | None] = mapped_column(String(32))
    inhabitants: Mapped[int | None]
    inhabitants_year: Mapped[int | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    source: Mapped[str] = mapped_column(String(500))

    authority: Mapped[Authority] = relationship(back_populates="versions")


class Merger(Base, Recorded):
    """A day on which authorities ended and went on in another (herindeling)."""

    __tablename__ = "merger"

    id: Mapped[int] = mapped_column(primary_key=True)
    merged_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(500))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("merger.id"))
    """What the register said of it before a correction."""

    parties: Mapped[list["MergerParty"]] = relationship(back_populates="merger")


class MergerPart(enum.StrEnum):
    """The part an authority plays in a merger."""

    ENDED = "ended"
    NEW = "new"
    ENLARGED = "enlarged"


class MergerParty(Base):
    """An authority's part in a merger."""

    __tablename__ = "merger_party"
    __table_args__ = (UniqueConstraint("merger_id", "authority_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    merger_id: Mapped[int] = mapped_column(ForeignKey("merger.id"))
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    part: Mapped[MergerPart] = mapped_column(enum_type(MergerPart, "merger_part"))

    merger: Mapped[Merger] = relationship(back_populates="parties")
    authority: Mapped[Authority] = relationship()
