"""Drafts of forms: what staff prepare for a year to come, or correct in an open one. No public page shows it."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from common.clock import now
from common.errors import N_, Refused
from common.ledger import Actor, record
from registry.agreements.models import Agreement
from registry.editions.models import Edition, EditionDraft
from registry.editions.written import Form, tidy

FIRST_YEAR, LAST_YEAR = 2000, 2100


class ChangedSince(Refused):
    """Somebody changed the draft after this person looked at it."""


def drafts(session: Session) -> Sequence[EditionDraft]:
    """Return every draft, the one that was saved last first."""
    query = select(EditionDraft).options(joinedload(EditionDraft.agreement))
    return session.scalars(query.order_by(EditionDraft.updated_at.desc(), EditionDraft.id)).all()


def find_draft(session: Session, draft_id: int, *, to_write: bool = False) -> EditionDraft | None:
    """Return a draft; `to_write` lets nobody else save it meanwhile."""
    query = select(EditionDraft).where(EditionDraft.id == draft_id)
    query = query.options(joinedload(EditionDraft.agreement))
    return session.scalars(query.with_for_update(of=EditionDraft) if to_write else query).one_or_none()


def draft_of(session: Session, agreement: str, year: int) -> EditionDraft | None:
    """Return the draft of an agreement, by its slug, and a year."""
    query = select(EditionDraft).join(Agreement, Agreement.id == EditionDraft.agreement_id)
    return session.scalars(query.where(Agreement.slug == agreement, EditionDraft.year == year)).one_or_none()


def subject_of(draft: EditionDraft) -> str:
    """Return what the ledger calls the edition that it becomes."""
    return f"edition:{draft.agreement.slug}/{draft.year}"


def form_of(edition: Edition) -> Form:
    """Return the form of an edition, to begin the next one from."""
    return tidy(json.loads(edition.snapshot))


def last_before(session: Session, agreement: Agreement, year: int) -> Edition | None:
    """Return the newest edition of an earlier year of this agreement."""
    query = select(Edition).where(Edition.agreement_id == agreement.id, Edition.year < year)
    return session.scalars(query.order_by(Edition.year.desc())).first()


def start_draft(session: Session, agreement: Agreement, year: int, based_on: Edition, *, actor: Actor) -> EditionDraft:
    """Begin the form of a year from that of an earlier edition: every question stands there as "same".

    Raises Refused where the year has an edition, or a draft, already.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused(N_("Vul een jaar in tussen 2000 en 2100."))
    if session.scalar(select(Edition.id).filter_by(agreement_id=agreement.id, year=year)):
        raise Refused(N_("Er is al een vragenlijst over %(year)s bij deze afspraak."), year=year)
    if session.scalar(select(EditionDraft.id).filter_by(agreement_id=agreement.id, year=year)):
        raise Refused(N_("Er is al een concept over %(year)s bij deze afspraak."), year=year)
    form = form_of(based_on)
    questions = [_as_last_year(question) for question in form["questions"]]
    content = {**form, "agreement": agreement.slug, "year": year, "questions": questions}
    content.pop("dropped", None)
    return _begin(session, agreement, year, content, {"based_on_id": based_on.id}, actor=actor)


def start_correction(session: Session, edition: Edition, *, actor: Actor) -> EditionDraft:
    """Begin a correction of the texts of an edition that opened. Raises Refused where there is one already."""
    if session.scalar(select(EditionDraft.id).filter_by(agreement_id=edition.agreement_id, year=edition.year)):
        raise Refused(N_("Er is al een concept over %(year)s bij deze afspraak."), year=edition.year)
    origin = {"based_on_id": edition.id, "corrects_id": edition.id}
    return _begin(session, edition.agreement, edition.year, form_of(edition), origin, actor=actor)


def _as_last_year(question: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in question.items() if name != "was"}
    return {**kept, "relation": "same"}


def _begin(
    session: Session, agreement: Agreement, year: int, content: Form, origin: dict[str, int], *, actor: Actor
) -> EditionDraft:
    draft = EditionDraft(
        agreement=agreement, year=year, content=content, version=1,
        started_by_id=actor.user_id, updated_by_id=actor.user_id, updated_at=now(), **origin,
    )  # fmt: skip
    session.add(draft)
    session.flush()
    record(session, "edition.started", subject_of(draft), {"draft_version": 1}, actor=actor)
    return draft


def save_form(session: Session, draft: EditionDraft, form: Form, *, actor: Actor) -> bool:
    """Save what the form now says; False when it was so already."""
    content = tidy(form)
    changed = sorted(name for name in {*content, *draft.content} if content.get(name) != draft.content.get(name))
    if not changed:
        return False
    draft.content = content
    draft.version += 1
    draft.updated_by_id, draft.updated_at = actor.user_id, now()
    payload = {"draft_version": draft.version, "changed": changed}
    record(session, "edition.saved", subject_of(draft), payload, actor=actor)
    return True


def seen(draft: EditionDraft, version: int) -> None:
    """Raise ChangedSince where a person looked at an older version than this."""
    if draft.version != version:
        raise ChangedSince(N_("Iemand anders veranderde dit concept intussen. Kijk opnieuw wat er nu staat."))


def drop_draft(session: Session, draft: EditionDraft, *, actor: Actor) -> None:
    """Throw a draft away; what is public stays as it is."""
    payload = {"draft_version": draft.version, "dropped": True}
    record(session, "edition.saved", subject_of(draft), payload, actor=actor)
    session.delete(draft)
    session.flush()
