"""Tables of action plans."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.clock import now
from common.database import Base, enum_type
from common.versions import Recorded
from registry.agreements.models import Agreement
from registry.authorities.models import Authority


class Plan(Base):
    """The action plan of an authority under an agreement; what it says is in its versions."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("authority_id", "agreement_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)

    authority: Mapped[Authority] = relationship()
    agreement: Mapped[Agreement] = relationship()
    versions: Mapped[list["PlanVersion"]] = relationship(back_populates="plan")


class PlanVersion(Base, Recorded):
    """A plan as it was adopted. A draft has no `published_at`; the public sees the newest published one."""

    __tablename__ = "plan_version"
    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        CheckConstraint("period_to IS NULL OR period_to >= period_from", name="period"),
        Index("ix_plan_version_current", "plan_id", "superseded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    adopted_by: Mapped[str | None] = mapped_column(String(200))
    adopted_on: Mapped[date | None]
    """The day on which the plan was adopted or, where the source tells no more, offered."""
    holds_from: Mapped[date | None]
    """The day from which it is this authority's plan, where that is not the day of adoption: it was another's before
    a merger."""
    document_url: Mapped[str | None] = mapped_column(String(500))
    capacity_fte: Mapped[float | None]
    budget_euro: Mapped[int | None]
    source: Mapped[str | None] = mapped_column(String(500))
    note: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime | None]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    fingerprint: Mapped[str | None] = mapped_column(String(64), index=True)
    """SHA-256 of the canonical JSON of this version (common/fingerprints.py)."""

    plan: Mapped[Plan] = relationship(back_populates="versions")
    ambitions: Mapped[list["Ambition"]] = relationship(back_populates="plan_version", order_by="Ambition.id")
    actions: Mapped[list["PlanAction"]] = relationship(back_populates="plan_version", order_by="PlanAction.position")


class Level(enum.StrEnum):
    """Level of ambition, after the MVI-criteriatool."""

    NONE = "geen"
    BASIC = "basis"
    SIGNIFICANT = "significant"
    AMBITIOUS = "ambitieus"


class Ambition(Base):
    """What a plan aims at for one theme."""

    __tablename__ = "ambition"
    __table_args__ = (UniqueConstraint("plan_version_id", "theme"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_version_id: Mapped[int] = mapped_column(ForeignKey("plan_version.id"))
    theme: Mapped[str] = mapped_column(String(32))
    level: Mapped[Level] = mapped_column(enum_type(Level, "level"))
    aim: Mapped[str] = mapped_column(Text)
    indicator: Mapped[str | None] = mapped_column(String(200))
    unit: Mapped[str | None] = mapped_column(String(40))
    baseline: Mapped[float | None]
    baseline_year: Mapped[int | None]
    target: Mapped[float | None]
    target_year: Mapped[int | None]

    plan_version: Mapped[PlanVersion] = relationship(back_populates="ambitions")


class PlanAction(Base):
    """A step in a plan."""

    __tablename__ = "plan_action"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_version_id: Mapped[int] = mapped_column(ForeignKey("plan_version.id"), index=True)
    position: Mapped[int]
    theme: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(300))
    owner_function: Mapped[str | None] = mapped_column(String(200))
    starts_on: Mapped[date | None]
    ready_by: Mapped[date | None]

    plan_version: Mapped[PlanVersion] = relationship(back_populates="actions")


class PlanDraftState(enum.StrEnum):
    """How far a draft is."""

    DRAFT = "draft"
    ADOPTED = "adopted"
    """The board adopted it; it is not public yet."""


class PlanDraft(Base):
    """What an authority is writing: its first plan, or a revision of the one that is public. Never public itself."""

    __tablename__ = "plan_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), unique=True)
    state: Mapped[PlanDraftState] = mapped_column(
        enum_type(PlanDraftState, "plan_draft_state"), default=PlanDraftState.DRAFT
    )
    base_number: Mapped[int] = mapped_column(default=0)
    """The number of the public version that it started from; 0 for a first plan."""
    content: Mapped[dict[str, Any]]
    """As the form gives it, complete or not."""
    version: Mapped[int] = mapped_column(default=0)
    """Counts saved changes; a form carries the version it was made from."""
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    updated_at: Mapped[datetime] = mapped_column(default=now)

    plan: Mapped[Plan] = relationship()
