"""Loads agreements: what was agreed, and what it asks by when."""

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.content import FROM_FILE, read_yaml
from common.errors import ContentError
from common.ledger import SYSTEM
from registry.agreements.content import (
    AgreementContent,
    content_of,
    problems,
    with_html,
)
from registry.agreements.models import Agreement, AgreementVersion, ObligationKind, Signable
from registry.agreements.writing import KEPT_LATER, complete_version, find, write_version


def load(session: Session, folder: Path) -> None:
    """Load the real agreements of `folder`. Raises ContentError before anything is written."""
    paths = sorted((folder / "agreements").glob("m*.yaml"))
    contents = [read_agreement(path) for path in paths]
    slugs = {content.slug for content in contents} | set(session.scalars(select(Agreement.slug)))
    for path, content in zip(paths, contents, strict=True):
        _check(path, content, slugs - {content.slug})
    for content in contents:
        store(session, content)


def store(session: Session, content: AgreementContent) -> Agreement:
    """Write an agreement: a first version, or a next one where its file changed.

    What staff changed on the site stays: the file only wins in a field that changed in the file itself. Raises
    ContentError where staff made the agreement on the site.
    """
    agreement = find(session, content.slug)
    if agreement is None:
        return write_version(session, content, actor=SYSTEM).agreement
    query = select(AgreementVersion).where(AgreementVersion.agreement_id == agreement.id)
    versions = session.scalars(query.order_by(AgreementVersion.number)).all()
    of_file = [one for one in versions if one.change_reason == FROM_FILE or _first_of_file(one)]
    if not of_file:
        raise ContentError(f"{content.slug}.yaml", None, "er is op de site al een afspraak met deze slug gemaakt")
    if versions[-1].fingerprint is None and _said_before(content_of(versions[-1])) == _said_before(content):
        complete_version(session, versions[-1], content, actor=SYSTEM)
        return agreement
    loaded, current = content_of(of_file[-1]), content_of(versions[-1])
    moved = {name: value for name, value in content.version.items() if loaded.version[name] != value}
    other_rows = loaded.obligations != content.obligations
    if moved or other_rows:
        rows = content.obligations if other_rows else current.obligations
        merged = AgreementContent(content.slug, content.is_example, {**current.version, **moved}, rows)
        write_version(session, merged, actor=SYSTEM, reason=FROM_FILE)
    return agreement


def _said_before(content: AgreementContent) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what a version kept of this before issue 4."""
    said = {name: value for name, value in content.version.items() if name not in KEPT_LATER}
    return said, [{**row, "yearly_by": None} for row in content.obligations]


def _first_of_file(version: AgreementVersion) -> bool:
    return version.number == 1 and version.recorded_role == SYSTEM.role


def read_agreement(path: Path, period: tuple[date, date] | None = None) -> AgreementContent:
    """Read and check an agreement's file; `period` fills in dates that the file calls relative.

    Raises ContentError with the field that is wrong.
    """
    data = read_yaml(path)
    if not isinstance(data, dict):
        raise ContentError(path.name, 1, "dit is geen afspraak")
    try:
        content = _content(path, data, period)
    except (KeyError, TypeError, ValueError) as error:
        raise ContentError(path.name, None, f"veld ontbreekt of heeft een verkeerde vorm: {error}") from error
    if not isinstance(content.version["followed"], bool):
        raise ContentError(path.name, None, "followed moet true of false zijn")
    _check(path, content, [content.version["predecessor_slug"]])
    return content


def _content(path: Path, data: dict[str, Any], period: tuple[date, date] | None) -> AgreementContent:
    begins, ends = period or (data["period"]["from"], data["period"]["to"])
    if type(begins) is not date or type(ends) not in {date, type(None)}:
        raise ContentError(path.name, None, f"period is geen datum: {begins!r} tot {ends!r}")
    optional = {
        "signing": Signable(data.get("signing", Signable.CLOSED)),
        "may_sign": data.get("may_sign") or [],
        "asked_of_signer": _text(path, data, "asked_of_signer") if data.get("asked_of_signer") else {},
        "documents": [{"title": _text(path, row, "title"), "url": row["url"]} for row in data.get("documents") or []],
    }
    version = {
        **{name: _text(path, data, name) for name in ("title", "short_title", "summary", "body", "followed_note")},
        "period_from": begins,
        "period_to": ends,
        "themes": data["themes"],
        "predecessor_slug": data["predecessor"],
        "followed": data["followed"],
        "counts": data["counts"],
        "unknowns": data["unknown"],
        "sources": data["sources"],
        **optional,
    }
    obligations = [_obligation(path, row) for row in data["obligations"]]
    return AgreementContent(data["slug"], data["is_example"], with_html(version), obligations)


def _check(path: Path, content: AgreementContent, others: Any) -> None:
    for problem in problems(content, others):
        raise ContentError(path.name, None, str(problem))


def _obligation(path: Path, row: dict[str, Any]) -> dict[str, Any]:
    if row["kind"] not in list(ObligationKind):
        raise ContentError(path.name, None, f"onbekende soort verplichting: {row['kind']!r}")
    return {
        "code": row["code"],
        "kind": ObligationKind(row["kind"]),
        "within": row["within"],
        "yearly_by": row.get("yearly_by"),
        "grace_days": int(row["grace_days"]),
        "text": _text(path, row, "text"),
        "source": row["source"],
    }


def _text(path: Path, data: dict[str, Any], name: str) -> dict[str, str]:
    value = data[name]
    if not isinstance(value, dict) or not value.get("nl") or not value.get("en"):
        raise ContentError(path.name, None, f"{name} heeft geen tekst in het Nederlands en het Engels")
    return {"nl": value["nl"], "en": value["en"]}
