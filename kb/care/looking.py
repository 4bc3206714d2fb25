"""All that care asks of one guide, gathered: links, pictures, reading level, what leads to it, when it is due."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from kb.care.links import Backlink, Trouble, backlinks, never_asked, troubles
from kb.care.reading_level import ReadingLevel, reading_level
from kb.guides.beginnings import left_of_templates
from kb.guides.models import Guide, Revision
from kb.guides.reading import is_public

_PICTURE = re.compile(r"<img\b[^>]*>")
_EMPTY_ALT = 'alt=""'


@dataclass(frozen=True)
class Care:
    """What asks for attention at one public guide."""

    revision: Revision
    troubles: Sequence[Trouble]
    never_asked: int
    """Links to other sites that `flask kb check-links` has not asked yet: nobody knows how these are."""
    pictures: int
    without_words: int
    """Pictures without an alternative text: right only where they are decoration."""
    level: ReadingLevel | None
    backlinks: Sequence[Backlink]
    is_overdue: bool
    left: Sequence[str] = ()
    """Sentences that a template gave and nobody replaced."""

    @property
    def broken(self) -> list[Trouble]:
        """The links by which readers do not arrive."""
        return [one for one in self.troubles if one.is_broken]


@dataclass(frozen=True)
class Line:
    """A guide in the list of those that ask for care."""

    slug: str
    title: str
    language: str
    due: date | None
    broken: int
    moved: int
    never_asked: int
    without_words: int
    is_orphan: bool
    is_overdue: bool

    @property
    def weight(self) -> int:
        """How much asks for attention; the heaviest first."""
        return 10 * self.broken + 5 * self.is_overdue + 2 * self.without_words + self.is_orphan + self.moved


def look_at(session: Session, guide: Guide, revision: Revision, today: date) -> Care:
    """Return what asks for attention at a guide. At most eight queries."""
    pictures = _PICTURE.findall(revision.html)
    return Care(
        revision=revision,
        troubles=troubles(session, guide.id),
        never_asked=never_asked(session, guide.id).get(guide.slug, 0),
        pictures=len(pictures),
        without_words=sum(_EMPTY_ALT in tag for tag in pictures),
        level=reading_level(revision.html, revision.language),
        backlinks=backlinks(session, guide.slug),
        is_overdue=bool(revision.review_due_on and revision.review_due_on < today),
        left=left_of_templates(revision.body),
    )


def lines(session: Session, orphans: Sequence[str], today: date) -> list[Line]:
    """Return the public guides that ask for care, the heaviest first. Without the texts; seven queries."""
    found: dict[str, list[Trouble]] = {}
    for one in troubles(session):
        found.setdefault(one.slug, []).append(one)
    # The database counts in the text, so that ten thousand texts need not be read.
    html = cast(Revision.html, Text)
    empty = (func.length(html) - func.length(func.replace(html, _EMPTY_ALT, ""))) / len(_EMPTY_ALT)
    query = select(Guide.slug, Revision.title, Revision.language, Revision.review_due_on, empty).join(Revision.guide)
    alone, unknown, made = set(orphans), never_asked(session), []
    for slug, title, language, due, without_words in session.execute(query.where(is_public())):
        own = found.get(slug, ())
        broken = sum(one.is_broken for one in own)
        is_overdue = bool(due and due < today)
        made.append(
            Line(
                slug,
                title,
                language,
                due,
                broken,
                len(own) - broken,
                unknown.get(slug, 0),
                int(without_words),
                slug in alone,
                is_overdue,
            )
        )
    return sorted((one for one in made if one.weight), key=lambda one: (-one.weight, one.title.casefold()))
