"""A draft as the public page would show it, complete or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from common.files.models import Attachment
from common.vocabulary import vocabulary
from registry.agreements.reading import current_version
from registry.plans.checking import action_facts, ambition_facts, head_facts
from registry.plans.fields import of_content
from registry.plans.models import Level, PlanDraft


@dataclass(frozen=True)
class PreviewAmbition:
    """What a draft aims at for one theme; the fields are those of a public ambition. No level: not chosen yet."""

    theme: str
    level: Level | None
    aim: str = ""
    indicator: str | None = None
    unit: str | None = None
    baseline: float | None = None
    baseline_year: int | None = None
    target: float | None = None
    target_year: int | None = None


@dataclass(frozen=True)
class PreviewAction:
    """A step of a draft; the fields are those of a public action."""

    theme: str
    title: str
    owner_function: str | None
    starts_on: date | None
    ready_by: date | None


@dataclass(frozen=True)
class Preview:
    """The fields of a plan version, as far as the draft has them."""

    title: str
    period_from: date | None
    period_to: date | None
    adopted_by: str | None
    adopted_on: date | None
    document_url: str | None
    document_id: int | None
    capacity_fte: float | None
    budget_euro: int | None
    ambitions: tuple[PreviewAmbition, ...]
    actions: tuple[PreviewAction, ...]
    document: Attachment | None
    reason: str
    holds_from: None = None
    """Only a version that was taken over has it."""


def preview_of(session: Session, draft: PlanDraft) -> Preview:
    """Return the draft as a plan; what cannot be read yet is left out, and the checks say so."""
    typed = of_content(draft.content)
    head = head_facts(typed)
    themes = [code for code in vocabulary().themes if code in current_version(draft.plan.agreement).themes]
    return Preview(
        **head,
        ambitions=tuple(_ambition(theme, typed.ambition(theme)) for theme in themes),
        actions=tuple(PreviewAction(**action_facts(typed.action(row))) for row in typed.rows),
        document=session.get(Attachment, head["document_id"]) if head["document_id"] else None,
        reason=typed.get("reden"),
    )


def _ambition(theme: str, parts: Mapping[str, str]) -> PreviewAmbition:
    if parts["niveau"] not in {level.value for level in Level}:
        return PreviewAmbition(theme, None)
    facts: dict[str, Any] = ambition_facts(parts)
    return PreviewAmbition(theme, **facts)
