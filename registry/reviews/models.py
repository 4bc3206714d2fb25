"""Tables of reviews."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.clock import now
from common.database import Base, enum_type
from registry.reports.models import Submission


class Verdict(enum.StrEnum):
    """What staff decided about a submission."""

    QUESTION_SENT = "question_sent"
    ACCEPTED = "accepted"
    PUBLISHED = "published"


class Decision(Base):
    """A staff member's verdict on one submission. Four eyes: never by who submitted, last edited or answered it.

    Publishing in an emergency is the exception: it is marked, has a reason, and carries no copies of the submission's
    persons, so that the constraints of four eyes hold for every other decision. Triggers of the database refuse
    accepting and publishing by somebody who worked on the report, and publishing what nobody else accepted where the
    form asks for a second member of staff (migration 0004).
    """

    __tablename__ = "decision"
    __table_args__ = (
        Index(
            "uq_decision_in_force",
            "submission_id",
            "verdict",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        CheckConstraint("accepted_by_id IS NULL OR decided_by_id <> accepted_by_id", name="four_eyes_second"),
        CheckConstraint("submitted_by_id IS NULL OR decided_by_id <> submitted_by_id", name="four_eyes_submitter"),
        CheckConstraint("last_edited_by_id IS NULL OR decided_by_id <> last_edited_by_id", name="four_eyes_editor"),
        CheckConstraint("verdict <> 'question_sent' OR reason IS NOT NULL", name="question_has_reason"),
        CheckConstraint("looked_by_id IS NULL OR looked_by_id <> decided_by_id", name="four_eyes_looked"),
        CheckConstraint("NOT emergency OR (reason IS NOT NULL AND length(reason) >= 20)", name="emergency_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    verdict: Mapped[Verdict] = mapped_column(enum_type(Verdict, "verdict"))
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime] = mapped_column(default=now)
    emergency: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Published without a second pair of eyes; a colleague looks afterwards."""
    looked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    looked_at: Mapped[datetime | None]
    """When that colleague had looked."""
    # Copied from the submission, so that the database itself can hold the rule of four eyes.
    submitted_by_id: Mapped[int | None]
    last_edited_by_id: Mapped[int | None]
    accepted_by_id: Mapped[int | None]
    """Who accepted it, on a publication of an edition that asks for a second staff member."""
    undone_at: Mapped[datetime | None]
    """When it was taken back: an acceptance that a colleague opened again."""

    submission: Mapped[Submission] = relationship()
