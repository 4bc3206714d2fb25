"""Writes versions of obligations: the next one, and what the ledger says of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.ledger import Actor, record
from common.versions import supersede
from registry.agreements.models import Agreement
from registry.authorities.models import Authority
from registry.obligations.models import Duty, DutyVersion


def next_version(
    session: Session, old: DutyVersion, actor: Actor, reason: str | None = None, **changed: Any
) -> DutyVersion:
    """Write the version that follows `old`: what is in `changed`, the rest as it was."""
    kept = {name: getattr(old, name) for name in ("duty_id", "starts_on", "due_on", "grace_days", "ends_on")}
    new = DutyVersion(**{**kept, **changed}, number=old.number + 1)
    new.duty = old.duty
    return supersede(session, old, new, actor=actor, reason=reason)


def subject_of(agreement: Agreement, duty: Duty, code: str) -> str:
    """Return what the ledger calls an obligation: duty:gm0361/mvoi-2022-2025/jaarrapportage/2025."""
    year = f"/{duty.year}" if duty.year else ""
    return f"duty:{code}/{agreement.slug}/{duty.code}{year}"


def note(
    session: Session,
    event: str,
    agreement: Agreement,
    versions: Sequence[DutyVersion],
    actor: Actor,
    reason: str | None = None,
) -> None:
    """Write one entry: of one obligation under its own name, of several at once under the agreement's."""
    ids = {one.duty.authority_id for one in versions}
    found = session.execute(select(Authority.id, Authority.code).where(Authority.id.in_(ids)))
    codes = {row.id: row.code for row in found}
    subjects = [subject_of(agreement, one.duty, codes[one.duty.authority_id]) for one in versions]
    facts = [facts_of(one) for one in versions]
    told = {"reason": reason} if reason else {}
    if len(versions) == 1:
        record(session, event, subjects[0], {**facts[0], **told}, actor=actor)
    elif versions:
        rows = [{"duty": subject, **row} for subject, row in zip(subjects, facts, strict=True)]
        record(session, event, f"duty:{agreement.slug}", {"rows": rows, **told}, actor=actor)


def facts_of(version: DutyVersion) -> dict[str, Any]:
    """Return what a version says, as the ledger writes it."""
    days = {name: getattr(version, name) for name in ("starts_on", "due_on", "ends_on")}
    written = {name: day.isoformat() if day else None for name, day in days.items()}
    return {"version": version.number, "cause": version.cause.value, "grace_days": version.grace_days, **written}
