"""Loads the certificates that a public source tells of, exactly as far as it tells."""

import hashlib
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.content import FROM_FILE, Row, read_csv
from common.ledger import SYSTEM, record
from registry.authorities.models import Authority
from registry.certificates.content import CertificateFacts, as_plain, facts_of
from registry.certificates.keeping import add_certificate, correct
from registry.certificates.models import Certificate
from registry.certificates.reading import current_version
from registry.certificates.scales import wrong_with

FILE = "certificates.csv"
COLUMNS = (
    "key", "authority", "handbook", "level", "step", "holder", "certifier", "valid_from", "valid_until", "source",
    "source_on",
)  # fmt: skip


def load(session: Session, folder: Path) -> None:
    """Load certificates.csv of `folder`. Raises ContentError before anything is written.

    What people changed on the site stays: the file only wins in a field that changed in the file itself.
    """
    path = folder / FILE
    authorities = {one.code: one for one in session.scalars(select(Authority))}
    checked = [(row, _facts(row)) for row in read_csv(path, COLUMNS, unique="key")]
    for row, _said in checked:
        if row["authority"] not in authorities:
            raise row.wrong(f"onbekende organisatie: {row['authority']!r}")
    for row, facts in checked:
        _store(session, row["key"], authorities[row["authority"]], facts)
    payload = {"rows": len(checked), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    record(session, "certificates.loaded", f"content:{FILE}", payload, actor=SYSTEM)


def _store(session: Session, key: str, authority: Authority, facts: CertificateFacts) -> None:
    said = as_plain(facts)
    found = session.scalar(select(Certificate).where(Certificate.key == key))
    if found is None:
        add_certificate(session, authority, facts, actor=SYSTEM, key=key).in_file = said
        return
    before = found.in_file or {}
    moved = {name: getattr(facts, name) for name, value in said.items() if name not in before or before[name] != value}
    current = current_version(session, found)
    found.in_file = said
    if not moved or current.withdrawn:
        return
    wanted: dict[str, Any] = {**vars(facts_of(current)), **moved}
    correct(session, found, CertificateFacts(**wanted), current.number, reason=FROM_FILE, actor=SYSTEM)


def _facts(row: Row) -> CertificateFacts:
    for column in ("key", "holder", "source"):
        if not row[column]:
            raise row.wrong(f"{column} is leeg")
    facts = CertificateFacts(
        handbook=row["handbook"],
        level=row.number("level"),
        step=row.number("step"),
        holder=row["holder"],
        certifier=row.get("certifier"),
        valid_from=row.day("valid_from"),
        valid_until=row.day("valid_until"),
        source=row["source"],
        source_on=row.day("source_on"),
    )
    wrong = wrong_with(facts.handbook, facts.level, facts.step)
    if wrong:
        raise row.wrong(f"handbook, level en step passen niet bij elkaar: {wrong}")
    if facts.source_on is None:
        raise row.wrong("source_on is leeg: van welke dag spreekt de bron?")
    return facts
