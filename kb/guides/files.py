"""Files in guides: which text on the site uses one, and what an author types to use it."""

import re
from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from common.database import row_number
from common.files.accepting import EXTENSIONS, Accepted
from common.files.models import Attachment
from common.markdown import anchor
from kb.guides.models import Guide, GuideLink, LinkKind, Revision
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
    found: dict[int, list[tuple[str, str]]] = {one: [] for one in attachment_ids}
    rows = session.execute(_uses(attachment_ids, Revision.title).where(is_public()).order_by(Guide.slug))
    for number, slug, title in rows:
        found[int(number)].append((slug, title))
    return found


def kept_for(session: Session, attachment_ids: Collection[int]) -> dict[int, str]:
    """Return of each of these files the guide that names it in any version, by its address; else it is left out.

    Such a file may not go away with what it was added to. One query.
    """
    rows = session.execute(_uses(attachment_ids, Revision.number).order_by(Guide.id.desc()))
    return {int(number): slug for number, slug, _version in rows}


def _uses(attachment_ids: Collection[int], column: Any) -> Select[Any]:
    """Ask the links that were written down at each save: no text is read."""
    return (
        select(GuideLink.target, Guide.slug, column)
        .join(Revision, Revision.id == GuideLink.revision_id)
        .join(Guide, Guide.id == Revision.guide_id)
        .where(GuideLink.kind == LinkKind.FILE, GuideLink.target.in_([str(one) for one in attachment_ids]))
    )


def named_in(html: str) -> set[int]:
    """Return the numbers of the files that a rendered text shows or links."""
    return {row_number(number) for number in _LINK.findall(html)}


def gone_from(session: Session, html: str) -> int:
    """Return how many files a rendered text shows or links that no page can show: they were removed, or never were.

    Nor one that is a proposal's and no guide's yet: whoever writes its number would open what somebody else keeps to
    himself. What a guide takes in becomes its own (kb/proposals/files.py).
    """
    named = named_in(html)
    if not named:
        return 0
    kept = session.scalars(select(Attachment).where(Attachment.id.in_(named), Attachment.removed_at.is_(None))).all()
    return len(named) - len(kept) + len(closed_among(session, [one for one in kept if _is_proposals(one)]))


def closed_among(session: Session, attachments: Collection[Attachment]) -> list[Attachment]:
    """Return those of these files that no guide on the site shows."""
    uses = used_by(session, [one.id for one in attachments]) if attachments else {}
    return [one for one in attachments if not uses[one.id]]


def _is_proposals(attachment: Attachment) -> bool:
    return attachment.subject.startswith("proposal:")


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
