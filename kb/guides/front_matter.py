"""A guide as a file: front matter and Markdown, written and read without loss.

`GET /kennisbank/<slug>.md`, `flask kb export` and content/guides/ have the same shape. `basis` tells from which text a
file was written, so that a change on both sides can be merged (kb/exchange/importing.py).
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import yaml

from common.errors import ContentError
from common.ledger import canonical_json, sha256
from common.vocabulary import product_group_names, vocabulary
from kb.guides.fields import LONGEST_SUMMARY, LONGEST_TITLE, GuideFields, as_payload, is_address, too_long
from kb.guides.front_matter_values import Ended, FrontMatter, split

LANGUAGES = ("nl", "en")
STATES = ("draft", "public")


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
    front, body, first_line = split(name, text)
    reader = FrontMatter(name, front)
    slug = name.removesuffix(".md")
    if not is_address(slug):
        raise reader.wrong("de bestandsnaam kan geen adres van een gids zijn (kleine letters, cijfers en streepjes)")
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


def _fields(reader: FrontMatter, body: str, known_slugs: Collection[str] | None) -> GuideFields:
    words = vocabulary()
    own = reader.file.removesuffix(".md")
    return GuideFields(
        title=reader.text("title", LONGEST_TITLE),
        summary=reader.text("summary", LONGEST_SUMMARY),
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
