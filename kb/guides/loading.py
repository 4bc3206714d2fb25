"""Loads content/guides/*.md: front matter and Markdown become a guide with a published revision."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.errors import ContentError
from common.ledger import SYSTEM
from kb.guides.entrusting import NoTranslation, translate
from kb.guides.fields import GuideFields, fields_of
from kb.guides.front_matter import GuideFile, parse_guide
from kb.guides.models import Guide, Revision
from kb.guides.renaming import find_by_address, guides_by_address
from kb.guides.writing import create_guide, has_ended, newest_revision, publish_guide, save_guide

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Loaded:
    """Which guides got a new public text, and which were left because staff wrote in them or ended them."""

    published: tuple[str, ...]
    left: tuple[str, ...]


def load(session: Session, folder: Path) -> None:
    """Load the guides of a content folder; say which were left alone because staff wrote in them or ended them."""
    for slug in load_guides(session, folder).left:
        log.warning("gids %s: van de redactie of ingetrokken, de tekst uit het bestand is niet overgenomen", slug)


def load_guides(session: Session, folder: Path) -> Loaded:
    """Load the guides of a content folder. Raises ContentError before anything is written."""
    files = sorted((folder / "guides").glob("*.md"))
    # A guide that staff gave another address is still the guide of the file with its former one.
    guides = guides_by_address(session)
    known = {file.stem for file in files} | guides.keys()
    read = {file.stem: read_guide(file, known) for file in files}
    for slug, file in read.items():
        if file.translation_of and file.translation_of not in known - {slug}:
            raise ContentError(f"{slug}.md", None, f"translation_of is onbekend: {file.translation_of!r}")
    published: list[str] = []
    left: list[str] = []
    for slug, guide in read.items():
        outcome = _load_one(session, guides.get(slug), slug, guide.fields)
        if outcome is not None:
            (published if outcome else left).append(slug)
    _pair_translations(session, read, published)
    return Loaded(tuple(published), tuple(left))


def _pair_translations(session: Session, read: Mapping[str, GuideFile], published: Collection[str]) -> None:
    """Say of which guide each text that came in is the translation; where staff paired others, theirs stays."""
    for slug in published:
        original = read[slug].translation_of
        guide, other = find_by_address(session, slug), find_by_address(session, original or "")
        if guide is None or other is None:
            continue
        try:
            translate(session, guide, other, actor=SYSTEM)
        except NoTranslation as refusal:
            log.warning("gids %s: %s", slug, refusal)


def _load_one(session: Session, guide: Guide | None, slug: str, fields: GuideFields) -> bool | None:
    """Return True when the text became public, False when staff's own was left, None when nothing changed."""
    if guide is None:
        revision = create_guide(session, slug, fields, None, actor=SYSTEM)
        publish_guide(session, revision.guide, revision.number, actor=SYSTEM)
        return True
    newest = newest_revision(session, guide)
    if fields_of(newest) == fields:
        return None
    if has_ended(session, guide):
        return False
    if newest.author_id is not None:
        last_file = _last_from_file(session, guide)
        return None if last_file and fields_of(last_file) == fields else False
    saved = save_guide(session, guide, fields, newest.number, actor=SYSTEM)
    publish_guide(session, guide, saved.revision.number, actor=SYSTEM)
    return True


def _last_from_file(session: Session, guide: Guide) -> Revision | None:
    return session.scalars(
        select(Revision)
        .where(Revision.guide_id == guide.id, Revision.author_id.is_(None))
        .order_by(Revision.number.desc())
        .limit(1)
    ).one_or_none()


def read_guide(file: Path, known_slugs: Collection[str]) -> GuideFile:
    """Read one file of content/guides; raise ContentError with the file and the reason where something is wrong."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ContentError(file.name, None, "het bestand is geen UTF-8") from error
    guide = parse_guide(file.name, text, known_slugs)
    for name, day in (("reviewed", guide.fields.reviewed_on), ("review_due", guide.fields.review_due_on)):
        if day is None:
            raise ContentError(file.name, None, f"ontbreekt: {name}")
    return guide
