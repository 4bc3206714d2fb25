"""Tables of care."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from common.clock import now
from common.database import Base


class LinkCheck(Base):
    """What an address outside the site answered when `flask kb check-links` last asked."""

    __tablename__ = "link_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(String(2000), unique=True)
    checked_at: Mapped[datetime] = mapped_column(default=now)
    status: Mapped[int | None]
    """The HTTP status; empty when nothing answered."""
    trouble: Mapped[str | None] = mapped_column(String(80))
    """Why nothing answered (timeout, name, certificate, refused), or why it counts as broken."""
    broken_since: Mapped[datetime | None]
    """The first of the checks in a row that failed; empty when the last one was good."""
