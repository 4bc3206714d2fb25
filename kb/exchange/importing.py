"""Takes a folder of guides in. A change on both sides is merged, or shown and left alone; nothing is written over.

Each file says from which text it was written (`basis`). So three texts are known: that one, the file, and the site.
"""

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy.orm import Session

from common.errors import ContentError
from common.ledger import Actor
from kb.exchange.exporting import DRAFTS, guide_files
from kb.exchange.facts import apply_facts
from kb.exchange.marks import guides_with_marks, outward, revision_with_mark
from kb.exchange.pictures import Pictures
from kb.guides.ending import standing_end
from kb.guides.fields import GuideFields
from kb.guides.front_matter import GuideFile, facts_mark_of, mark_of, parse_guide
from kb.guides.merging import MergedFields
from kb.guides.models import Guide
from kb.guides.renaming import find_by_address, guides_by_address
from kb.guides.writing import (
    Origin,
    RevisionConflict,
    Saved,
    create_guide,
    newest_revision,
    public_revision,
    publish_guide,
    save_guide,
)

NOTE = "Overgenomen uit een bestand"
"""At the version; it is content, in Dutch like the guide."""

WAITS_FOR_SECOND = "bewaard als concept: bij deze gids kijkt een collega mee"


class Outcome(enum.StrEnum):
    """What became of one file."""

    SAME = "gelijk"
    NEW = "nieuw"
    CHANGED = "gewijzigd"
    MERGED = "samengevoegd"
    """Both sides changed, and the changes do not touch."""
    OLDER = "ouder"
    """Only the site changed since the file was written."""
    CLASH = "botsing"
    """Both changed the same; nothing is written."""
    NO_BASIS = "zonder basis"
    """It differs from the site, and it does not say from which text it was written; nothing is written."""
    MOVED = "ander adres"
    """It was written from a guide that has another address here; nothing is written."""
    WRONG = "fout"
    """It cannot be read as a guide; nothing is written."""


@dataclass
class Row:
    """What became of one file, and what a person must know about it."""

    path: str
    outcome: Outcome
    notes: list[str] = field(default_factory=list)
    merged: MergedFields | None = None
    """What clashes, and where."""
    left: bool = False
    """Whether something that the file says of its guide was not taken over; the notes say what."""


def read_folder(folder: Path) -> tuple[dict[str, GuideFile], list[Row]]:
    """Read every file of a folder, by its path; and say of each that is no guide what is wrong with it.

    A draft is left with the public text that it goes on from.
    """
    found: dict[str, GuideFile] = {}
    wrong: list[Row] = []
    # What is public first: a draft that goes further builds on it.
    for place in [*sorted(folder.glob("*.md")), *sorted((folder / DRAFTS).glob("*.md"))]:
        path = place.relative_to(folder).as_posix()
        if any(row.path == place.name for row in wrong):
            wrong.append(Row(path, Outcome.WRONG, [f"{place.name} is fout, en dit concept gaat daarop verder"]))
            continue
        try:
            found[path] = parse_guide(place.name, place.read_text(encoding="utf-8"))
        except ContentError as error:
            wrong.append(Row(path, Outcome.WRONG, [str(error)]))
        except UnicodeDecodeError:
            wrong.append(Row(path, Outcome.WRONG, ["het bestand is geen UTF-8"]))
    return found, wrong


def unchanged(session: Session, files: Mapping[str, GuideFile], pictures: Pictures) -> set[str]:
    """Return the paths of the files that say what the site says. It only reads: nobody waits for it."""
    here = dict(guide_files(session, pictures))
    return {path for path, file in files.items() if here.get(path) == file and not pictures.missing(file.fields.body)}


def not_in_folder(session: Session, slugs: Collection[str]) -> list[str]:
    """Return the addresses of the guides that have no file, under the address that they have or had. Two queries."""
    known = guides_by_address(session)
    there = {known[slug].id for slug in slugs if slug in known}
    return sorted({guide.slug for guide in known.values() if guide.id not in there})


def moved(session: Session, files: Mapping[str, GuideFile], pictures: Pictures) -> list[Row]:
    """Return a row for each file that makes a second guide of one that is here: its name was changed, or its address.

    Such a file says from which text of that guide it was written, or that the guide had its address. A copy of a file
    that lies there too is a new guide. It only reads.
    """
    known = guides_by_address(session)
    new = {path: file for path, file in files.items() if file.slug not in known}
    copied = {_text_mark(file) for path, file in files.items() if path not in new}
    marks = {path: _text_mark(file) for path, file in new.items() if _text_mark(file) not in copied}
    written_from = guides_with_marks(session, set(marks.values()) - {""}, pictures)
    was = {path: written_from[mark] for path, mark in marks.items() if mark in written_from}
    was |= {path: known[slug].slug for path, file in new.items() for slug in file.former_addresses if slug in known}
    return [Row(path, Outcome.MOVED, [f"deze gids is op de site {slug}"]) for path, slug in sorted(was.items())]


def _text_mark(file: GuideFile) -> str:
    """Return the mark of the text from which a file was written; "" where it does not say so."""
    return (file.basis or "").partition("-")[0]


