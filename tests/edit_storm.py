"""Several editors at one guide, each with an older text before him: what each writes is kept, or shown to him.

Every edit brings words that stand nowhere else, so that a text that went missing is found.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.ledger import SYSTEM
from kb.guides.fields import GuideFields, fields_of
from kb.guides.merging import BOTH, Clash, MergedFields, settled
from kb.guides.models import Guide, Revision
from kb.guides.writing import RevisionConflict, create_guide, newest_revision, save_guide

EDITORS = 4
START = (
    "## Kop\n\n"
    + "\n\n".join(f"Alinea begin{number} van de gids." for number in range(8))
    + "\n\n- een\n- twee\n- drie\n"
)
BEGUN = GuideFields(
    title="Storm", summary="Begin.", kind="guide", themes=("klimaat",), product_groups=(), level="starter",
    owner="redacteur", reviewed_on=None, review_due_on=None, related=(), sources=(), body=START,
)  # fmt: skip


@dataclass(frozen=True)
class Edit:
    """What one editor does at one moment."""

    editor: int
    act: str
    place: int
    opens_anew: bool
    """He reads the newest text first; else he goes on from what he has before him."""


EDIT = st.builds(
    Edit, st.integers(0, EDITORS - 1), st.sampled_from(["change", "change", "add", "take", "title", "move"]),
    st.integers(0, 30), st.booleans(),
)  # fmt: skip


@dataclass
class Tally:
    """What became of the edits."""

    outcomes: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)


def words(fields: GuideFields) -> set[str]:
    """Return the words that an edit brought."""
    return set(re.findall(r"\bw\d+w\b", f"{fields.title} {fields.body}"))


def storm(session: Session, slug: str, edits: Sequence[Edit]) -> Tally:
    """Let the editors work at a new guide; the caller rolls back."""
    guide = create_guide(session, slug, BEGUN, actor=SYSTEM).guide
    first = newest_revision(session, guide)
    before = [(first.number, fields_of(first))] * EDITORS
    tally = Tally()
    for number, edit in enumerate(edits):
        if edit.opens_anew:
            newest = newest_revision(session, guide)
            before[edit.editor] = (newest.number, fields_of(newest))
        base_number, base = before[edit.editor]
        mine = changed(base, edit, f"w{number}w")
        revision, shown = save(session, guide, mine, base_number, tally)
        theirs = shown or revision
        tally.lost += sorted((words(mine) - words(base)) - theirs)
        before[edit.editor] = (newest_revision(session, guide).number, fields_of(newest_revision(session, guide)))
    return tally


def save(
    session: Session, guide: Guide, mine: GuideFields, base: int, tally: Tally
) -> tuple[set[str], set[str] | None]:
    """Save as an editor does: where both texts stand on the screen he keeps both. Return the words that are there."""
    standing = words(fields_of(newest_revision(session, guide)))
    opened = words(fields_of(_revision(session, guide, base)))
    try:
        saved = save_guide(session, guide, mine, base, actor=SYSTEM)
    except RevisionConflict as conflict:
        tally.outcomes["both on the screen"] += 1
        if conflict.merged is None:
            raise
        on_screen = shown(conflict.merged)
        tally.lost += sorted((standing - opened) - on_screen)
        together = settled(conflict.merged, {clash.name: BOTH for clash in conflict.merged.clashes})
        saved = save_guide(session, guide, together, conflict.newest.number, actor=SYSTEM)
        return words(fields_of(saved.revision)), None
    tally.outcomes["merged" if saved.merged_with else ("saved" if saved.changed else "nothing new")] += 1
    now = words(fields_of(saved.revision))
    taken_away = opened - words(mine)
    # What the others brought since he opened it stands in the text, unless he took that away himself.
    tally.lost += sorted((standing - opened) - taken_away - now)
    return now, None


def shown(merged: MergedFields) -> set[str]:
    """Return the words that a reader of the page with both texts sees."""
    sides = [f"{clash.mine} {clash.theirs}" for clash in merged.clashes]
    agreed = [piece.text for piece in merged.body.pieces if not isinstance(piece, Clash)]
    return set(re.findall(r"\bw\d+w\b", " ".join([*sides, *agreed, merged.agreed.title])))


def _revision(session: Session, guide: Guide, number: int) -> Revision:
    return next(one for one in _all(session, guide) if one.number == number)


def _all(session: Session, guide: Guide) -> list[Revision]:
    return list(session.scalars(select(Revision).where(Revision.guide_id == guide.id)))


def changed(base: GuideFields, edit: Edit, word: str) -> GuideFields:
    """Return what the editor makes of the text before him."""
    parts = base.body.strip("\n").split("\n\n")
    place = edit.place % len(parts)
    if edit.act == "title":
        return replace(base, title=f"Storm {word}")
    if edit.act == "add":
        parts.insert(place, f"Nieuw {word}.")
    elif edit.act == "take" and len(parts) > 3:
        del parts[place]
        parts.insert(min(place, len(parts)), f"In plaats daarvan {word}.")
    elif edit.act == "move":
        parts.append(f"{parts.pop(place)} {word}")
    else:
        parts[place] = f"{parts[place]} {word}"
    return replace(base, body="\n\n".join(parts) + "\n")
