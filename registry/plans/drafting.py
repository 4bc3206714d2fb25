"""Drafts of plans: starting one from what is public, and saving so that nothing that anybody typed is lost."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from accounts.models import User
from common import clock, ledger
from common.errors import N_, Refused
from common.files.attaching import attachments_of
from common.files.models import Attachment
from common.ledger import Actor
from registry.agreements.models import Agreement
from registry.agreements.reading import current_version
from registry.authorities.ending import refuse_ended
from registry.authorities.models import Authority
from registry.plans.checking import Problem, check
from registry.plans.content import typed_of
from registry.plans.fields import Basis, Typed, merge, of_content
from registry.plans.models import Plan, PlanDraft, PlanDraftState, PlanVersion
from registry.plans.reading import newest_version, only_from_source


class Locked(Refused):
    """The plan was adopted, so its text stands until somebody opens it again."""


class NotReady(Refused):
    """Something is missing or wrong; the form says what, and where."""


class ChangedSince(Refused):
    """Somebody changed the draft after this person looked at it."""


def subject_of(plan: Plan) -> str:
    """Return what the ledger calls this plan."""
    return f"plan:{plan.authority.code}/{plan.agreement.slug}"


def find_plan(session: Session, authority_id: int, agreement_id: int) -> Plan | None:
    """Return the plan of an authority under an agreement, public or not."""
    query = select(Plan).where(Plan.authority_id == authority_id, Plan.agreement_id == agreement_id)
    return session.scalars(query.options(joinedload(Plan.authority), joinedload(Plan.agreement))).one_or_none()


def find_draft(session: Session, plan: Plan) -> PlanDraft | None:
    """Return the draft that is being written of this plan."""
    return session.scalars(select(PlanDraft).where(PlanDraft.plan_id == plan.id)).one_or_none()


def start_draft(session: Session, authority: Authority, agreement: Agreement, *, actor: Actor) -> PlanDraft:
    """Return the draft of this plan, made now from the newest version where there was none. There is never a second.

    Raises Refused for an authority that is no more.
    """
    plan = find_plan(session, authority.id, agreement.id)
    draft = find_draft(session, plan) if plan else None
    if draft:
        return draft
    refuse_ended(session, authority)
    try:
        with session.begin_nested():
            if plan is None:
                plan = Plan(authority=authority, agreement=agreement)
                session.add(plan)
                session.flush()
            base = newest_version(session, plan)
            number = base.number if base else 0
            draft = PlanDraft(
                plan=plan, base_number=number, content=typed_of(base).as_content(), version=1,
                updated_by_id=actor.user_id, updated_at=clock.now(),
            )  # fmt: skip
            session.add(draft)
    except IntegrityError:
        # Somebody else started it in the same instant: the constraint kept one, and that is ours too.
        found = find_plan(session, authority.id, agreement.id)
        return session.scalars(select(PlanDraft).where(PlanDraft.plan_id == (found.id if found else 0))).one()
    ledger.record(session, "plan.started", subject_of(plan), {"from": number}, actor=actor)
    return draft


@dataclass(frozen=True)
class Saved:
    """What saving came to: the fields that two people changed differently, and who changed the draft last."""

    disputed: tuple[str, ...]
    who: str


def save_draft(session: Session, draft: PlanDraft, mine: Typed, basis: Basis, *, actor: Actor) -> Saved:
    """Save what somebody changed since his form was made (`basis`).

    Raises Locked when the plan was adopted, Refused for an authority that is no more.

    What two people changed to different texts stays as it was saved and is returned; all else is saved.
    """
    session.refresh(draft, with_for_update=True)
    if draft.state is not PlanDraftState.DRAFT:
        raise Locked(N_("Dit plan is al vastgesteld. Heropen het om de tekst te veranderen."))
    refuse_ended(session, draft.plan.authority)
    merged = merge(of_content(draft.content), mine, basis)
    editor = session.get(User, draft.updated_by_id) if merged.disputed and draft.updated_by_id else None
    if merged.changed:
        _write(session, draft, merged.result, merged.changed, actor)
    return Saved(merged.disputed, editor.name if editor else "")


def _write(session: Session, draft: PlanDraft, result: Typed, changed: tuple[str, ...], actor: Actor) -> None:
    draft.content = result.as_content()
    _touch(draft, actor)
    session.flush()
    payload = {"version": draft.version, "fields": sorted(changed)}
    ledger.record(session, "plan.saved", subject_of(draft.plan), payload, actor=actor)


def _touch(draft: PlanDraft, actor: Actor) -> None:
    draft.version += 1
    draft.updated_by_id, draft.updated_at = actor.user_id, clock.now()


def choose_document(session: Session, draft: PlanDraft, attachment: Attachment, *, actor: Actor) -> None:
    """Let the draft name a file that was just added, whatever it named before. Raises Locked."""
    session.refresh(draft, with_for_update=True)
    if draft.state is not PlanDraftState.DRAFT:
        raise Locked(N_("Dit plan is al vastgesteld. Heropen het om de tekst te veranderen."))
    typed = Typed({"document": str(attachment.id)}).over(of_content(draft.content))
    _write(session, draft, typed, ("document",), actor)


def documents_for(session: Session, plan: Plan) -> list[Attachment]:
    """Return the files that this plan may name: the authority's own, and what an earlier version named already."""
    own = [one for one in attachments_of(session, f"authority:{plan.authority.code}") if one.removed_at is None]
    named = select(PlanVersion.document_id).where(PlanVersion.plan_id == plan.id)
    before = session.scalars(select(Attachment).where(Attachment.id.in_(named), Attachment.removed_at.is_(None)))
    return list({one.id: one for one in (*own, *before)}.values())


