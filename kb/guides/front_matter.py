"""A guide as a file: front matter and Markdown, written and read without loss.

`GET /kennisbank/<slug>.md`, `flask kb export` and content/guides/ have the same shape. `basis` tells from which text a
file was written, so that a change on both sides can be merged (kb/guides/importing.py).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import yaml

from common.errors import ContentError
from common.ledger import canonical_json, sha256
from common.vocabulary import product_group_names, vocabulary
from kb.guides.fields import LONGEST_TITLE, SLUG, WEB_ADDRESS, GuideFields, Source, as_payload, too_long

LANGUAGES = ("nl", "en")
STATES = ("draft", "public")
ENDINGS = ("withdrawn", "unpublished")
_REQUIRED = {"title", "summary", "kind", "level"}
_KNOWN = _REQUIRED | {
    "reviewed", "review_due", "reviewed_by", "themes", "product_groups", "owner", "related", "sources", "language",
    "translation_of", "four_eyes", "former_addresses", "ended", "state", "basis",
}  # fmt: skip


@dataclass(frozen=True)
class Ended:
    """That a guide was withdrawn or unpublished, as a file says it."""

    kind: str
    reason: str
    instead: str | None = None


@dataclass(frozen=True)
class GuideFile:
    """All that a file says of a guide: its text, and what belongs to the guide and not to one version."""

    slug: str
    fields: GuideFields
    translation_of: str | None = None
    four_eyes: bool = False
    former_addresses: tuple[str, ...] = ()
    ended: Ended | None = None
    is_draft: bool = False
    """The text is not public (yet)."""
    basis: str | None = field(default=None, compare=False)
    """What `basis_of` gave when the file was written; None in a file that somebody made by hand."""


def mark_of(fields: GuideFields) -> str:
    """Return sixteen characters by which a text is known again, in this register or in another."""
    return sha256(canonical_json(as_payload(fields)))[:16]


def facts_mark_of(guide: GuideFile) -> str:
    """Return eight characters by which what belongs to the guide, and not to one version, is known again."""
    facts = {
        "translation_of": guide.translation_of,
        "four_eyes": guide.four_eyes,
        "former_addresses": sorted(guide.former_addresses),
        "ended": vars(guide.ended) if guide.ended else None,
    }
    return sha256(canonical_json(facts))[:8]


def basis_of(guide: GuideFile) -> str:
    """Return the marks of text and facts together, as a file carries them."""
    return f"{mark_of(guide.fields)}-{facts_mark_of(guide)}"


def write_guide(guide: GuideFile) -> str:
    """Return the file of a guide. Reading it gives the same guide, and writing that the same bytes."""
    fields = guide.fields
    front: dict[str, Any] = {
        "title": fields.title,
        "summary": fields.summary,
        "language": fields.language,
        "translation_of": guide.translation_of,
        "kind": fields.kind,
        "themes": list(fields.themes),
        "product_groups": list(fields.product_groups),
        "level": fields.level,
        "owner": fields.owner,
        "reviewed": fields.reviewed_on,
        "reviewed_by": fields.reviewed_by,
        "review_due": fields.review_due_on,
        "related": list(fields.related),
        "sources": [{"title": source.title, "url": source.url} for source in fields.sources],
        "four_eyes": guide.four_eyes,
        "former_addresses": list(guide.former_addresses),
        "ended": {name: value for name, value in vars(guide.ended).items() if value} if guide.ended else None,
        "state": "draft" if guide.is_draft else None,
        "basis": basis_of(guide),
    }
    kept = {name: value for name, value in front.items() if value not in (None, [], False)}
    written = yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=1_000_000)
    return f"---\n{written}---\n{fields.body}"


def parse_guide(name: str, text: str, known_slugs: Collection[str] | None = None) -> GuideFile:
    """Read the file `<slug>.md`; raise ContentError with the file and the reason where something is wrong with it.

    With `known_slugs` a guide that is named as related must be among them.
    """
    front, body, first_line = _split(name, text)
    reader = _FrontMatter(name, front)
    slug = name.removesuffix(".md")
    if not SLUG.match(slug):
        raise reader.wrong("de bestandsnaam mag alleen kleine letters, cijfers en streepjes hebben")
    if too_long(body):
        raise ContentError(name, first_line, "de tekst is langer dan 200.000 tekens")
    if not body.strip():
        raise ContentError(name, first_line, "de tekst is leeg")
    return GuideFile(
        slug=slug,
        fields=_fields(reader, body, known_slugs),
        translation_of=reader.slug("translation_of"),
        four_eyes=reader.yes("four_eyes"),
        former_addresses=reader.slugs("former_addresses"),
        ended=reader.ended(),
        is_draft=reader.one_of("state", STATES, "public") == "draft",
        basis=str(front["basis"]) if front.get("basis") else None,
    )


def _fields(reader: "_FrontMatter", body: str, known_slugs: Collection[str] | None) -> GuideFields:
    words = vocabulary()
    own = reader.file.removesuffix(".md")
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
        related=reader.related(own, known_slugs),
        sources=reader.sources(),
        body=body.strip("\n") + "\n",
        language=reader.one_of("language", LANGUAGES, "nl"),
        reviewed_by=reader.one_of("reviewed_by", words.roles) if reader.values.get("reviewed_by") else None,
    )


def _split(name: str, text: str) -> tuple[Mapping[str, Any], str, int]:
    """Return front matter, body, and the line on which the body starts."""
    text = text.replace("\r\n", "\n")
    parts = text.split("\n---\n", 1)
    if not text.startswith("---\n") or len(parts) < 2:
        raise ContentError(name, 1, "de kop tussen twee regels met --- ontbreekt")
    try:
        front = yaml.safe_load(parts[0][4:])
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else None
        raise ContentError(name, line, f"de kop is niet te lezen: {error.problem}") from error
    except yaml.YAMLError as error:
        raise ContentError(name, 2, "de kop is niet te lezen") from error
    if not isinstance(front, dict):
        raise ContentError(name, 2, "de kop heeft geen velden")
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
        value = self.values.get(name)
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

    def day(self, name: str, after: str = "") -> date | None:
        """Return a date if there is one, which must lie after another when that is asked."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.wrong(f"{name} is geen datum: {value!r}")
        earlier = self.day(after) if after else None
        if earlier and value <= earlier:
            raise self.wrong(f"{name} moet na {after} liggen")
        return value

    def yes(self, name: str) -> bool:
        """Return true or false; false when it is left out."""
        value = self.values.get(name, False)
        if not isinstance(value, bool):
            raise self.wrong(f"{name} moet true of false zijn")
        return value

    def slug(self, name: str) -> str | None:
        """Return the address of a guide, if there is one."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not SLUG.match(value):
            raise self.wrong(f"{name} is geen adres van een gids: {value!r}")
        return value

    def slugs(self, name: str) -> tuple[str, ...]:
        """Return addresses of guides, each once."""
        values = self.values.get(name) or []
        if not isinstance(values, list) or not all(isinstance(value, str) and SLUG.match(value) for value in values):
            raise self.wrong(f"{name} moet een lijst van adressen van gidsen zijn")
        return tuple(dict.fromkeys(values))

    def related(self, own: str, known: Collection[str] | None) -> tuple[str, ...]:
        """Return the guides to read next, which must be others that are known."""
        found = self.slugs("related")
        for value in found:
            if value == own or (known is not None and value not in known):
                raise self.wrong(f"related is onbekend: {value!r}")
        return found

    def ended(self) -> Ended | None:
        """Return how the guide ended, if it did."""
        value = self.values.get("ended")
        if value is None:
            return None
        if (
            not isinstance(value, dict)
            or value.get("kind") not in ENDINGS
            or not str(value.get("reason") or "").strip()
        ):
            raise self.wrong("ended moet kind (withdrawn of unpublished) en reason hebben")
        instead = value.get("instead")
        if instead is not None and not (isinstance(instead, str) and SLUG.match(instead)):
            raise self.wrong(f"ended.instead is geen adres van een gids: {instead!r}")
        return Ended(str(value["kind"]), str(value["reason"]).strip(), instead)

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
