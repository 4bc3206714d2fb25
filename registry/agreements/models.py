"""Tables of agreements and what they ask."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.clock import now
from common.database import Base, enum_type
from common.versions import Recorded
from registry.agreements.periods import parts_of, yearly_day


class Agreement(Base):
    """A set of bestuurlijke afspraken, by its address; what it says is in its versions."""

    __tablename__ = "agreement"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    is_example: Mapped[bool] = mapped_column(default=False)

    versions: Mapped[list["AgreementVersion"]] = relationship(back_populates="agreement")


class Signable(enum.StrEnum):
    """Whether an agreement can be signed on the site."""

    NOT_YET = "not_yet"
    OPEN = "open"
    CLOSED = "closed"


class AgreementVersion(Base, Recorded):
    """The text of an agreement as it was in force; texts are {"nl", "en"}."""

    __tablename__ = "agreement_version"
    __table_args__ = (
        UniqueConstraint("agreement_id", "number"),
        CheckConstraint("period_to IS NULL OR period_to >= period_from", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    number: Mapped[int]
    title: Mapped[dict[str, Any]]
    short_title: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    body: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default=text("'{}'"))
    """The text in Markdown, as it was written; {} in versions from before it was kept."""
    body_html: Mapped[dict[str, Any]]
    period_from: Mapped[date]
    period_to: Mapped[date | None]
    """The last day of the period."""
    themes: Mapped[list[Any]]
    predecessor_slug: Mapped[str | None] = mapped_column(String(80))
    followed: Mapped[bool]
    """Whether this register holds the plans and reports, and so may say that somebody is late."""
    followed_note: Mapped[dict[str, Any]]
    counts: Mapped[list[Any]]
    """Numbers of participants as sources gave them: [{text, number, date, source}]."""
    unknowns: Mapped[list[Any]]
    sources: Mapped[list[Any]]
    """[{title, url}]"""
    documents: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    """[{title: {nl, en}, url}], or of an upload [{title: {nl, en}, attachment_id, name, sha256}]."""
    signing: Mapped["Signable"] = mapped_column(
        enum_type(Signable, "agreement_signing"), default=Signable.CLOSED, server_default=text("'closed'")
    )
    may_sign: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    """Codes of the kinds of authority that may sign; empty means every kind."""
    asked_of_signer: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default=text("'{}'"))
    """What the signer must have or do, such as a mandate; {} where nothing more is asked."""
    fingerprint: Mapped[str | None] = mapped_column(String(64), index=True)
    """SHA-256 of the canonical JSON of this version (common/fingerprints.py)."""

    agreement: Mapped[Agreement] = relationship(back_populates="versions")
    obligations: Mapped[list["Obligation"]] = relationship(back_populates="agreement_version", lazy="selectin")


class ObligationKind(enum.StrEnum):
    """What is asked."""

    ACTION_PLAN = "action_plan"
    ANNUAL_REPORT = "annual_report"


class Obligation(Base):
    """One thing that a version of an agreement asks, and by when."""

    __tablename__ = "obligation"
    __table_args__ = (UniqueConstraint("agreement_version_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_version_id: Mapped[int] = mapped_column(ForeignKey("agreement_version.id"))
    code: Mapped[str] = mapped_column(String(40))
    kind: Mapped[ObligationKind] = mapped_column(enum_type(ObligationKind, "obligation_kind"))
    within: Mapped[str | None] = mapped_column(String(16))
    """ISO 8601 duration counted from signing, such as P1Y; None where the deadline comes from an edition."""
    yearly_by: Mapped[str | None] = mapped_column(String(5))
    """Month and day of each year by which it is due, such as 06-01; the edition of a year may say otherwise."""
    grace_days: Mapped[int] = mapped_column(default=0)
    text: Mapped[dict[str, Any]]
    source: Mapped[str | None] = mapped_column(String(500))

    agreement_version: Mapped[AgreementVersion] = relationship(back_populates="obligations")

    @property
    def time_to_do_it(self) -> tuple[int, int, int] | None:
        """Years, months and days after signing; None where the deadline is not counted from there."""
        return parts_of(self.within) if self.within else None

    @property
    def each_year_on(self) -> date | None:
        """The day of every year, in a year that does not matter."""
        return yearly_day(self.yearly_by, 2001) if self.yearly_by else None


class AgreementDraft(Base):
    """What staff are preparing: an agreement from nothing, or the next version of one. The public never sees it."""

    __tablename__ = "agreement_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"))
    """The agreement that gets a next version; None where it is new."""
    content: Mapped[dict[str, Any]]
    """As the form gives it, complete or not."""
    version: Mapped[int] = mapped_column(default=0)
    """Counts saved changes; a form carries the version it was made from."""
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    updated_at: Mapped[datetime] = mapped_column(default=now)

    agreement: Mapped[Agreement | None] = relationship()
