"""Words that the whole site shares (themes, levels, kinds, provinces, product groups), from content/vocabulary.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CONTENT = Path(__file__).resolve().parent.parent / "content"

Text = Mapping[str, str]
"""A text in the languages of the site: {"nl": ..., "en": ...}."""


@dataclass(frozen=True)
class Term:
    """One word of a list: its code for ever, its name now, and what else the list says of it."""

    code: str
    name: Text
    plural: Text
    short: Text
    description: Text
    icon: str
    order: int
    extra: Mapping[str, Any] = field(default_factory=dict)


Terms = Mapping[str, Term]


@dataclass(frozen=True)
class Vocabulary:
    """All lists; each maps a code to its term, in the order in which it is shown."""

    themes: Terms
    levels: Terms
    kinds: Terms
    provinces: Terms
    merger_kinds: Terms
    guide_kinds: Terms
    guide_levels: Terms
    clusters: Terms
    roles: Terms


@cache
def vocabulary() -> Vocabulary:
    """Return the site's vocabulary; read once per process."""
    data = yaml.safe_load((CONTENT / "vocabulary.yaml").read_text())
    return Vocabulary(
        themes=_terms(data["themes"]),
        levels=_terms(data["levels"]),
        kinds=_terms(data["kinds"]),
        provinces=_terms(data["provinces"]),
        merger_kinds=_terms(data["merger_kinds"]),
        guide_kinds=_terms(data["guide_kinds"]),
        guide_levels=_terms(data["guide_levels"]),
        clusters=_terms(data["clusters"]),
        roles=_terms([*data["membership_roles"], *data["staff_roles"]]),
    )


def product_group_names() -> Mapping[str, Text]:
    """Return the names of all clusters and of the product groups below them, by code."""
    names: dict[str, Text] = {}
    for cluster in vocabulary().clusters.values():
        names[cluster.code] = cluster.short
        names.update({group["code"]: group["name"] for group in cluster.extra.get("product_groups", [])})
    return names


def _terms(rows: list[dict[str, Any]]) -> Terms:
    known = {"code", "name", "plural", "short", "short_name", "description", "icon"}
    return {
        row["code"]: Term(
            code=row["code"],
            name=_text(row.get("name") or row.get("singular")),
            plural=_text(row.get("plural") or row.get("name") or row.get("singular")),
            short=_text(row.get("short_name") or row.get("short") or row.get("name") or row.get("singular")),
            description=_text(row.get("description") or ""),
            icon=row.get("icon", ""),
            order=order,
            extra={key: value for key, value in row.items() if key not in known},
        )
        for order, row in enumerate(rows)
    }


def _text(value: Any) -> Text:
    return value if isinstance(value, dict) else {"nl": str(value or ""), "en": str(value or "")}
