"""Loads the buyer groups that a source names. What staff changed on the site stays."""

import hashlib
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from common.content import FROM_FILE, Entry, read_yaml_entries
from common.ledger import SYSTEM, record
from common.vocabulary import vocabulary
from registry.buyer_groups.content import GroupFacts, facts_of
from registry.buyer_groups.keeping import create_group, save_group
from registry.buyer_groups.reading import current_version, find_group, versions_of

OF_FILE = ("title", "summary", "product_group", "facilitator", "started", "sources")
"""What the file can say; the rest is of staff."""


def load(session: Session, folder: Path) -> None:
    """Load buyer_groups.yaml of `folder`. Raises ContentError before anything is written.

    The file only wins in a field that changed in the file itself.
    """
    path = folder / "buyer_groups.yaml"
    checked: dict[str, dict[str, Any]] = {}
    for entry in read_yaml_entries(path, "buyer_groups"):
        if entry["slug"] in checked:
            raise entry.wrong(f"slug {entry['slug']!r} staat er twee keer in")
        checked[entry["slug"]] = _facts(entry)
    for slug, said in checked.items():
        _store(session, slug, said)
    payload = {"rows": len(checked), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    record(session, "buyer_groups.loaded", f"content:{path.name}", payload, actor=SYSTEM)


def _store(session: Session, slug: str, said: dict[str, Any]) -> None:
    group = find_group(session, slug)
    if group is None:
        create_group(session, slug, GroupFacts(**said), actor=SYSTEM).in_file = said
        return
    versions = versions_of(session, group)
    first = versions[-1]
    # Before the register kept what the file said, nobody but the file could change a group.
    before = group.in_file or {name: getattr(first, name) for name in OF_FILE}
    moved = {name: value for name, value in said.items() if before.get(name) != value}
    group.in_file = said
    current = current_version(session, group)
    if not moved or current is None:
        return
    facts = GroupFacts(**{**vars(facts_of(current)), **moved})
    save_group(session, group, facts, current.number, reason=FROM_FILE, actor=SYSTEM)


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
    return {name: entry[name] for name in OF_FILE}
