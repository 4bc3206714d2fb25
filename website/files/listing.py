"""A list of files as a page shows it: what each is, how large, who added it and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from common.files.accepting import EXTENSIONS
from common.files.models import Attachment
from common.files.storage import DAYS_KEPT
from common.web.languages import format_number

_KINDS = {".jpg": "JPEG", ".webp": "WebP"}


@dataclass(frozen=True)
class Row:
    """One file in a list."""

    id: int
    name: str
    description: str | None
    kind: str
    size: str
    who: str
    added_at: datetime
    removed_at: datetime | None
    is_picture: bool
    markdown: str = ""
    used_by: tuple[tuple[str, str], ...] = ()
    in_newest: bool = False
    """Whether the newest text of its own guide uses it, published or not."""

    @property
    def gone_on(self) -> datetime | None:
        """When a removed file cannot be put back any more."""
        return self.removed_at + timedelta(days=DAYS_KEPT) if self.removed_at else None


def rows_of(session: Session, attachments: Iterable[Attachment]) -> list[Row]:
    """Return the rows for these attachments, with the names of who added them. One query."""
    attachments = list(attachments)
    ids = {one.added_by_id for one in attachments if one.added_by_id}
    found = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    names = {row.id: row.name for row in found}
    return [_row(one, names.get(one.added_by_id or 0, "")) for one in attachments]


def _row(attachment: Attachment, who: str) -> Row:
    end = EXTENSIONS.get(attachment.file.media_type, "")
    return Row(
        id=attachment.id,
        name=attachment.name,
        description=attachment.description,
        kind=_KINDS.get(end, end.lstrip(".").upper()),
        size=size_words(attachment.file.size),
        who=who,
        added_at=attachment.added_at,
        removed_at=attachment.removed_at,
        is_picture=attachment.file.width is not None,
    )


def size_words(size: int) -> str:
    """Write a number of bytes as people do ("1,2 MB", "340 kB")."""
    if size >= 1024 * 1024:
        return f"{format_number(size / 1024 / 1024, 1)} MB"
    return f"{format_number(max(1, round(size / 1024)))} kB"
