"""Makes the HTML of kept revisions anew, after the renderer learned something: their Markdown stays what it was."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from common.ledger import SYSTEM, record
from common.markdown import render_markdown
from kb.guides.links import keep_links_anew
from kb.guides.models import Guide, Revision

AT_ONCE = 200
"""Revisions that are in memory together."""


def rerender(session: Session) -> list[str]:
    """Render each revision again and return the addresses of the guides of which the HTML changed.

    The ledger tells it for each of them, so that kept pages and the search index follow.
    """
    changed: dict[str, None] = {}
    for row in _rows(session):
        made = render_markdown(row.body, row.language)
        contents = [{"id": item.id, "title": item.title, "level": item.level} for item in made.headings]
        if (made.html, contents) != (row.html, row.contents):
            values = update(Revision).where(Revision.id == row.id).values(html=made.html, contents=contents)
            session.execute(values)
            keep_links_anew(session, row.id, made.html, row.sources)
            changed[row.slug] = None
    for slug in changed:
        record(session, "guide.rendered", f"guide:{slug}", {}, actor=SYSTEM)
    return list(changed)


def _rows(session: Session) -> Iterator[Any]:
    last = 0
    while True:
        rows = session.execute(
            select(
                Revision.id,
                Revision.body,
                Revision.language,
                Revision.html,
                Revision.contents,
                Revision.sources,
                Guide.slug,
            )
            .join(Guide, Guide.id == Revision.guide_id)
            .where(Revision.id > last)
            .order_by(Revision.id)
            .limit(AT_ONCE)
        ).all()
        if not rows:
            return
        yield from rows
        last = rows[-1].id
