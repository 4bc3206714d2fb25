"""Loads authorities and the mergers between them. Everything is checked before anything is written."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from common.clock import now
from common.content import Row, read_csv
from common.ledger import SYSTEM, record
from common.vocabulary import vocabulary
from registry.authorities.changing import FACTS, plain
from registry.authorities.mergers import read_mergers, store_mergers
from registry.authorities.models import Authority, AuthorityVersion
from registry.authorities.naming import search_text, sort_name

COLUMNS = (
    "code", "slug", "name", "display_name", "kind", "province", "abbreviation", "valid_from", "valid_to",
    "successors", "inhabitants", "inhabitants_year", "latitude", "longitude", "source",
)  # fmt: skip


def load(session: Session, folder: Path) -> None:
    """Load authorities.csv and mergers.csv of `folder`.

    A row that left the file stays in the register: what once was known is not forgotten. Raises ContentError.
    """
    path, mergers_path = folder / "authorities.csv", folder / "mergers.csv"
    rows = list(read_csv(path, COLUMNS, unique="code"))
    facts = _checked(rows)
    mergers = read_mergers(mergers_path, facts)
    new, changed = store(session, {row["code"]: row["slug"] for row in rows}, facts, is_example=False)
    payload = {"rows": len(rows), "new": new, "changed": changed, "sha256": _sha256(path)}
    record(session, "authorities.loaded", f"content:{path.name}", payload, actor=SYSTEM)
    new, removed = store_mergers(session, mergers)
    payload = {"rows": len(mergers), "new": new, "removed": removed, "sha256": _sha256(mergers_path)}
    record(session, "mergers.loaded", f"content:{mergers_path.name}", payload, actor=SYSTEM)


def store(
    session: Session, slugs: Mapping[str, str], facts: Mapping[str, dict[str, Any]], *, is_example: bool
) -> tuple[int, int]:
    """Write checked facts by code; return how many authorities are new and how many changed.

    An authority that staff or an import changed is no longer the file's business: what they said stays.
    """
    moment = now()
    known = set(session.scalars(select(Authority.code)))
    fresh = [{"code": code, "slug": slugs[code], "is_example": is_example} for code in facts if code not in known]
    if fresh:
        session.execute(insert(Authority), fresh)
    current = _current_facts(session)
    ids = {row.code: row.id for row in session.execute(select(Authority.code, Authority.id))}
    others = _changed_elsewhere(session)
    changed = [
        code for code, values in facts.items() if code in current and code not in others and current[code] != values
    ]
    if changed:
        session.execute(
            update(AuthorityVersion)
            .where(
                AuthorityVersion.authority_id.in_([ids[code] for code in changed]),
                AuthorityVersion.superseded_at.is_(None),
            )
            .values(superseded_at=moment)
        )
    written = [code for code in facts if code not in current] + changed
    if written:
        session.execute(
            insert(AuthorityVersion),
            [{**facts[code], "authority_id": ids[code], "recorded_at": moment} for code in written],
        )
    for code in changed:
        payload = {name: plain(value) for name, value in facts[code].items()}
        record(session, "authority.changed", f"authority:{code}", payload, actor=SYSTEM)
    return len(fresh), len(changed)


def _changed_elsewhere(session: Session) -> set[str]:
    """Return the codes of whom the site or an import said something: only they give a reason with it."""
    query = select(Authority.code).join(AuthorityVersion.authority).where(AuthorityVersion.change_reason.is_not(None))
    return set(session.scalars(query.distinct()))


def _current_facts(session: Session) -> dict[str, dict[str, Any]]:
    columns = [getattr(AuthorityVersion, name) for name in FACTS]
    query = (
        select(Authority.code, *columns)
        .join(AuthorityVersion.authority)
        .where(AuthorityVersion.superseded_at.is_(None))
    )
    return {row[0]: dict(zip(FACTS, row[1:], strict=True)) for row in session.execute(query)}


def _checked(rows: Iterable[Row]) -> dict[str, dict[str, Any]]:
    facts: dict[str, dict[str, Any]] = {}
    slugs: dict[str, int] = {}
    rows = list(rows)
    codes = {row["code"] for row in rows}
    for row in rows:
        for column in ("code", "slug", "name", "display_name", "source"):
            if not row[column]:
                raise row.wrong(f"{column} is leeg")
        if row["slug"] in slugs:
            raise row.wrong(f"slug {row['slug']!r} staat al op regel {slugs[row['slug']]}")
        slugs[row["slug"]] = row.line
        unknown = [code for code in row["successors"].split(";") if code and code not in codes]
        if unknown:
            raise row.wrong(f"onbekende organisatie bij successors: {unknown[0]!r}")
        facts[row["code"]] = _facts(row)
    return facts


def _facts(row: Row) -> dict[str, Any]:
    words = vocabulary()
    if row["kind"] not in words.kinds:
        raise row.wrong(f"onbekende soort: {row['kind']!r}")
    if row["province"] and row["province"] not in words.provinces:
        raise row.wrong(f"onbekende provincie: {row['province']!r}")
    begins, last_day = row.day("valid_from"), row.day("valid_to")
    if begins and last_day and last_day < begins:
        raise row.wrong(f"valid_to {last_day} ligt voor valid_from {begins}")
    return {
        "name": row["display_name"],
        "sort_name": sort_name(row["name"]),
        "search_text": search_text(row["name"], row["display_name"], row.get("abbreviation"), row["code"]),
        "kind": row["kind"],
        "province": row.get("province"),
        "abbreviation": row.get("abbreviation"),
        "valid_from": begins,
        # The file gives the last day; the table the first day on which it no longer held.
        "valid_to": last_day + timedelta(days=1) if last_day else None,
        "inhabitants": row.number("inhabitants"),
        "inhabitants_year": row.number("inhabitants_year"),
        "latitude": _decimal(row, "latitude"),
        "longitude": _decimal(row, "longitude"),
        "source": row["source"],
    }


def _decimal(row: Row, column: str) -> float | None:
    try:
        return float(row[column]) if row[column] else None
    except ValueError as error:
        raise row.wrong(f"{column} is geen getal: {row[column]!r}") from error


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
