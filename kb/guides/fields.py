"""What a guide says, as plain values: the same for a content file, the form and a revision."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from common.markdown import LARGEST, anchor, render_markdown
from common.vocabulary import vocabulary
from kb.guides.models import Revision

SLUG = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
LONGEST_SLUG = 120
RESERVED = frozenset({"nieuw", "voorbeeld", "concept"})
"""Words that stand for something else in the addresses of the desk."""
LONGEST_TITLE = 200
LONGEST_SUMMARY = 600
LONGEST_NOTE = 500
LONGEST_REASON = 1000
"""Of why a guide ended."""
WEB_ADDRESS = re.compile(r"^https?://[^\s<>\"]+$")


@dataclass(frozen=True)
class Source:
    """Where a statement comes from."""

    title: str
    url: str


@dataclass(frozen=True)
class GuideFields:
    """All that a revision says. Two revisions with equal fields are the same text."""

    title: str
    summary: str
    kind: str
    themes: tuple[str, ...]
    product_groups: tuple[str, ...]
    level: str
    owner: str
    reviewed_on: date | None
    review_due_on: date | None
    related: tuple[str, ...]
    sources: tuple[Source, ...]
    body: str
    language: str = "nl"
    reviewed_by: str | None = None
    """The role of who looked it over on `reviewed_on`."""


def fields_of(revision: Revision) -> GuideFields:
    """Return what a revision says."""
    return GuideFields(
        title=revision.title,
        summary=revision.summary,
        kind=revision.kind,
        themes=tuple(revision.themes),
        product_groups=tuple(revision.product_groups),
        level=revision.level,
        owner=revision.owner,
        reviewed_on=revision.reviewed_on,
        review_due_on=revision.review_due_on,
        related=tuple(revision.related),
        sources=tuple(Source(item["title"], item["url"]) for item in revision.sources),
        body=revision.body,
        language=revision.language,
        reviewed_by=revision.reviewed_by,
    )


def as_columns(fields: GuideFields) -> dict[str, Any]:
    """Return the columns of a revision that says this, with its HTML and its list of contents."""
    rendered = render_markdown(fields.body, fields.language)
    return {
        "title": fields.title,
        "summary": fields.summary,
        "kind": fields.kind,
        "themes": list(fields.themes),
        "product_groups": list(fields.product_groups),
        "level": fields.level,
        "owner": fields.owner,
        "reviewed_on": fields.reviewed_on,
        "review_due_on": fields.review_due_on,
        "related": list(fields.related),
        "sources": [{"title": source.title, "url": source.url} for source in fields.sources],
        "body": fields.body,
        "language": fields.language,
        "reviewed_by": fields.reviewed_by,
        "html": rendered.html,
        "contents": [{"id": item.id, "title": item.title, "level": item.level} for item in rendered.headings],
    }


def as_payload(fields: GuideFields) -> dict[str, Any]:
    """Return the fields as the ledger can hold them."""
    dates = {"reviewed_on": fields.reviewed_on, "review_due_on": fields.review_due_on}
    return {
        **{name: list(value) if isinstance(value, tuple) else value for name, value in vars(fields).items()},
        **{name: day.isoformat() if day else None for name, day in dates.items()},
        "sources": [vars(source) for source in fields.sources],
    }


def in_same_order(fields: GuideFields, before: GuideFields) -> GuideFields:
    """Return the fields with each list as it stood in `before` where it holds the same: a form knows no order."""
    same = {
        name: getattr(before, name)
        for name in ("themes", "product_groups", "related")
        if set(getattr(fields, name)) == set(getattr(before, name))
    }
    return replace(fields, **same)


def clusters_of(product_groups: Iterable[str]) -> set[str]:
    """Return the clusters to which these product groups belong."""
    belongs = {
        group["code"]: cluster.code
        for cluster in vocabulary().clusters.values()
        for group in cluster.extra.get("product_groups", [])
    }
    return {belongs.get(code, code) for code in product_groups}


def is_address(slug: str) -> bool:
    """Say whether a guide can have this address."""
    return bool(SLUG.fullmatch(slug)) and len(slug) <= LONGEST_SLUG and slug not in RESERVED


def in_order(reviewed_on: date | None, review_due_on: date | None) -> bool:
    """Say whether a guide is to be looked over again after the day on which it was, where both are known."""
    return reviewed_on is None or review_due_on is None or review_due_on > reviewed_on


def too_long(body: str) -> bool:
    """Say whether a text is larger than the site takes; it is then refused, and never cut."""
    return len(body) > LARGEST


def proposed_address(title: str) -> str:
    """Return the address that a title asks for, its words in small letters; "" where it has none of our letters."""
    words = anchor(title)
    return words.strip("-") if words != anchor("") or "kop" in title.casefold() else ""


def reviewed_by(fields: GuideFields, before: GuideFields | None, role: str) -> GuideFields:
    """Return the fields with the role of who looked the guide over: of whoever changes the day of it."""
    if fields.reviewed_on is None:
        return replace(fields, reviewed_by=None)
    same = before is not None and before.reviewed_on == fields.reviewed_on
    return replace(fields, reviewed_by=before.reviewed_by if before and same else role)
