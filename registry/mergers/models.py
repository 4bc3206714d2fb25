"""Tables of mergers: what was chosen for everything that an ended authority left."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.clock import now
from common.database import Base, enum_type
from registry.authorities.models import Authority, Merger


class Inheritance(enum.StrEnum):
    """What happens to a thing that an ended authority leaves."""

    MOVES = "moves"
    """The successor takes it over."""
    ENDS = "ends"
    """Nobody takes it over."""
    STAYS = "stays"
    """It belongs to the past and stays where it is, such as a published report."""


class MergerChoice(Base):
    """What was chosen, at a merger, for one thing of an authority that ended. The page of the merger shows it."""

    __tablename__ = "merger_choice"
    __table_args__ = (
        Index(
            "ix_merger_choice_once", "merger_id", "subject", "from_authority_id", "to_authority_id", unique=True,
            sqlite_where=text("undone_at IS NULL"), postgresql_where=text("undone_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    merger_id: Mapped[int] = mapped_column(ForeignKey("merger.id"))
    from_authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"), index=True)
    to_authority_id: Mapped[int | None] = mapped_column(ForeignKey("authority.id"), index=True)
    subject: Mapped[str] = mapped_column(String(200))
    """As in the ledger: "signature:<key>", "plan:<code>/<agreement>", "report:...", "membership:<id>"."""
    choice: Mapped[Inheritance] = mapped_column(enum_type(Inheritance, "inheritance"))
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime] = mapped_column(default=now)
    undone_at: Mapped[datetime | None]
    """When it was taken back, which can be until the day of the merger; what it said then stays readable."""

    merger: Mapped[Merger] = relationship()
    from_authority: Mapped[Authority] = relationship(foreign_keys=[from_authority_id])
    to_authority: Mapped[Authority | None] = relationship(foreign_keys=[to_authority_id])
