"""Files in guides: which text on the site uses one, and what an author types to use it."""

import re
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.files.accepting import EXTENSIONS, Accepted
from common.files.models import Attachment
from common.markdown import anchor
from kb.guides.models import Guide, Revision
from kb.guides.reading import is_public

LONGEST_ALT = 300
_LINK = re.compile(r'(?:src|href)="(?:/en)?/bestanden/([0-9]{1,10})/')


def subject_of(slug: str) -> str:
    """Return how attachments and the ledger name a guide."""
    return f"guide:{slug}"


def address(attachment: Attachment) -> str:
    """Return where the file is read, as a text in any language writes it."""
    return f"/bestanden/{attachment.id}/{attachment.name}"


def used_by(session: Session, attachment_ids: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """Return per file slug and title of the guides that everybody reads now and whose text shows or links it.

    One query, whatever the number of files; a file that nothing uses has an empty list.
    """
    # The page of one file is asked for by every reader of a guide: only texts that name it are fetched then.
    named = f"/bestanden/{next(iter(attachment_ids))}/" if len(attachment_ids) == 1 else "/bestanden/"
    rows = session.execute(
        select(Guide.slug, Revision.title, Revision.html)
        .join(Revision.guide)
        .where(is_public(), Revision.html.contains(named))
        .order_by(Guide.slug)
    )
    linked = [(row.slug, row.title, named_in(row.html)) for row in rows]
    return {one: [(slug, title) for slug, title, ids in linked if one in ids] for one in attachment_ids}


def named_in(html: str) -> set[int]:
    """Return the numbers of the files that a rendered text shows or links."""
    return {int(number) for number in _LINK.findall(html)}


def gone_from(session: Session, html: str) -> int:
    """Return how many files a rendered text shows or links that were removed, or never were."""
    named = named_in(html)
    kept = session.scalars(select(Attachment.id).where(Attachment.id.in_(named), Attachment.removed_at.is_(None)))
    return len(named - set(kept)) if named else 0


def name_for_text(name: str, accepted: Accepted) -> str:
    """Return a name that needs no quoting in Markdown; of a picture it ends with its size.

    The renderer reads width and height from it (common/markdown.py), so that a page does not jump while it loads.
    """
    end = EXTENSIONS[accepted.media_type]
    stem = anchor(name.removesuffix(end))[:60].strip("-")
    size = f"-{accepted.width}x{accepted.height}" if accepted.is_picture else ""
    return f"{stem}{size}{end}"


def markdown_for(attachment: Attachment) -> str:
    """Return what an author types to show the picture, or to link the file."""
    words = attachment.description if attachment.file.width is not None else attachment.name
    plain = re.sub(r"\s+", " ", re.sub(r"[\[\]\\`<>]", "", words or ""))
    return f"{'!' if attachment.file.width is not None else ''}[{plain}]({address(attachment)})"
