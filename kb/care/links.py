"""Links inside the knowledge base: what is broken, what leads to a guide, and which guides nothing leads to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from common.database import row_number
from common.files.models import Attachment
from kb.care.models import LinkCheck
from kb.guides.models import Guide, GuideAddress, GuideLink, LinkKind, Revision
from kb.guides.reading import is_public

MOST_BACKLINKS = 100
LinkRow = Row[str, LinkKind, str, str, str]
"""Slug of the guide, and kind, target, anchor and words of the link."""


@dataclass(frozen=True)
class Trouble:
    """A link in the public text of a guide that asks for attention."""

    slug: str
    """Of the guide in which it stands."""
    kind: LinkKind
    target: str
    anchor: str
    words: str
    reason: str
    """gone, ended, moved, no_section, no_file, no_page; or what an address elsewhere answered."""
    is_broken: bool = True
    """False where readers still arrive: an address that leads on."""
    check: LinkCheck | None = None


@dataclass(frozen=True)
class Backlink:
    """A guide that leads to another."""

    slug: str
    title: str
    words: str


def troubles(session: Session, guide_id: int | None = None) -> list[Trouble]:
    """Return the links that ask for attention, of one guide or of all that are public. At most five queries."""
    query = (
        select(Guide.slug, GuideLink.kind, GuideLink.target, GuideLink.anchor, GuideLink.words)
        .join(Revision, Revision.id == GuideLink.revision_id)
        .join(Guide, Guide.id == Revision.guide_id)
        .where(is_public())
        .order_by(Guide.slug, GuideLink.id)
    )
    rows = session.execute(query if guide_id is None else query.where(Guide.id == guide_id)).all()
    known = _Known.read(session, rows)
    found = (known.look_at(row) for row in rows)
    return [one for one in found if one is not None]


@dataclass(frozen=True)
class _Known:
    """All that the links of some guides can lead to."""

    sections: Mapping[str, Collection[str]]
    """Of each public guide the anchors of its headings."""
    moved: Collection[str]
    guides: Collection[str]
    files: Collection[int]
    checks: Mapping[str, LinkCheck]

    @classmethod
    def read(cls, session: Session, rows: Sequence[LinkRow]) -> "_Known":
        """Read what these links name."""
        slugs = {row.target for row in rows if row.kind is LinkKind.GUIDE}
        files = {row_number(row.target) for row in rows if row.kind is LinkKind.FILE}
        urls = {row.target for row in rows if row.kind is LinkKind.OUTSIDE}
        public = select(Guide.slug, Revision.contents).join(Revision.guide).where(is_public(), Guide.slug.in_(slugs))
        there = select(Attachment.id).where(Attachment.id.in_(files), Attachment.removed_at.is_(None))
        failing = select(LinkCheck).where(LinkCheck.broken_since.is_not(None))
        return cls(
            sections={slug: {item["id"] for item in contents} for slug, contents in session.execute(public)},
            moved=set(session.scalars(select(GuideAddress.slug).where(GuideAddress.slug.in_(slugs)))),
            guides=set(session.scalars(select(Guide.slug).where(Guide.slug.in_(slugs)))),
            files=set(session.scalars(there)) if files else set(),
            checks={one.url: one for one in session.scalars(failing) if one.url in urls},
        )

    def look_at(self, row: LinkRow) -> Trouble | None:
        """Return what is wrong with a link, if anything is."""
        reason, check = "", None
        if row.kind is LinkKind.GUIDE:
            reason = self._guide(row.target, row.anchor)
        elif row.kind is LinkKind.FILE:
            reason = "" if row_number(row.target) in self.files else "no_file"
        elif row.kind is LinkKind.OUTSIDE and (check := self.checks.get(row.target)):
            reason = check.trouble or str(check.status or "")
        slug, kind, target, anchor, words = row
        is_broken = reason != "moved"
        return Trouble(slug, kind, target, anchor, words, reason, is_broken, check) if reason else None

    def _guide(self, slug: str, anchor: str) -> str:
        if slug in self.sections:
            # The footnotes and the list of sources have anchors that stand in no list of contents.
            known = anchor in self.sections[slug] or anchor in ("", "bronnen") or anchor.startswith("fn")
            return "" if known else "no_section"
        if slug in self.moved:
            return "moved"
        return "ended" if slug in self.guides else "gone"


def backlinks(session: Session, slug: str, most: int = MOST_BACKLINKS) -> list[Backlink]:
    """Return public guides whose text leads to this one, or to an address that it had; at most so many. One query."""
    former = select(GuideAddress.slug).join(Guide, Guide.id == GuideAddress.guide_id).where(Guide.slug == slug)
    leads_here = or_(GuideLink.target == slug, GuideLink.target.in_(former))
    query = (
        select(Guide.slug, Revision.title, GuideLink.words)
        .join(Revision, Revision.id == GuideLink.revision_id)
        .join(Guide, Guide.id == Revision.guide_id)
        .where(is_public(), GuideLink.kind == LinkKind.GUIDE, leads_here, Guide.slug != slug)
        .order_by(Revision.title)
        .limit(most)
    )
    return [Backlink(*row) for row in session.execute(query)]


def never_asked(session: Session, guide_id: int | None = None) -> dict[str, int]:
    """Return by slug how many addresses elsewhere in the text of public guides were never asked. One query."""
    links = (
        select(Guide.slug, func.count(GuideLink.target.distinct()))
        .join(Revision, Revision.id == GuideLink.revision_id)
        .join(Guide, Guide.id == Revision.guide_id)
        .where(is_public(), GuideLink.kind == LinkKind.OUTSIDE, GuideLink.target.not_in(select(LinkCheck.url)))
        .group_by(Guide.slug)
    )
    asked = links if guide_id is None else links.where(Guide.id == guide_id)
    return {row[0]: row[1] for row in session.execute(asked.select_from(GuideLink))}


def last_checked(session: Session) -> datetime | None:
    """Return when an address elsewhere was last asked."""
    return session.scalar(select(func.max(LinkCheck.checked_at)))


def orphans(session: Session) -> list[str]:
    """Return the slugs of public guides to which no other public guide leads, by a link or as related. Three queries.

    What leads to an address that a guide had before leads to it: readers arrive.
    """
    leading = [(row.slug, row.target) for row in session.execute(_links_between())]
    slugs = []
    for slug, related in session.execute(select(Guide.slug, Revision.related).join(Revision.guide).where(is_public())):
        slugs.append(slug)
        leading += [(slug, target) for target in related]
    moved = select(GuideAddress.slug, Guide.slug).join(Guide, Guide.id == GuideAddress.guide_id)
    now = {row[0]: row[1] for row in session.execute(moved)}
    reached = {now.get(target, target) for source, target in leading if now.get(target, target) != source}
    return sorted(set(slugs) - reached)


def _links_between() -> Select[str, str]:
    return (
        select(GuideLink.target, Guide.slug)
        .join(Revision, Revision.id == GuideLink.revision_id)
        .join(Guide, Guide.id == Revision.guide_id)
        .where(is_public(), GuideLink.kind == LinkKind.GUIDE)
    )
