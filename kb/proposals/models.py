"""Tables of proposals."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import GOES_WITH_ACCOUNT
from common.clock import now
from common.database import Base, enum_type
from kb.guides.models import Guide


class ProposalKind(enum.StrEnum):
    """What is proposed."""

    CHANGE = "change"
    """Another text for a guide, or for one section of it."""
    NEW = "new"
    EXAMPLE = "example"
    """A good example of the author's own authority: a guide of kind "example"."""


class ProposalState(enum.StrEnum):
    """Where a proposal stands; the moves between states are the table in kb/proposals/transitions.py.

    "Outdated" is no state: it shows when the guide moved on since `base_number`.
    """

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    """Locked: its author reads it only."""
    CHANGES_ASKED = "changes_asked"
    APPROVED = "approved"
    """An editor agrees with the text; it is not in the guide yet."""
    MERGED = "merged"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    """Its author took it back."""


OPEN = (ProposalState.IN_REVIEW, ProposalState.CHANGES_ASKED, ProposalState.APPROVED)
"""What waits for somebody."""
WRITABLE = (ProposalState.DRAFT, ProposalState.CHANGES_ASKED)
"""In which states the author writes."""


class Proposal(Base):
    """A text that somebody proposes, with all that it says; drafts show to its author only."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("kind <> 'change' OR guide_id IS NOT NULL", name="change_of_a_guide"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> author_id", name="nobody_decides_on_his_own"),
        CheckConstraint("reviewer_id IS NULL OR reviewer_id <> author_id", name="nobody_reviews_his_own"),
        CheckConstraint(
            "state NOT IN ('approved', 'declined', 'merged') OR decided_by_id IS NOT NULL", name="decided_by_somebody"
        ),
        CheckConstraint("merged_number IS NULL OR state = 'merged'", name="merged_has_a_number"),
        Index("ix_proposal_state", "state", "submitted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True)
    """Of its address; random, so that it tells nothing."""
    kind: Mapped[ProposalKind] = mapped_column(enum_type(ProposalKind, "proposal_kind"))
    state: Mapped[ProposalState] = mapped_column(
        enum_type(ProposalState, "proposal_state"), default=ProposalState.DRAFT
    )
    guide_id: Mapped[int | None] = mapped_column(ForeignKey("guide.id"), index=True)
    """The guide it changes, or that came of it."""
    base_number: Mapped[int | None]
    """The revision over which it was written; a merge starts from there."""
    section: Mapped[str | None] = mapped_column(String(120))
    """The anchor of the one section it is about; empty for the whole guide."""
    slug: Mapped[str | None] = mapped_column(String(120))
    """The address that a new guide would get."""
    authority_code: Mapped[str | None] = mapped_column(String(40), index=True)
    """Of a good example: the code of the authority that it is about."""
    origin: Mapped[str | None] = mapped_column(String(200))
    """Where it came from: the subject of a report with a mark of the row ("report:.../2025#G2-1a2b3c4d"): of its
    question and title, so that it stays the same row when another above it goes."""
    content: Mapped[dict[str, Any]]
    """The fields of a guide as `as_payload` (kb/guides/fields.py) writes them; of a section only `body`."""
    authors_content: Mapped[dict[str, Any] | None]
    """The whole text as its author had it, where an editor changed it at accepting; `content` is then the editor's."""
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    """Counts the saves: a second tab that did not see the last one is told so."""
    why: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    """What it improves, in the author's words; for the editors, and the note at the version."""
    is_correction: Mapped[bool] = mapped_column(default=False, server_default=false())
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    named: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    """Whether the author wants his name in the history."""
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """Who looks at it now."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """Who approved or declined it."""
    merged_number: Mapped[int | None]
    """The revision that came of it."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    saved_at: Mapped[datetime] = mapped_column(default=now)
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]

    guide: Mapped[Guide | None] = relationship()
    messages: Mapped[list["ProposalMessage"]] = relationship(order_by="ProposalMessage.id")


class ProposalMessage(Base):
    """What was said about a proposal, or happened to it; never changed afterwards."""

    __tablename__ = "proposal_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    event: Mapped[str] = mapped_column(String(32))
    """The name of the move (submitted, changes_asked, approved, ...), or "said"."""
    section: Mapped[str] = mapped_column(String(300), default="", server_default=text("''"))
    """The title of the section that it is about, as it then read; empty for the whole."""
    text: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    by_staff: Mapped[bool]
    at: Mapped[datetime] = mapped_column(default=now)


class ProposalPreview(Base):
    """A secret link by which somebody without an account reads a proposal or an unpublished text, until it expires."""

    __tablename__ = "proposal_preview"
    __table_args__ = (
        CheckConstraint("(proposal_id IS NULL) <> (revision_id IS NULL)", name="of_one_text"),
        {"info": {GOES_WITH_ACCOUNT: "made_by_id"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), index=True)
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("guide_revision.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
