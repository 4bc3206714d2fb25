"""Tables of editions."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.database import Base
from registry.agreements.models import Agreement


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
    snapshot: Mapped[str] = mapped_column(Text)
    """Canonical JSON of all sections and questions, by which every report of this edition is shown."""
    sha256: Mapped[str] = mapped_column(String(64))

    agreement: Mapped[Agreement] = relationship()
