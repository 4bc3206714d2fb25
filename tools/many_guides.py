"""Adds made-up guides to a site, to measure with many: sections of the real ones, with made-up compounds in them."""

import re
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import now
from common.ledger import SYSTEM, record
from common.markdown import render_markdown
from kb.guides.models import Guide, Revision
from kb.guides.reading import is_public

LENGTH = 6000
"""Characters of a text, about."""
SPREAD = 0.04
"""The part of the long words in whose place a made-up compound comes: real guides do not all use the same words."""
_LONG = re.compile(r"\b[a-z]{5,12}\b")
_LINK = re.compile(r"\]\([^)]*\)")


def add_guides(session: Session, wanted: int, seed: int = 6) -> list[str]:
    """Let the site have `wanted` public guides; return the addresses of those that were added. The caller commits."""
    rows = list(session.execute(select(Revision).where(is_public())).scalars())
    parts = [part for row in rows if row.language == "nl" for part in _parts(row.body)]
    words = sorted({word for part in parts for word in _LONG.findall(part)})
    chance, slugs = Random(seed), list[str]()  # noqa: S311
    for number in range(len(rows), wanted):
        model = rows[number % len(rows)]
        slug = f"meetgids-{number}"
        guide = Guide(slug=slug)
        session.add(guide)
        session.flush()
        session.add(_revision(guide, model, _title(words, number, chance), _text(parts, words, chance)))
        slugs.append(slug)
        if number % 500 == 0:
            session.flush()
            session.expunge_all()
            rows = list(session.execute(select(Revision).where(Revision.id.in_([row.id for row in rows]))).scalars())
    record(session, "guides.measured", "content:guides", {"wanted": wanted}, actor=SYSTEM)
    return slugs


def _parts(body: str) -> list[str]:
    return [part for part in re.split(r"\n(?=## )", _LINK.sub("]", body).replace("[", "").replace("]", "")) if part]


def _title(words: list[str], number: int, chance: Random) -> str:
    return f"{' '.join(chance.choice(words) for _ in range(4)).capitalize()} {number}"


def _text(parts: list[str], words: list[str], chance: Random) -> str:
    text = ""
    while len(text) < LENGTH:
        text += _LONG.sub(lambda word: _other(word.group(), words, chance), chance.choice(parts)) + "\n\n"
    return text


def _other(word: str, words: list[str], chance: Random) -> str:
    return chance.choice(words) + chance.choice(words) if chance.random() < SPREAD else word


def _revision(guide: Guide, model: Revision, title: str, body: str) -> Revision:
    made = render_markdown(body)
    same: dict[str, Any] = {
        name: getattr(model, name)
        for name in ("language", "kind", "themes", "product_groups", "level", "owner", "reviewed_on", "review_due_on")
    }
    return Revision(
        guide=guide, number=1, title=title, summary=f"{title}: {model.summary}", related=[], sources=[], body=body,
        html=made.html, contents=[vars(heading) for heading in made.headings], published_at=now(), **same,
    )  # fmt: skip
