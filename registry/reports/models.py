"""Tables of reports: the draft, its answers, numbered submissions, and what was published."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.clock import now
from common.database import Base, enum_type
from common.versions import Recorded
from registry.authorities.models import Authority
from registry.editions.models import Edition


class ReportState(enum.StrEnum):
    """Where a report stands; registry/reviews/transitions.py says how it moves."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"


class Report(Base):
    """One authority's answers to one edition: there is never a second draft."""

    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("authority_id", "edition_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    state: Mapped[ReportState] = mapped_column(enum_type(ReportState, "report_state"), default=ReportState.DRAFT)
    due_on: Mapped[date]
    """Copied from the authority's own obligation, and moved with it (registry/reports/deadlines.py)."""
    version: Mapped[int] = mapped_column(default=0)
    """Counts saved changes; a form carries the version it was made from."""
    last_edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def may_change(self) -> bool:
        """Whether its answers may change: it is a draft, or it was sent back."""
        return self.state in {ReportState.DRAFT, ReportState.RETURNED}

    authority: Mapped[Authority] = relationship()
    edition: Mapped[Edition] = relationship()
    submissions: Mapped[list["Submission"]] = relationship(back_populates="report", order_by="Submission.number")


class AnswerState(enum.StrEnum):
    """An answer, or one of the empties. "Not asked" is not stored: it follows from the conditions."""

    GIVEN = "given"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    BLANK = "blank"


class Answer(Base):
    """What somebody saved for one question at one version of the report; older ones stay."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("report_id", "key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    key: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    state: Mapped[AnswerState] = mapped_column(enum_type(AnswerState, "answer_state"))
    value: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    reason: Mapped[str | None] = mapped_column(Text)
    """Why a value is unknown."""
    remark: Mapped[str | None] = mapped_column(Text)
    """The sentence that a soft check asked for."""
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    changed_at: Mapped[datetime] = mapped_column(default=now)


class Submission(Base):
    """A report as it was handed in: numbered, with a receipt and a fingerprint, never changed."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("report_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    number: Mapped[int]
    receipt: Mapped[str] = mapped_column(String(32), unique=True)
    submitted_at: Mapped[datetime] = mapped_column(default=now, index=True)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    last_edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    content: Mapped[str] = mapped_column(Text)
    """Canonical JSON: edition, authority and all answers with their states."""
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    """SHA-256 of `content`."""
    personal: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Answers that name a person, by key: {"salt", "value"}. `content` has their salted hash: they can be erased."""

    report: Mapped[Report] = relationship(back_populates="submissions")


class Publication(Base, Recorded):
    """The submission that the public sees; a correction supersedes it and leaves it readable."""

    __tablename__ = "publication"
    __table_args__ = (Index("ix_publication_current", "report_id", "superseded_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))

    report: Mapped[Report] = relationship()
    submission: Mapped[Submission] = relationship()


class Remark(Base):
    """What staff ask about one answer of a submission; the employee sees it at the question.

    It stands here and not with the reviews, because the form shows it. An empty key is about the whole
    report: the reason why it was sent back.
    """

    __tablename__ = "remark"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    key: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    submission: Mapped[Submission] = relationship()
