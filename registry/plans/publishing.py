"""Publishing a plan that was adopted: a version that stays for ever, with its fingerprint in the ledger."""

from typing import Any

from sqlalchemy.orm import Session

from common import ledger
from common.clock import now
from common.files.models import Attachment
from common.fingerprints import fingerprint
from common.ledger import Actor
from common.versions import supersede
from registry.agreements.reading import current_version
from registry.authorities.ending import refuse_ended
from registry.plans.checking import action_facts, ambition_facts, head_facts
from registry.plans.content import content_of
from registry.plans.drafting import ChangedSince, NotReady, problems_of, subject_of
from registry.plans.fields import Typed, of_content
from registry.plans.models import Ambition, Plan, PlanAction, PlanDraft, PlanDraftState, PlanVersion
from registry.plans.reading import newest_version, only_from_source

COMPLETED = "De organisatie vulde haar plan zelf in. Eerder kende het register het alleen uit een bron."


def publish(session: Session, draft: PlanDraft, seen_version: int, *, actor: Actor) -> PlanVersion:
    """Make an adopted plan public in place of the version before it, and end the draft.

    Raises NotReady when it was not adopted or does not fit any more, ChangedSince when it is not what the person saw,
    Refused for an authority that is no more.
    """
    refuse_ended(session, draft.plan.authority)
    session.refresh(draft, with_for_update=True)
    if draft.version != seen_version:
        raise ChangedSince
    if draft.state is not PlanDraftState.ADOPTED or problems_of(session, draft):
        raise NotReady
    plan, typed = draft.plan, of_content(draft.content)
    before = newest_version(session, plan)
    version = _version(plan, typed, before)
    if before:
        supersede(session, before, version, actor=actor, reason=typed.get("reden") or COMPLETED)
    else:
        version.recorded_role = actor.role
        session.add(version)
        session.flush()
    seal(session, version)
    event = "plan.revised" if before and before.published_at else "plan.published"
    ledger.record(session, event, subject_of(plan), payload_of(version), actor=actor)
    session.delete(draft)
    session.flush()
    return version


def _version(plan: Plan, typed: Typed, before: PlanVersion | None) -> PlanVersion:
    themes = current_version(plan.agreement).themes
    # What an authority fills in itself does not rest on the source from which the register knew its plan before.
    revised = before if before and not only_from_source(before) else None
    return PlanVersion(
        plan=plan,
        number=before.number + 1 if before else 1,
        published_at=now(),
        source=revised.source if revised else None,
        note=revised.note if revised else None,
        ambitions=[Ambition(theme=theme, **ambition_facts(typed.ambition(theme))) for theme in themes],
        actions=[
            PlanAction(position=position, **action_facts(typed.action(row)))
            for position, row in enumerate(typed.rows, start=1)
        ],
        **head_facts(typed),
    )


def seal(session: Session, version: PlanVersion) -> None:
    """Put the fingerprint on a version that was just written."""
    document = session.get(Attachment, version.document_id) if version.document_id else None
    content = content_of(version, version.plan.authority.code, version.plan.agreement.slug, document)
    version.fingerprint = fingerprint(content)
    session.flush()


def payload_of(version: PlanVersion) -> dict[str, Any]:
    """Return what the ledger says of a published version: enough to tell what was promised, and the fingerprint."""
    return {
        "number": version.number,
        "title": version.title,
        "adopted_on": version.adopted_on.isoformat() if version.adopted_on else None,
        "holds_from": version.holds_from.isoformat() if version.holds_from else None,
        "period": [day.isoformat() if day else None for day in (version.period_from, version.period_to)],
        "levels": {one.theme: one.level.value for one in version.ambitions},
        "actions": len(version.actions),
        "source": version.source,
        "reason": version.change_reason,
        "fingerprint": version.fingerprint,
    }
