"""What changed in the knowledge base, as entries of a feed: each publication of a guide, and each guide that ended.

An entry is about one publication and never changes: who reads feeds sees every change once. A small correction is none
of them. Its id holds the number of the guide, so that it stays the same when the guide gets another address.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from kb.guides.models import EndingKind, Guide, GuideEnding, Revision
from kb.guides.reading import is_public
from kb.guides.sections import sections_of
from website.themes.reading import on_theme

MOST: Final = 30
"""Entries in a feed."""
_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """One thing that happened to a guide."""

    id: str
    """The last part of the entry's id, the same for ever."""
    slug: str
    title: str
    language: str
    updated: datetime
    kind: str
    """new, changed, withdrawn or unpublished."""
    summary: str
    note: str
    """What its author said of the change, or why it ended; empty where nothing was said."""
    changed: Sequence[str] = ()
    """The headings under which the text changed or is new."""
    gone: Sequence[str] = ()
    """The headings that are no longer there."""
    themes: Sequence[str] = ()
    instead: str | None = None


def entries(session: Session, theme: str = "") -> list[Entry]:
    """Return the newest entries of all guides, or of those on a theme, newest first. Two queries."""
    found = [*_publications(session, theme), *_endings(session, theme)]
    return [_in_xml(one) for one in sorted(found, key=lambda one: (one.updated, one.id), reverse=True)[:MOST]]


def _in_xml(entry: Entry) -> Entry:
    """Return an entry without the characters that XML cannot hold, or one of them would break the whole feed."""
    values = {one.name: getattr(entry, one.name) for one in fields(entry)}
    plain: dict[str, Any] = {name: _NOT_IN_XML.sub("", text) for name, text in values.items() if isinstance(text, str)}
    return replace(
        entry,
        **plain,
        changed=tuple(_NOT_IN_XML.sub("", one) for one in entry.changed),
        gone=tuple(_NOT_IN_XML.sub("", one) for one in entry.gone),
    )


def _publications(session: Session, theme: str) -> list[Entry]:
    """Return the newest publications of guides that are public now, each laid beside the one before it."""
    before, shown = aliased(Revision), aliased(Revision)
    number = (
        select(func.max(before.number))
        .where(before.guide_id == Revision.guide_id, before.number < Revision.number)
        .where(before.published_at.is_not(None))
        .correlate(Revision)
        .scalar_subquery()
    )
    earlier = aliased(Revision)
    query = (
        select(
            Guide.id, Guide.slug, Revision.number, Revision.title, Revision.summary, Revision.language, Revision.html,
            Revision.themes, Revision.published_at, Revision.change_note, earlier.html.label("html_before"),
        )
        .join(Revision.guide)
        .join(shown, and_(shown.guide_id == Guide.id, is_public(shown)))
        .outerjoin(earlier, and_(earlier.guide_id == Revision.guide_id, earlier.number == number))
        .where(Revision.published_at.is_not(None), Revision.is_correction.is_(False))
        .order_by(Revision.published_at.desc(), Revision.id.desc())
        .limit(MOST)
    )  # fmt: skip
    query = query.where(on_theme(theme)) if theme else query
    return [_publication(row) for row in session.execute(query)]


def _publication(row: Any) -> Entry:
    changed, gone = _differences(row.html_before, row.html) if row.html_before is not None else ((), ())
    return Entry(
        f"gids/{row.id}/{row.number}", row.slug, row.title, row.language, row.published_at,
        "new" if row.html_before is None else "changed", row.summary, row.change_note or "", changed, gone,
        tuple(row.themes),
    )  # fmt: skip


def _differences(before: str, after: str) -> tuple[Sequence[str], Sequence[str]]:
    """Return the headings whose text changed or is new, and those that are gone. Pure."""
    old = {one.title: one.text for one in sections_of(before)}
    new = {one.title: one.text for one in sections_of(after)}
    return [title for title, text in new.items() if old.get(title) != text], [one for one in old if one not in new]


def _endings(session: Session, theme: str) -> list[Entry]:
    """Return the guides that ended and did not come back, under the title that they had last."""
    last = aliased(Revision)
    newest = (
        select(func.max(last.number))
        .where(last.guide_id == Guide.id, last.published_at.is_not(None))
        .correlate(Guide)
        .scalar_subquery()
    )
    query = (
        select(
            Guide.id, Guide.slug, GuideEnding.id.label("ending"), GuideEnding.kind, GuideEnding.reason,
            GuideEnding.instead, GuideEnding.recorded_at, Revision.title, Revision.summary, Revision.language,
            Revision.themes,
        )
        .join(GuideEnding, GuideEnding.guide_id == Guide.id)
        .join(Revision, and_(Revision.guide_id == Guide.id, Revision.number == newest))
        .where(GuideEnding.superseded_at.is_(None), GuideEnding.kind != EndingKind.BACK)
        .order_by(GuideEnding.recorded_at.desc())
        .limit(MOST)
    )  # fmt: skip
    query = query.where(on_theme(theme)) if theme else query
    return [
        Entry(
            f"gids/{row.id}/einde/{row.ending}", row.slug, row.title, row.language, row.recorded_at, row.kind.value,
            row.summary, row.reason, themes=tuple(row.themes), instead=row.instead,
        )
        for row in session.execute(query)
    ]  # fmt: skip
