"""Tables of reports: the draft, its answers, numbered submissions, and what was published."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.clock import now
from common.database import Base, enum_type
from common.versions import Recorded
from registry.authorities.models import Authority
from registry.editions.models import Edition


class ReportState(enum.StrEnum):
    """Where a report stands; registry/reports/transitions.py says how it moves."""

    DRAFT = "draft"
    AGREED = "agreed"
    """The bestuurder agrees with it; any change makes it a draft again."""
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    QUESTION_SENT = "question_sent"
    """Staff ask something: the authority answers, and may change its answers."""
    ANSWERED = "answered"
    """Handed in again after a question."""
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    CORRECTING = "correcting"
    """A published report that the authority is correcting; the public sees the published one meanwhile."""
    CORRECTED = "corrected"
    """Published anew after a correction."""
    WITHDRAWN = "withdrawn"
    """Taken back by the authority before publication, or by staff after it; it may be handed in again."""


WRITABLE = frozenset(
    {
        ReportState.DRAFT, ReportState.AGREED, ReportState.QUESTION_SENT, ReportState.CORRECTING,
        ReportState.WITHDRAWN,
    }
)  # fmt: skip
"""The states in which the authority may change its answers."""
WITH_STAFF = frozenset({ReportState.SUBMITTED, ReportState.IN_REVIEW, ReportState.ANSWERED, ReportState.ACCEPTED})
"""The states in which staff are to do something."""
PUBLIC = frozenset({ReportState.PUBLISHED, ReportState.CORRECTED})
"""The states in which nothing is left to do: the newest submission is what the public sees."""


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
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """The beoordelaar who took it."""
    taken_at: Mapped[datetime | None]
    on_paper: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Staff enter it for an authority that sent it on paper."""
    paper_received_on: Mapped[date | None]
    correction_reason: Mapped[str | None] = mapped_column(Text)
    """Why the published report is being corrected; it becomes the reason of the next submission."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def subject(self) -> str:
        """What the ledger calls it."""
        return f"report:{self.authority.code}/{self.edition.agreement.slug}/{self.edition.year}"

    @property
    def may_change(self) -> bool:
        """Whether its answers may change: nobody waits for a decision on it."""
        return self.state in WRITABLE

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
    reason: Mapped[str | None] = mapped_column(Text)
    """Why it replaces the one before it; public. None for the first."""
    on_paper: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Entered by staff for an authority that sent it on paper."""
    withdrawn_at: Mapped[datetime | None]
    """When the authority took it back before publication: from then on it was never handed in."""
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
    withdrawn: Mapped[bool] = mapped_column(default=False, server_default=false())
    """This row says that the report is no longer published, and why (`change_reason`)."""

    report: Mapped[Report] = relationship()
    submission: Mapped[Submission] = relationship()


class ApprovalState(enum.StrEnum):
    """Where the question to the bestuurder stands."""

    ASKED = "asked"
    AGREED = "agreed"
    RETURNED = "returned"
    LAPSED = "lapsed"
    """An answer changed since, or another question to him came in its place."""


class Approval(Base):
    """The bestuurder is asked to agree with a report as it stood at one version."""

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint("state NOT IN ('agreed', 'returned') OR decided_by_id IS NOT NULL", name="decided_by_person"),
        CheckConstraint("state <> 'returned' OR remark IS NOT NULL", name="returned_with_remark"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    version: Mapped[int]
    """The version of the report that he is asked about."""
    state: Mapped[ApprovalState] = mapped_column(
        enum_type(ApprovalState, "approval_state"), default=ApprovalState.ASKED
    )
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    remark: Mapped[str | None] = mapped_column(Text)

    report: Mapped[Report] = relationship()


class RemarkKind(enum.StrEnum):
    """What is the matter with an answer."""

    INCORRECT = "incorrect"
    INCOMPLETE = "incomplete"
    UNCLEAR = "unclear"


class Remark(Base):
    """What staff ask about one answer of a submission; the employee sees it at the question and answers there.

    It stands here and not with the reviews, because the form shows it. An empty key is about the whole
    report: the reason why a question was sent. It is open until staff settle it or the report is accepted.
    """

    __tablename__ = "remark"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    key: Mapped[str] = mapped_column(String(16))
    kind: Mapped[RemarkKind | None] = mapped_column(enum_type(RemarkKind, "remark_kind"))
    """None for one about the whole report, and for those of before there were kinds."""
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    reply: Mapped[str | None] = mapped_column(Text)
    """What the authority answers, beside a changed answer or in its place."""
    replied_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    replied_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    settled_at: Mapped[datetime | None]
    """When staff found it answered well."""

    submission: Mapped[Submission] = relationship()


class EvidenceMark(Base, Recorded):
    """A beoordelaar saw what an answer rests on: the public reads "onderbouwing gezien" with the day."""

    __tablename__ = "evidence_mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    key: Mapped[str] = mapped_column(String(16))
    seen_on: Mapped[date | None]
    """None takes the mark away."""
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    note: Mapped[str | None] = mapped_column(Text)
    """What was seen; for staff."""

    submission: Mapped[Submission] = relationship()
