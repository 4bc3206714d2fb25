"""Loads the buyer groups that a source names."""

import hashlib
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.content import Entry, read_yaml_entries
from common.ledger import SYSTEM, record
from common.vocabulary import vocabulary
from registry.buyer_groups.models import BuyerGroup


def load(session: Session, folder: Path) -> None:
    """Load buyer_groups.yaml of `folder`. Raises ContentError before anything is written."""
    path = folder / "buyer_groups.yaml"
    checked: dict[str, dict[str, Any]] = {}
    for entry in read_yaml_entries(path, "buyer_groups"):
        if entry["slug"] in checked:
            raise entry.wrong(f"slug {entry['slug']!r} staat er twee keer in")
        checked[entry["slug"]] = _facts(entry)
    known = {group.slug: group for group in session.scalars(select(BuyerGroup))}
    for slug, facts in checked.items():
        group = known.get(slug)
        if group is None:
            session.add(BuyerGroup(**facts))
            continue
        for name, value in facts.items():
            if getattr(group, name) != value:
                setattr(group, name, value)
    session.flush()
    payload = {"rows": len(checked), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    record(session, "buyer_groups.loaded", f"content:{path.name}", payload, actor=SYSTEM)


def _facts(entry: Entry) -> dict[str, Any]:
    if not entry["slug"]:
        raise entry.wrong("slug is leeg")
    for name in ("title", "summary"):
        if not isinstance(entry[name], dict) or not entry[name].get("nl"):
            raise entry.wrong(f"{name} heeft geen Nederlandse tekst")
    if entry["product_group"] and entry["product_group"] not in vocabulary().clusters:
        raise entry.wrong(f"onbekende productgroep: {entry['product_group']!r}")
    if not entry["sources"]:
        raise entry.wrong("een buyer group zonder bron wordt niet geladen")
    if entry["started"] is not None and type(entry["started"]) is not int:
        raise entry.wrong(f"started is geen jaar: {entry['started']!r}")
    names = ("slug", "title", "summary", "product_group", "facilitator", "started", "sources")
    return {name: entry[name] for name in names}
