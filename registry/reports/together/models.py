"""Tables of working together on a report. Nothing here is public, and nothing here is an answer yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.clock import now
from common.database import Base, enum_type
from registry.reports.models import AnswerState, Report


class Presence(Base):
    """Where in the form somebody was seen last; no ledger entry, and cleaned after a day."""

    __tablename__ = "presence"
    __table_args__ = (UniqueConstraint("report_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    section: Mapped[str] = mapped_column(String(16))
    seen_at: Mapped[datetime] = mapped_column(default=now, index=True)


class Assignment(Base):
    """A question or a section that a colleague is asked to answer."""

    __tablename__ = "assignment"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    key: Mapped[str] = mapped_column(String(16))
    """The key of a question, or of a section."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    assigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    assigned_at: Mapped[datetime] = mapped_column(default=now)
    note: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None]

    report: Mapped[Report] = relationship()


class AnswerLink(Base):
    """A link by which somebody without an account answers a question or a section; the coördinator takes it over."""

    __tablename__ = "answer_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    keys: Mapped[list[str]] = mapped_column(JSON)
    """The keys of the questions that it shows."""
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(320))
    note: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2), default="nl")
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    """When the guest said that he was done; he may still change until it is taken over."""

    report: Mapped[Report] = relationship()
    answers: Mapped[list["LinkAnswer"]] = relationship(back_populates="link", order_by="LinkAnswer.key")


class LinkAnswer(Base):
    """What came through a link, kept beside the answers until a coördinator takes it over or leaves it."""

    __tablename__ = "link_answer"
    __table_args__ = (UniqueConstraint("link_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("answer_link.id"))
    key: Mapped[str] = mapped_column(String(16))
    state: Mapped[AnswerState] = mapped_column(enum_type(AnswerState, "link_answer_state"))
    value: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    reason: Mapped[str | None] = mapped_column(Text)
    remark: Mapped[str | None] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    accepted: Mapped[bool | None]

    link: Mapped[AnswerLink] = relationship(back_populates="answers")


class Comment(Base):
    """One message in the thread at a question, inside the authority only."""

    __tablename__ = "comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    key: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    resolved_at: Mapped[datetime | None]
    """The thread up to here is done."""
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
