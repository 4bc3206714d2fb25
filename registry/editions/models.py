"""Tables of editions: what is measured, the form of a year while it is written, and as it was frozen."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.clock import now
from common.database import Base, enum_type
from common.versions import Recorded
from registry.agreements.models import Agreement


class Comparable(enum.StrEnum):
    """Whether figures of this version can be laid beside those of the version before."""

    YES = "yes"
    FORMULA = "formula"
    """After converting the older figure by the formula."""
    NO = "no"
    """A break: a series stops here and begins anew."""


class Indicator(Base):
    """What we mean, for ever: its code is never deleted and never used again for something else."""

    __tablename__ = "indicator"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    retired_at: Mapped[datetime | None]
    """Since when no new form may ask it; what was asked stays readable."""

    versions: Mapped[list["IndicatorVersion"]] = relationship(
        back_populates="indicator", order_by="IndicatorVersion.number"
    )


class IndicatorVersion(Base):
    """How it is measured; every version stays valid for the years that used it."""

    __tablename__ = "indicator_version"
    __table_args__ = (
        UniqueConstraint("indicator_id", "number"),
        CheckConstraint("number > 1 OR comparable IS NULL", name="first_has_none_before"),
        CheckConstraint("comparable <> 'formula' OR formula IS NOT NULL", name="formula_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    number: Mapped[int]
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    definition: Mapped[dict[str, str]] = mapped_column(JSON)
    unit: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    allowed: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    """The allowed values: {"least", "most"} of a figure, or the codes of a choice; None where all are."""
    theme: Mapped[str | None] = mapped_column(String(40))
    comparable: Mapped[Comparable | None] = mapped_column(enum_type(Comparable, "comparable"))
    """With the version before; None for the first."""
    formula: Mapped[str | None] = mapped_column(Text)
    """An expression over `x`, the older figure, that gives the figure by this definition."""
    note: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    """What changed, for readers of a series."""
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    recorded_role: Mapped[str] = mapped_column(String(32), default="systeem", server_default=text("'systeem'"))

    indicator: Mapped[Indicator] = relationship(back_populates="versions")


class Edition(Base):
    """The annual form of one agreement and reporting year. Its snapshot is frozen when it opens."""

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("agreement_id", "year"),
        CheckConstraint("due_on >= opens_on", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    year: Mapped[int]
    """The year that is reported on."""
    opens_on: Mapped[date]
    due_on: Mapped[date]
    """The last day on which a report is on time; it stays open for late ones."""
    schema_version: Mapped[int] = mapped_column(default=1)
    """The format of `snapshot`; registry/editions/questionnaire.py reads every one."""
    revision: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How often a text was corrected after opening: 1 makes this edition 2025.1."""
    snapshot: Mapped[str] = mapped_column(Text)
    """Canonical JSON of all sections and questions as they are asked now: a copy of the newest `EditionVersion`."""
    sha256: Mapped[str] = mapped_column(String(64))

    agreement: Mapped[Agreement] = relationship()
    versions: Mapped[list["EditionVersion"]] = relationship(back_populates="edition", order_by="EditionVersion.number")


class EditionVersion(Base, Recorded):
    """A frozen form. 0 is how it opened; a higher one corrects texts only, with a note that is public.

    A submission names the SHA-256 of the form that it was made with, and is shown by that one for ever.
    """

    __tablename__ = "edition_version"
    __table_args__ = (UniqueConstraint("edition_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    number: Mapped[int]
    schema_version: Mapped[int]
    snapshot: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    note: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    """What was corrected, in nl and en."""

    edition: Mapped[Edition] = relationship(back_populates="versions")


class EditionDraft(Base):
    """A form that staff are writing: of a year to come, or a text correction of an open one. Nobody else sees it."""

    __tablename__ = "edition_draft"
    # A number is never used again: a page of a draft that went must not write into the next one.
    __table_args__ = (UniqueConstraint("agreement_id", "year"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    year: Mapped[int]
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"))
    """The edition it began from: with this one it is compared."""
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"))
    """The open edition whose texts it corrects; None where it becomes a new edition."""
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The form as data, in the shape of content/editions/*.yaml."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts saved changes; a form carries the version it was made from."""
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    updated_at: Mapped[datetime] = mapped_column(default=now)

    agreement: Mapped[Agreement] = relationship()
    based_on: Mapped[Edition | None] = relationship(foreign_keys=[based_on_id])
    corrects: Mapped[Edition | None] = relationship(foreign_keys=[corrects_id])
