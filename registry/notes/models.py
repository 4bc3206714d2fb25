"""The template of the note."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.database import Base
from common.files.models import Attachment
from common.versions import Recorded


class NoteTemplate(Base, Recorded):
    """A DOCX with which staff replaced our own template; the newest one counts, none means ours."""

    __tablename__ = "note_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    """None puts our own template back."""
    chosen_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    attachment: Mapped[Attachment | None] = relationship()
