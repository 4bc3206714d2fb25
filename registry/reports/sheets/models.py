"""A spreadsheet that was sent in and not yet taken over."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import GOES_WITH_ACCOUNT
from common.clock import now
from common.database import Base


class SheetUpload(Base):
    """What a person read in from a spreadsheet, kept while he looks at the differences; one for each person."""

    __tablename__ = "sheet_upload"
    __table_args__ = (UniqueConstraint("report_id", "user_id"), {"info": {GOES_WITH_ACCOUNT: "user_id"}})

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The answers as they were read, by key, with the version of each answer that the file was made from."""
    uploaded_at: Mapped[datetime] = mapped_column(default=now, index=True)
