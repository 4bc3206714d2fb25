"""Files in guides, in a folder: the text names them by their content, so that they mean the same in another register.

On the site a text says `/bestanden/12/kaart-80x60.png`, in a folder `bestanden/<content>/kaart-80x60.png`.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from common.files.models import Attachment
from common.typed import clean_text

FOLDER = "bestanden"
HASH = 16
"""Characters of the SHA-256 of a content by which a folder names it."""
_ON_SITE = re.compile(r"(?<![\w/])/bestanden/(\d{1,10})/([a-z0-9-]{1,120}\.[a-z]{2,5})")
_IN_FOLDER = re.compile(r"(?<![\w/])bestanden/([0-9a-f]{16})/([a-z0-9-]{1,120}\.[a-z]{2,5})")


@dataclass
class Pictures:
    """The files that guides have, by their number and by their content and name."""

    by_id: dict[int, Attachment] = field(default_factory=dict)
    by_content: dict[tuple[str, str], Attachment] = field(default_factory=dict)

    def add(self, attachments: Iterable[Attachment]) -> None:
        """Know these too; of two with one content and name the first stays."""
        for one in attachments:
            self.by_id[one.id] = one
            self.by_content.setdefault((one.sha256[:HASH], one.name), one)

    def outward(self, body: str) -> str:
        """Return the text as a folder has it. What no guide has any more keeps its address.

        A version of before the forms cleaned their texts is cleaned here: its file would read back otherwise.
        """

        def place(found: re.Match[str]) -> str:
            one = self.by_id.get(int(found[1]))
            return f"{FOLDER}/{one.sha256[:HASH]}/{one.name}" if one and one.name == found[2] else found[0]

        return _ON_SITE.sub(place, clean_text(body))

    def inward(self, body: str) -> str:
        """Return the text as the site has it."""

        def address(found: re.Match[str]) -> str:
            one = self.by_content.get((found[1], found[2]))
            return f"/bestanden/{one.id}/{one.name}" if one else found[0]

        return _IN_FOLDER.sub(address, body)

    def missing(self, body: str) -> list[tuple[str, str]]:
        """Return content and name of each file that a text of a folder names and the site does not have."""
        return [pair for pair in dict.fromkeys(_IN_FOLDER.findall(body)) if pair not in self.by_content]


def pictures_of(session: Session, also: Collection[str] = ()) -> Pictures:
    """Return the files of all guides and proposals that are not removed. One query."""
    subjects = or_(Attachment.subject.startswith("guide:"), Attachment.subject.startswith("proposal:"))
    query = select(Attachment).where(or_(subjects, Attachment.subject.in_(also)), Attachment.removed_at.is_(None))
    found = Pictures()
    found.add(session.scalars(query.options(joinedload(Attachment.file)).order_by(Attachment.id)))
    return found
