"""Loads agreements: what was agreed, and what it asks by when."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.content import read_yaml
from common.errors import ContentError
from common.ledger import SYSTEM, canonical_json, record, sha256
from common.markdown import render_markdown
from common.versions import supersede
from common.vocabulary import vocabulary
from registry.agreements.models import Agreement, AgreementVersion, Obligation, ObligationKind
from registry.agreements.periods import deadline

FROM_FILE = "Nieuwe gegevens in het bronbestand."
"""The reason of a version that a changed file made."""

_OBLIGATION_FACTS = ("code", "kind", "within", "grace_days", "text", "source")


@dataclass(frozen=True)
class AgreementContent:
    """An agreement as its file gives it, checked: the fields of a version, and of its obligations."""

    slug: str
    is_example: bool
    version: dict[str, Any]
    obligations: list[dict[str, Any]] = field(default_factory=list)


def load(session: Session, folder: Path) -> None:
    """Load the real agreements of `folder`. Raises ContentError before anything is written."""
    paths = sorted((folder / "agreements").glob("m*.yaml"))
    contents = [read_agreement(path) for path in paths]
    slugs = {content.slug for content in contents}
    for path, content in zip(paths, contents, strict=True):
        before = content.version["predecessor_slug"]
        if before and before not in slugs:
            raise ContentError(path.name, None, f"onbekende afspraak bij predecessor: {before!r}")
    for content in contents:
        store(session, content)


def store(session: Session, content: AgreementContent) -> Agreement:
    """Write an agreement: a first version, or a next one where its file changed."""
    agreement = session.scalar(select(Agreement).where(Agreement.slug == content.slug))
    if agreement is None:
        agreement = Agreement(slug=content.slug, is_example=content.is_example)
        session.add(agreement)
        session.flush()
    current = session.scalar(
        select(AgreementVersion).where(
            AgreementVersion.agreement_id == agreement.id, AgreementVersion.superseded_at.is_(None)
        )
    )
    if current and _same(current, content):
        return agreement
    new = AgreementVersion(
        agreement_id=agreement.id,
        number=current.number + 1 if current else 1,
        obligations=[Obligation(**values) for values in content.obligations],
        **content.version,
    )
    if current:
        supersede(session, current, new, actor=SYSTEM, reason=FROM_FILE)
    else:
        session.add(new)
        session.flush()
    payload = {
        "number": new.number,
        "title": new.title,
        "period_from": new.period_from.isoformat(),
        "period_to": new.period_to.isoformat() if new.period_to else None,
        "obligations": [values["code"] for values in content.obligations],
        "text_sha256": sha256(canonical_json(new.body_html)),
    }
    record(session, "agreement.recorded", f"agreement:{agreement.slug}", payload, actor=SYSTEM)
    return agreement


def _same(current: AgreementVersion, content: AgreementContent) -> bool:
    known = {row.code: {name: getattr(row, name) for name in _OBLIGATION_FACTS} for row in current.obligations}
    return known == {values["code"]: values for values in content.obligations} and all(
        getattr(current, name) == value for name, value in content.version.items()
    )


def read_agreement(path: Path, period: tuple[date, date] | None = None) -> AgreementContent:
    """Read and check an agreement's file; `period` fills in dates that the file calls relative.

    Raises ContentError with the field that is wrong.
    """
    data = read_yaml(path)
    if not isinstance(data, dict):
        raise ContentError(path.name, 1, "dit is geen afspraak")
    try:
        begins, ends = period or (data["period"]["from"], data["period"]["to"])
        version = {
            **{name: _text(path, data, name) for name in ("title", "short_title", "summary", "followed_note")},
            "body_html": {
                language: render_markdown(body, language).html for language, body in _text(path, data, "body").items()
            },
            "period_from": begins,
            "period_to": ends,
            "themes": data["themes"],
            "predecessor_slug": data["predecessor"],
            "followed": data["followed"],
            "counts": data["counts"],
            "unknowns": data["unknown"],
            "sources": data["sources"],
        }
        obligations = [_obligation(path, row) for row in data["obligations"]]
        content = AgreementContent(data["slug"], data["is_example"], version, obligations)
    except (KeyError, TypeError) as error:
        raise ContentError(path.name, None, f"veld ontbreekt of heeft een verkeerde vorm: {error}") from error
    _check(path, content)
    return content


def _check(path: Path, content: AgreementContent) -> None:
    begins, ends = content.version["period_from"], content.version["period_to"]
    if not isinstance(begins, date) or not isinstance(ends, date | None):
        raise ContentError(path.name, None, f"period is geen datum: {begins!r} tot {ends!r}")
    if ends and ends < begins:
        raise ContentError(path.name, None, f"period eindigt op {ends}, voor het begin op {begins}")
    unknown = [theme for theme in content.version["themes"] if theme not in vocabulary().themes]
    if unknown:
        raise ContentError(path.name, None, f"onbekend thema: {unknown[0]!r}")
    if not isinstance(content.version["followed"], bool):
        raise ContentError(path.name, None, "followed moet true of false zijn")
    for row in [*content.version["sources"], *content.version["counts"]]:
        if not str(row.get("url") or row.get("source") or "").startswith(("https://", "http://")):
            raise ContentError(path.name, None, f"bron zonder webadres: {row!r}")
    codes = [row["code"] for row in content.obligations]
    if len(set(codes)) < len(codes):
        raise ContentError(path.name, None, "een verplichting staat er twee keer in")


def _obligation(path: Path, row: dict[str, Any]) -> dict[str, Any]:
    if row["kind"] not in list(ObligationKind):
        raise ContentError(path.name, None, f"onbekende soort verplichting: {row['kind']!r}")
    if row["within"] is not None:
        try:
            deadline(date(2000, 1, 1), row["within"])
        except (ValueError, TypeError) as error:
            raise ContentError(path.name, None, f"within is geen termijn: {row['within']!r}") from error
    return {
        "code": row["code"],
        "kind": ObligationKind(row["kind"]),
        "within": row["within"],
        "grace_days": int(row["grace_days"]),
        "text": _text(path, row, "text"),
        "source": row["source"],
    }


def _text(path: Path, data: dict[str, Any], name: str) -> dict[str, str]:
    value = data[name]
    if not isinstance(value, dict) or not value.get("nl") or not value.get("en"):
        raise ContentError(path.name, None, f"{name} heeft geen tekst in het Nederlands en het Engels")
    return {"nl": value["nl"], "en": value["en"]}
