"""Loads the buyer groups that a source names."""

import hashlib
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.content import Entry, read_yaml_entries
from common.ledger import SYSTEM, record
from common.versions import known_at, supersede
from common.vocabulary import vocabulary
from registry.buyer_groups.models import BuyerGroup, BuyerGroupVersion


def load(session: Session, folder: Path) -> None:
    """Load buyer_groups.yaml of `folder`. Raises ContentError before anything is written."""
    path = folder / "buyer_groups.yaml"
    checked: dict[str, dict[str, Any]] = {}
    for entry in read_yaml_entries(path, "buyer_groups"):
        if entry["slug"] in checked:
            raise entry.wrong(f"slug {entry['slug']!r} staat er twee keer in")
        checked[entry["slug"]] = _facts(entry)
    for slug, facts in checked.items():
        _store(session, slug, facts)
    payload = {"rows": len(checked), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    record(session, "buyer_groups.loaded", f"content:{path.name}", payload, actor=SYSTEM)


def _store(session: Session, slug: str, facts: dict[str, Any]) -> None:
    group = session.scalar(select(BuyerGroup).where(BuyerGroup.slug == slug))
    if group is None:
        group = BuyerGroup(slug=slug)
        session.add(group)
        session.flush()
    current = session.scalar(
        select(BuyerGroupVersion).where(BuyerGroupVersion.group_id == group.id, known_at(BuyerGroupVersion))
    )
    if current and all(getattr(current, name) == value for name, value in facts.items()):
        return
    new = BuyerGroupVersion(group_id=group.id, number=current.number + 1 if current else 1, **facts)
    if current:
        supersede(session, current, new, actor=SYSTEM, reason="Nieuwe gegevens in het bronbestand.")
    else:
        session.add(new)
        session.flush()


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
    names = ("title", "summary", "product_group", "facilitator", "started", "sources")
    return {name: entry[name] for name in names}
