"""Loads content/guides/*.md: front matter and Markdown become a guide with a published revision."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.errors import ContentError
from common.ledger import SYSTEM
from common.vocabulary import product_group_names, vocabulary
from kb.guides.fields import (
    LONGEST_TITLE,
    SLUG,
    WEB_ADDRESS,
    GuideFields,
    Source,
    fields_of,
    too_long,
)
from kb.guides.models import Guide, Revision
from kb.guides.writing import create_guide, newest_revision, publish_guide, save_guide

log = logging.getLogger(__name__)
_REQUIRED = {"title", "summary", "kind", "level", "reviewed", "review_due"}
_KNOWN = _REQUIRED | {"themes", "product_groups", "owner", "related", "sources"}


@dataclass(frozen=True)
class Loaded:
    """Which guides got a new public text, and which were left because staff wrote in them."""

    published: tuple[str, ...]
    left: tuple[str, ...]


def load(session: Session, folder: Path) -> None:
    """Load the guides of a content folder; say which were left alone because staff wrote in them."""
    for slug in load_guides(session, folder).left:
        log.warning("gids %s: de redactie schreef hierin, de tekst uit het bestand is niet overgenomen", slug)


def load_guides(session: Session, folder: Path) -> Loaded:
    """Load the guides of a content folder. Raises ContentError before anything is written."""
    files = sorted((folder / "guides").glob("*.md"))
    known = {file.stem for file in files} | set(session.scalars(select(Guide.slug)))
    read = {file.stem: read_guide(file, known) for file in files}
    guides = {guide.slug: guide for guide in session.scalars(select(Guide))}
    published: list[str] = []
    left: list[str] = []
    for slug, fields in read.items():
        outcome = _load_one(session, guides.get(slug), slug, fields)
        if outcome is not None:
            (published if outcome else left).append(slug)
    return Loaded(tuple(published), tuple(left))


def _load_one(session: Session, guide: Guide | None, slug: str, fields: GuideFields) -> bool | None:
    """Return True when the text became public, False when staff's own was left, None when nothing changed."""
    if guide is None:
        revision = create_guide(session, slug, fields, None, actor=SYSTEM)
        publish_guide(session, revision.guide, revision.number, actor=SYSTEM)
        return True
    newest = newest_revision(session, guide)
    if fields_of(newest) == fields:
        return None
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


def read_guide(file: Path, known_slugs: Collection[str]) -> GuideFields:
    """Read one file; raise ContentError with the file and the reason where something is wrong with it."""
    front, body, first_line = _split(file)
    reader = _FrontMatter(file.name, front)
    if not SLUG.match(file.stem):
        raise reader.wrong("de bestandsnaam mag alleen kleine letters, cijfers en streepjes hebben")
    if too_long(body):
        raise ContentError(file.name, first_line, "de tekst is langer dan 200.000 tekens")
    words = vocabulary()
    return GuideFields(
        title=reader.text("title", LONGEST_TITLE),
        summary=reader.text("summary"),
        kind=reader.one_of("kind", words.guide_kinds),
        themes=reader.some_of("themes", words.themes),
        product_groups=reader.some_of("product_groups", product_group_names()),
        level=reader.one_of("level", words.guide_levels),
        owner=reader.one_of("owner", words.roles, "redacteur"),
        reviewed_on=reader.day("reviewed"),
        review_due_on=reader.day("review_due", after="reviewed"),
        related=reader.some_of("related", {slug: slug for slug in known_slugs if slug != file.stem}),
        sources=reader.sources(),
        body=body.strip() + "\n",
    )


def _split(file: Path) -> tuple[Mapping[str, Any], str, int]:
    """Return front matter, body, and the line on which the body starts."""
    try:
        text = file.read_text(encoding="utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ContentError(file.name, None, "het bestand is geen UTF-8") from error
    parts = text.split("\n---\n", 1)
    if not text.startswith("---\n") or len(parts) < 2:
        raise ContentError(file.name, 1, "de kop tussen twee regels met --- ontbreekt")
    try:
        front = yaml.safe_load(parts[0][4:])
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else None
        raise ContentError(file.name, line, f"de kop is niet te lezen: {error.problem}") from error
    if not isinstance(front, dict):
        raise ContentError(file.name, 2, "de kop heeft geen velden")
    return front, parts[1], parts[0].count("\n") + 3


@dataclass(frozen=True)
class _FrontMatter:
    """The fields above a guide, and what may be wrong with them."""

    file: str
    values: Mapping[str, Any]

    def __post_init__(self) -> None:
        missing = sorted(_REQUIRED - self.values.keys())
        unknown = sorted(str(key) for key in self.values.keys() - _KNOWN)
        if missing or unknown:
            names = f"ontbreekt: {', '.join(missing)}" if missing else f"onbekend veld: {', '.join(unknown)}"
            raise self.wrong(names)

    def wrong(self, reason: str) -> ContentError:
        """Return the error that says what is wrong with this file."""
        return ContentError(self.file, None, reason)

    def text(self, name: str, longest: int = 2000) -> str:
        """Return a text that may not be empty."""
        value = self.values[name]
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            raise self.wrong(f"{name} moet een tekst zijn van hoogstens {longest} tekens")
        return " ".join(value.split())

    def one_of(self, name: str, known: Collection[str], otherwise: str = "") -> str:
        """Return a code of a list."""
        value = str(self.values.get(name) or otherwise)
        if value not in known:
            raise self.wrong(f"{name} is onbekend: {value!r}")
        return value

    def some_of(self, name: str, known: Collection[str]) -> tuple[str, ...]:
        """Return codes of a list, each once."""
        values = self.values.get(name) or []
        if not isinstance(values, list):
            raise self.wrong(f"{name} moet een lijst zijn")
        for value in values:
            if str(value) not in known:
                raise self.wrong(f"{name} is onbekend: {value!r}")
        return tuple(dict.fromkeys(str(value) for value in values))

    def day(self, name: str, after: str = "") -> date:
        """Return a date, which must lie after another when that is asked."""
        value = self.values[name]
        if not isinstance(value, date):
            raise self.wrong(f"{name} is geen datum: {value!r}")
        if after and value <= self.day(after):
            raise self.wrong(f"{name} moet na {after} liggen")
        return value

    def sources(self) -> tuple[Source, ...]:
        """Return the sources, each with a title and a web address."""
        values = self.values.get("sources") or []
        if not isinstance(values, list):
            raise self.wrong("sources moet een lijst zijn")
        for value in values:
            if not isinstance(value, dict) or not str(value.get("title") or "").strip():
                raise self.wrong(f"een bron heeft geen titel: {value!r}")
            if not WEB_ADDRESS.match(str(value.get("url") or "")):
                raise self.wrong(f"een bron heeft geen webadres: {value!r}")
        return tuple(Source(str(value["title"]).strip(), str(value["url"])) for value in values)
