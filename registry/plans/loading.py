"""Loads plans of real authorities that a source gives. Nothing else is known of what stands in them."""

from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import now
from common.content import Entry, read_yaml_entries
from common.ledger import SYSTEM, record
from common.versions import supersede
from registry.agreements.models import Agreement
from registry.authorities.models import Authority
from registry.plans.models import Plan, PlanVersion
from registry.plans.publishing import payload_of, seal
from registry.signatures.models import Certainty


def load(session: Session, folder: Path) -> None:
    """Load plans.yaml of `folder`. Raises ContentError before anything is written."""
    authorities = {row.code: row.id for row in session.execute(select(Authority.code, Authority.id))}
    agreements = {row.slug: row.id for row in session.execute(select(Agreement.slug, Agreement.id))}
    checked: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in read_yaml_entries(folder / "plans.yaml", "plans"):
        key = (entry["authority"], entry["agreement"])
        if key[0] not in authorities:
            raise entry.wrong(f"onbekende organisatie: {key[0]!r}")
        if key[1] not in agreements:
            raise entry.wrong(f"onbekende afspraak: {key[1]!r}")
        if key in checked:
            raise entry.wrong(f"het plan van {key[0]} bij {key[1]} staat er twee keer in")
        checked[key] = _facts(entry)
    for (code, slug), facts in checked.items():
        _store(session, (code, slug), (authorities[code], agreements[slug]), facts)


def _store(session: Session, key: tuple[str, str], ids: tuple[int, int], facts: dict[str, Any]) -> None:
    plan = session.scalar(select(Plan).where(Plan.authority_id == ids[0], Plan.agreement_id == ids[1]))
    if plan is None:
        plan = Plan(authority_id=ids[0], agreement_id=ids[1])
        session.add(plan)
        session.flush()
    versions = session.scalars(
        select(PlanVersion).where(PlanVersion.plan_id == plan.id).order_by(PlanVersion.number)
    ).all()
    current = versions[-1] if versions else None
    public = facts.pop("public")
    if current and current.recorded_role != SYSTEM.role:
        return  # the authority told the register itself: a source of before says no more
    if current and all(getattr(current, name) == value for name, value in facts.items()):
        return
    new = PlanVersion(
        plan=plan,
        number=current.number + 1 if current else 1,
        published_at=now() if public else None,
        **facts,
    )
    if current:
        supersede(session, current, new, actor=SYSTEM, reason="Nieuwe gegevens in het bronbestand.")
    else:
        session.add(new)
        session.flush()
    seal(session, new)
    event = "plan.published" if public else "plan.recorded"
    record(session, event, f"plan:{key[0]}/{key[1]}", payload_of(new), actor=SYSTEM)


def _facts(entry: Entry) -> dict[str, Any]:
    if not str(entry["source"]).startswith(("https://", "http://")):
        raise entry.wrong("een plan zonder bron wordt niet geladen")
    if not entry["title"]:
        raise entry.wrong("title is leeg")
    if entry["certainty"] not in list(Certainty):
        raise entry.wrong(f"onbekende zekerheid: {entry['certainty']!r}")
    return {
        "title": entry["title"],
        # Where the day of adoption is not known, the day on which the plan was offered; the note says so.
        "adopted_on": entry.day("adopted_on") or entry.day("offered_on"),
        "source": entry["source"],
        "note": entry["note"],
        "public": entry["certainty"] != Certainty.UNCERTAIN,
    }
