"""Drafts of agreements: what staff prepare, which no public page ever shows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from common.clock import now
from common.errors import Refused
from common.files.attaching import attachments_of, remove
from common.ledger import Actor, record
from registry.agreements.documents import shown_by_agreement, subject_of
from registry.agreements.models import Agreement, AgreementDraft


class SlugTaken(Refused):
    """There is an agreement, or a draft of one, with this address already."""


def drafts(session: Session) -> Sequence[AgreementDraft]:
    """Return every draft, the one that was saved last first."""
    query = select(AgreementDraft).options(joinedload(AgreementDraft.agreement))
    return session.scalars(query.order_by(AgreementDraft.updated_at.desc(), AgreementDraft.id)).all()


def find_draft(session: Session, slug: str, *, to_write: bool = False) -> AgreementDraft | None:
    """Return the draft at this address; `to_write` lets nobody else save it meanwhile."""
    query = select(AgreementDraft).where(AgreementDraft.slug == slug)
    return session.scalars(query.with_for_update() if to_write else query).one_or_none()


def start_draft(
    session: Session, slug: str, content: dict[str, Any], *, agreement: Agreement | None = None, actor: Actor
) -> AgreementDraft:
    """Begin an agreement from nothing, or the next version of one. Raises SlugTaken."""
    known = session.scalar(select(Agreement.id).where(Agreement.slug == slug))
    if find_draft(session, slug) or (known and agreement is None):
        raise SlugTaken
    draft = AgreementDraft(
        slug=slug,
        agreement_id=agreement.id if agreement else None,
        content=content,
        version=1,
        started_by_id=actor.user_id,
        updated_by_id=actor.user_id,
        updated_at=now(),
    )
    session.add(draft)
    session.flush()
    record(session, "agreement.started", f"agreement:{slug}", {"draft_version": 1}, actor=actor)
    return draft


def save_draft(session: Session, draft: AgreementDraft, content: dict[str, Any], *, actor: Actor) -> bool:
    """Save what was typed; False when it was so already."""
    changed = sorted(name for name, value in content.items() if draft.content.get(name) != value)
    if not changed:
        return False
    draft.content = content
    draft.version += 1
    draft.updated_by_id, draft.updated_at = actor.user_id, now()
    payload = {"draft_version": draft.version, "changed": changed}
    record(session, "agreement.saved", f"agreement:{draft.slug}", payload, actor=actor)
    return True


def drop_draft(session: Session, draft: AgreementDraft, *, actor: Actor) -> None:
    """Throw a draft away, with the files that no public version names; what is public stays as it is."""
    for file in attachments_of(session, subject_of(draft.slug)):
        if not shown_by_agreement(session, file.id):
            remove(session, file, actor=actor)
    payload = {"draft_version": draft.version, "dropped": True}
    session.delete(draft)
    session.flush()
    record(session, "agreement.saved", f"agreement:{draft.slug}", payload, actor=actor)
