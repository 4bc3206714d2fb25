"""Writes the whole knowledge base as files: `<slug>.md` what is public, `concepten/<slug>.md` what is not.

What somebody changed in the folder and did not import is never written over.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from common.errors import ContentError
from kb.exchange.marks import revision_with_mark
from kb.exchange.pictures import FOLDER, HASH, Pictures, pictures_of
from kb.guides.fields import fields_of
from kb.guides.front_matter import (
    GuideFile,
    basis_of,
    facts_mark_of,
    mark_of,
    parse_guide,
    write_guide,
)
from kb.guides.front_matter_values import Ended
from kb.guides.models import EndingKind, Guide, GuideAddress, GuideEnding, Revision

DRAFTS = "concepten"


@dataclass(frozen=True)
class Exported:
    """What an export did in a folder, by the paths of the files."""

    written: tuple[str, ...]
    same: tuple[str, ...]
    kept: tuple[str, ...]
    """Changed in the folder since they were written, and not imported: left as they are."""
    gone: tuple[str, ...]
    """Files of guides that the knowledge base has no more."""
    pictures: tuple[str, ...]
    """Where the content of a file must be put when it is not there: `bestanden/<content>/<name>`."""


def guide_files(
    session: Session, pictures: Pictures | None = None, slugs: Collection[str] | None = None
) -> Iterator[tuple[str, GuideFile]]:
    """Yield path and file of every guide, or of those with these addresses, in their order. Five queries."""
    known = pictures or pictures_of(session)
    facts = _facts(session)
    for guide_id, rows in groupby(_texts(session, slugs), key=lambda revision: revision.guide_id):
        kept = list(rows)
        shown = next((one for one in kept if one.published_at and not one.superseded_at), None)
        newest = kept[-1]
        if shown:
            yield f"{facts[guide_id].slug}.md", _file(facts[guide_id], shown, known)
        if shown is not newest:
            plain = GuideFile(facts[guide_id].slug, fields_of(newest)) if shown else facts[guide_id]
            yield f"{DRAFTS}/{facts[guide_id].slug}.md", _file(replace(plain, is_draft=True), newest, known)


def _texts(session: Session, slugs: Collection[str] | None) -> list[Revision]:
    """Return of each of these guides the public revision and the newest, the older first."""
    other = aliased(Revision)
    last = select(func.max(other.number)).where(other.guide_id == Revision.guide_id).scalar_subquery()
    is_shown = Revision.published_at.is_not(None) & Revision.superseded_at.is_(None)
    query = select(Revision).join(Revision.guide).where(is_shown | (Revision.number == last))
    if slugs is not None:
        query = query.where(Guide.slug.in_(slugs))
    return list(session.scalars(query.order_by(Guide.slug, Revision.number)))


def _facts(session: Session) -> dict[int, GuideFile]:
    """Return of each guide a file that has no text yet."""
    guides = list(session.scalars(select(Guide)))
    slug_of = {guide.id: guide.slug for guide in guides}
    former: dict[int, list[str]] = {}
    for address in session.scalars(select(GuideAddress).order_by(GuideAddress.slug)):
        former.setdefault(address.guide_id, []).append(address.slug)
    ended: dict[int, Ended] = {}
    for one in session.scalars(select(GuideEnding).where(GuideEnding.superseded_at.is_(None))):
        if one.kind is not EndingKind.BACK:
            ended[one.guide_id] = Ended(one.kind.value, one.reason, one.instead)
    return {
        guide.id: GuideFile(
            slug=guide.slug,
            fields=_NOTHING,
            translation_of=slug_of.get(guide.translation_of_id or 0),
            four_eyes=guide.four_eyes,
            former_addresses=tuple(former.get(guide.id, ())),
            ended=ended.get(guide.id),
        )
        for guide in guides
    }


def _file(facts: GuideFile, revision: Revision, pictures: Pictures) -> GuideFile:
    fields = fields_of(revision)
    return replace(facts, fields=replace(fields, body=pictures.outward(fields.body)))


def export_to(
    session: Session, folder: Path, *, prune: bool = False, taken: Mapping[str, GuideFile] | None = None
) -> Exported:
    """Write every guide to a folder; with `prune` take away files of guides that are no more.

    With `taken` only these files, which were taken in as they were read: what was merged with the site comes in them.
    """
    pictures = pictures_of(session)
    wanted = dict(guide_files(session, pictures))
    texts = {path: write_guide(guide) for path, guide in wanted.items() if taken is None or path in taken}
    written, same, kept = [], [], []
    for path, text in texts.items():
        place = folder / path
        there = place.read_text(encoding="utf-8", errors="replace") if place.exists() else None
        if there == text:
            same.append(path)
        elif there is not None and not (
            (taken and _says(path, there, taken[path])) or _may_go(session, path, there, wanted[path], pictures)
        ):
            kept.append(path)
        else:
            with written_whole(place) as target:
                target.write(text.encode())
            written.append(path)
    gone = _gone(folder, set(wanted), prune=prune) if taken is None else ()
    named = [
        f"{FOLDER}/{one.sha256[:HASH]}/{one.name}"
        for one in pictures.by_content.values()
        if any(f"{one.sha256[:HASH]}/{one.name}" in text for text in texts.values())
    ]
    return Exported(tuple(written), tuple(same), tuple(kept), gone, tuple(named))


@contextmanager
def written_whole(place: Path) -> Iterator[BinaryIO]:
    """Write a file whole or not at all: what is cut short is never taken for it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f"{place.name}.new")
    try:
        with beside.open("wb") as target:
            yield target
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)


def _says(path: str, there: str, guide: GuideFile) -> bool:
    """Say whether a file says this, and nobody worked in it since."""
    try:
        return parse_guide(path.rpartition("/")[2], there) == guide
    except ContentError:
        return False


def _may_go(session: Session, path: str, there: str, wanted: GuideFile, pictures: Pictures) -> bool:
    """Say whether a file may be written anew: nobody worked in it since, or the site has what he wrote."""
    name = path.rpartition("/")[2]
    if not _is_changed(name, there):
        return True
    try:
        guide = parse_guide(name, there)
    except ContentError:
        return False
    if replace(guide, is_draft=wanted.is_draft) == wanted:
        return True
    has_own_facts = facts_mark_of(guide) not in {facts_mark_of(wanted), (guide.basis or "").partition("-")[2]}
    known = session.scalars(select(Guide).where(Guide.slug == wanted.slug)).one()
    return not has_own_facts and revision_with_mark(session, known, mark_of(guide.fields), pictures) is not None


def _is_changed(name: str, text: str) -> bool:
    """Say whether somebody worked in a file since it was written; one that we did not write counts as changed."""
    try:
        guide = parse_guide(name, text)
    except ContentError:
        return True
    return guide.basis != basis_of(guide)


def _gone(folder: Path, wanted: set[str], *, prune: bool) -> tuple[str, ...]:
    gone = []
    for place in sorted([*folder.glob("*.md"), *(folder / DRAFTS).glob("*.md")]):
        path = place.relative_to(folder).as_posix()
        if path not in wanted and not _is_changed(place.name, place.read_text(encoding="utf-8", errors="replace")):
            gone.append(path)
            if prune:
                place.unlink()
    return tuple(gone)


_NOTHING = fields_of(
    Revision(
        title="", summary="", kind="", themes=[], product_groups=[], level="", owner="", related=[], sources=[],
        body="", language="nl",
    )
)  # fmt: skip