def import_guides(session: Session, files: Mapping[str, GuideFile], pictures: Pictures, *, actor: Actor) -> list[Row]:
    """Take the files in, and say of each what became of it. The caller commits, or not.

    What is public at one side is public at the other, but for a guide that asks for four eyes: its new text waits for
    a colleague. What belongs to the guide (address, translation, end) comes after all texts are there.
    """
    here = dict(guide_files(session, pictures, {file.slug for file in files.values()}))
    rows: list[Row] = []
    for path, file in files.items():
        is_new = any(row.outcome is Outcome.NEW and files[row.path].slug == file.slug for row in rows)
        rows.append(_take_in(session, path, file, pictures, actor, is_new=is_new))
    ends = {file.slug: file.ended.instead for file in files.values() if file.ended}
    # Readers are sent to a guide that is on the site: who leads them on ends before where he leads to.
    for row in sorted(rows, key=lambda row: -_steps(files[row.path].slug, ends)):
        file = files[row.path]
        if row.outcome not in (Outcome.CLASH, Outcome.NO_BASIS) and not row.path.startswith(f"{DRAFTS}/{file.slug}"):
            _facts(session, row, file, here.get(row.path), actor)
        elif row.outcome is Outcome.NEW:
            _facts(session, row, file, None, actor)
    return rows


def _steps(slug: str, ends: Mapping[str, str | None]) -> int:
    """Return over how many guides that ended a reader is sent on from here."""
    seen: set[str] = set()
    at: str | None = slug
    while at is not None and at in ends and at not in seen:
        seen.add(at)
        at = ends[at]
    return len(seen)


def _take_in(session: Session, path: str, file: GuideFile, pictures: Pictures, actor: Actor, *, is_new: bool) -> Row:
    """Take one file in. `is_new`: its guide came with this import, so that a draft of it follows what is public."""
    row = Row(path, Outcome.SAME)
    for content, name in pictures.missing(file.fields.body):
        row.notes.append(f"het bestand {content}/{name} is er niet")
    guide = find_by_address(session, file.slug)
    if guide is None:
        row.outcome = Outcome.NEW
        made = create_guide(session, file.slug, _inward(file, pictures), Origin(note=NOTE), actor=actor)
        made.guide.four_eyes = file.four_eyes
        if file.four_eyes and actor.user_id is not None:
            row.notes.append(WAITS_FOR_SECOND)
        elif not file.is_draft:
            publish_guide(session, made.guide, made.number, actor=actor)
        return row
    target = newest_revision(session, guide) if file.is_draft else public_revision(session, guide)
    if target is not None and mark_of(outward(target, pictures)) == mark_of(file.fields):
        return row
    is_from_here = target is not None and mark_of(outward(target, pictures)) == _text_mark(file)
    # A text that stood here before is an old file, unless somebody began with what stands here now and took that back.
    if not is_from_here and revision_with_mark(session, guide, mark_of(file.fields), pictures):
        row.outcome = Outcome.OLDER
        return row
    base = newest_revision(session, guide) if is_new else revision_with_mark(session, guide, _text_mark(file), pictures)
    if base is None:
        row.outcome = Outcome.NO_BASIS
        return row
    newest = newest_revision(session, guide)
    waits = newest.published_at is None and newest.number != base.number
    saved = _save(session, row, guide, base.number, _inward(file, pictures), actor)
    if saved and saved.changed and not file.is_draft:
        _publish(session, row, guide, saved.revision.number, waits, actor)
    return row


def _save(session: Session, row: Row, guide: Guide, base: int, fields: GuideFields, actor: Actor) -> Saved | None:
    """Save what a file says; None, with the clashes in its row, where the site changed the same."""
    try:
        saved = save_guide(session, guide, fields, base, Origin(note=NOTE), actor=actor)
    except RevisionConflict as conflict:
        row.outcome = Outcome.CLASH
        row.merged = conflict.merged
        if conflict.newest.published_at is None:
            row.notes.append(f"het botst met een concept: breng uw wijziging daarin aan ({DRAFTS}/{guide.slug}.md)")
        return None
    row.outcome = Outcome.MERGED if saved.merged_with else (Outcome.CHANGED if saved.changed else Outcome.SAME)
    return saved


def _publish(session: Session, row: Row, guide: Guide, number: int, waits: bool, actor: Actor) -> None:
    """Let everybody read it, unless a draft of somebody lay there already or a second person must look."""
    if standing_end(session, guide):
        row.notes.append("bewaard als concept: deze gids staat niet meer op de site")
    elif waits:
        row.notes.append("bewaard als concept: er lag al een concept dat nog niet openbaar is")
    elif guide.four_eyes:
        row.notes.append(WAITS_FOR_SECOND)
    else:
        publish_guide(session, guide, number, actor=actor)


def _facts(session: Session, row: Row, file: GuideFile, here: GuideFile | None, actor: Actor) -> None:
    """Take over what belongs to the guide where only the file changed it; say so where both did."""
    mine, basis = facts_mark_of(file), (file.basis or "").partition("-")[2]
    if here is not None and (mine == facts_mark_of(here) or mine == basis):
        return
    if here is not None and basis and facts_mark_of(here) != basis:
        row.notes.append("adres, vertaling, vier ogen of einde zijn op de site ook veranderd en blijven zoals daar")
        row.left = True
        return
    if here is None and mine == facts_mark_of(GuideFile(file.slug, file.fields)):
        return
    troubles = apply_facts(session, file, actor=actor)
    row.notes += troubles
    row.left = bool(troubles)
    if row.outcome is Outcome.SAME:
        row.outcome = Outcome.CHANGED


def _inward(file: GuideFile, pictures: Pictures) -> GuideFields:
    return replace(file.fields, body=pictures.inward(file.fields.body))
