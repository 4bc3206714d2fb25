"""Back to an earlier text, and "looked over, still right": two acts that make a version without anybody typing."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from common.clock import today
from common.errors import N_, Refused
from common.ledger import Actor, record
from kb.guides.ending import standing_end
from kb.guides.fields import fields_of
from kb.guides.models import Guide, Revision
from kb.guides.writing import (
    Origin,
    RevisionConflict,
    Saved,
    lock_guide,
    newest_revision,
    put_on_site,
    revision_with,
    save_guide,
)


class NotReviewable(Refused):
    """There is no public text to look over, or the next day of review is no day after today."""


def restore(session: Session, guide: Guide, number: int, base: int, *, actor: Actor) -> Saved:
    """Save the text of revision `number` again as a new one, which is not public yet.

    Raises RevisionConflict when somebody saved after `base`: that text is not thrown away unseen. Raises Refused when
    there is no such revision.
    """
    lock_guide(session, guide)
    newest = newest_revision(session, guide)
    old = revision_with(session, guide, number)
    if old is None:
        raise Refused(N_("Deze versie is er niet."))
    if newest.number != base:
        raise RevisionConflict(newest)
    return save_guide(session, guide, fields_of(old), base, Origin(restored_from=number), actor=actor)


def confirm_review(session: Session, guide: Guide, number: int, due: date, *, actor: Actor) -> Revision:
    """Write down that the public text was looked over today and still holds until `due`; that is public at once.

    It needs no second person: no word of the text changes. Raises RevisionConflict when `number` is not the newest,
    NotReviewable when the newest is not public.
    """
    lock_guide(session, guide)
    newest = newest_revision(session, guide)
    if newest.number != number:
        raise RevisionConflict(newest)
    if newest.published_at is None or newest.superseded_at is not None or standing_end(session, guide):
        raise NotReviewable(N_("Er is een nieuwere tekst die niet op de site staat. Publiceer die eerst."))
    if due <= today():
        raise NotReviewable(N_("Kies een dag na vandaag."))
    said = replace(fields_of(newest), reviewed_on=today(), reviewed_by=actor.role, review_due_on=due)
    saved = save_guide(session, guide, said, number, actor=actor)
    if saved.changed:
        put_on_site(session, guide, saved.revision, second_id=newest.seconded_by_id, actor=actor)
        payload = {"number": saved.revision.number, "due": due.isoformat()}
        record(session, "guide.reviewed", f"guide:{guide.slug}", payload, actor=actor)
    return saved.revision
