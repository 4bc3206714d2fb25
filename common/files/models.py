"""Tables of files: what is kept once by its content, and where it is used under which name."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.clock import now
from common.database import Base


class StoredFile(Base):
    """A file in the storage, named by the SHA-256 of what is kept; the same content is kept once."""

    __tablename__ = "stored_file"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    """Bytes."""
    width: Mapped[int | None]
    """Pixels, of a picture."""
    height: Mapped[int | None]
    stored_at: Mapped[datetime] = mapped_column(default=now)


class Attachment(Base):
    """A file under a name, with something of the site: a guide ("guide:<slug>") or an authority ("authority:<code>").

    Who may read it is asked of the owner of that subject (website/files/access.py). Removing keeps the row.
    """

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_subject", "subject", "removed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"))
    subject: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    """What it is; of a picture the alternative text."""
    added_by_id: Mapped[int | None]
    added_at: Mapped[datetime] = mapped_column(default=now)
    removed_at: Mapped[datetime | None]

    file: Mapped[StoredFile] = relationship()
