"""Tables of authorities."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.clock import now
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
    withdrawn_role: Mapped[str | None] = mapped_column(String(32))
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
    """Who took it back and why: nothing replaces it that could say so. Public, as `change_reason`."""

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


class Inheritance(enum.StrEnum):
    """What happens to a thing that an ended authority leaves."""

    MOVES = "moves"
    """The successor takes it over."""
    ENDS = "ends"
    """Nobody takes it over."""
    STAYS = "stays"
    """It belongs to the past and stays where it is, such as a published report."""


class MergerChoice(Base):
    """What was chosen, at a merger, for one thing of an authority that ended. The page of the merger shows it."""

    __tablename__ = "merger_choice"
    __table_args__ = (
        Index(
            "ix_merger_choice_once", "merger_id", "subject", "from_authority_id", "to_authority_id", unique=True,
            sqlite_where=text("undone_at IS NULL"), postgresql_where=text("undone_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    merger_id: Mapped[int] = mapped_column(ForeignKey("merger.id"))
    from_authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    to_authority_id: Mapped[int | None] = mapped_column(ForeignKey("authority.id"), index=True)
    subject: Mapped[str] = mapped_column(String(200))
    """As in the ledger: "signature:<key>", "plan:<code>/<agreement>", "report:...", "membership:<id>"."""
    choice: Mapped[Inheritance] = mapped_column(enum_type(Inheritance, "inheritance"))
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime] = mapped_column(default=now)
    undone_at: Mapped[datetime | None]
    """When it was taken back, which can be until the day of the merger; what it said then stays readable."""

    merger: Mapped[Merger] = relationship()
    from_authority: Mapped[Authority] = relationship(foreign_keys=[from_authority_id])
    to_authority: Mapped[Authority | None] = relationship(foreign_keys=[to_authority_id])
