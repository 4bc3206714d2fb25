"""Tables of reviews."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.clock import now
from common.database import Base, enum_type
from registry.reports.models import Submission


class Verdict(enum.StrEnum):
    """What staff decided about a submission."""

    RETURNED = "returned"
    PUBLISHED = "published"


class Decision(Base):
    """A staff member's verdict on one submission. Four eyes: never by who submitted or last edited it.

    Publishing in an emergency is the exception: it is marked, has a reason, and carries no copies of the submission's
    persons, so that the constraints of four eyes hold for every other decision.
    """

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("submission_id"),
        CheckConstraint("submitted_by_id IS NULL OR decided_by_id <> submitted_by_id", name="four_eyes_submitter"),
        CheckConstraint("last_edited_by_id IS NULL OR decided_by_id <> last_edited_by_id", name="four_eyes_editor"),
        CheckConstraint("verdict <> 'returned' OR reason IS NOT NULL", name="return_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    verdict: Mapped[Verdict] = mapped_column(enum_type(Verdict, "verdict"))
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime] = mapped_column(default=now)
    emergency: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Published without a second pair of eyes; colleagues look afterwards."""
    # Copied from the submission, so that the database itself can hold the rule of four eyes.
    submitted_by_id: Mapped[int | None]
    last_edited_by_id: Mapped[int | None]

    submission: Mapped[Submission] = relationship()