def problems_of(session: Session, draft: PlanDraft, typed: Typed | None = None) -> list[Problem]:
    """Return what is in the way of adopting this draft, or what was typed for it and is not saved."""
    typed = typed or of_content(draft.content)
    base = newest_version(session, draft.plan)
    themes = current_version(draft.plan.agreement).themes
    reason_asked = base is not None and not only_from_source(base)
    public_since = (base.holds_from or base.adopted_on) if base and base.published_at else None
    found = check(typed, themes, reason_asked=reason_asked, adopted_before=public_since)
    chosen = typed.get("document")
    if chosen and chosen not in {str(one.id) for one in documents_for(session, draft.plan)}:
        sentence = N_("Dit document is er niet meer. Kies een ander document, of geen.")
        found.insert(0, Problem("document", sentence, {}))
    return found


def adopt(session: Session, draft: PlanDraft, seen_version: int, *, actor: Actor) -> None:
    """Note that the board adopted the plan as it stands; nothing is public yet. Twice is the same as once.

    Raises NotReady, and ChangedSince when it is not the text that this person saw.
    """
    session.refresh(draft, with_for_update=True)
    if draft.state is PlanDraftState.ADOPTED:
        return
    if draft.version != seen_version:
        raise ChangedSince
    if problems_of(session, draft):
        raise NotReady
    _to(session, draft, PlanDraftState.ADOPTED, actor)


def reopen(session: Session, draft: PlanDraft, *, actor: Actor) -> None:
    """Let the text of an adopted plan that is not public yet be changed again."""
    session.refresh(draft, with_for_update=True)
    if draft.state is PlanDraftState.ADOPTED:
        _to(session, draft, PlanDraftState.DRAFT, actor)


def _to(session: Session, draft: PlanDraft, state: PlanDraftState, actor: Actor) -> None:
    draft.state = state
    _touch(draft, actor)
    session.flush()
    payload = {"version": draft.version, "state": state.value}
    ledger.record(session, "plan.saved", subject_of(draft.plan), payload, actor=actor)


def drop(session: Session, draft: PlanDraft, *, actor: Actor) -> None:
    """Throw a draft away; what is public stays as it is."""
    payload = {"version": draft.version, "state": "dropped"}
    ledger.record(session, "plan.saved", subject_of(draft.plan), payload, actor=actor)
    session.delete(draft)
    session.flush()
