"""Four eyes: a colleague looks over what others wrote since the public text; and who wrote it asks for that."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Role, StaffRole, User
from common.ledger import Actor, record
from common.ledger_tables import LedgerEntry
from kb.guides.models import Guide, Revision
from kb.guides.writing import RevisionConflict, lock_guide, newest_revision, unseen_revisions

ASKED = "guide.look_asked"


def to_look_over(session: Session, newest: Revision, user_id: int) -> list[int]:
    """Return the numbers of what colleagues wrote since the public text and nobody else looked over."""
    unseen = session.scalars(unseen_revisions(session, newest).order_by(Revision.number))
    return [one.number for one in unseen if one.author_id not in {None, user_id}]


def look_over_text(session: Session, guide: Guide, number: int, *, actor: Actor) -> list[int]:
    """Write down that the actor looked over all that colleagues wrote up to the newest revision.

    Raises RevisionConflict when `number` is older: what came since was not on his screen.
    """
    lock_guide(session, guide)
    newest = newest_revision(session, guide)
    if newest.number != number:
        raise RevisionConflict(newest)
    unseen = session.scalars(unseen_revisions(session, newest))
    seen = [one for one in unseen if one.author_id not in {None, actor.user_id}]
    for revision in seen:
        revision.seconded_by_id = actor.user_id
    if seen:
        record(session, "guide.looked_over", f"guide:{guide.slug}", {"number": number}, actor=actor)
    return sorted(one.number for one in seen)


def ask_colleagues(session: Session, guide: Guide, newest: Revision, *, actor: Actor) -> Sequence[User]:
    """Write down that the actor asks for a look at the newest revision, and return whom to ask.

    Those are who may publish and wrote nothing that waits, or else all but the actor. Nobody when it was asked before.
    """
    if was_asked(session, guide, newest):
        return []
    record(session, ASKED, f"guide:{guide.slug}", {"number": newest.number}, actor=actor)
    wanted = (StaffRole.EDITOR.value, StaffRole.ADMINISTRATOR.value)
    query = select(User).where(User.active, User.id != actor.user_id, User.roles.any(Role.name.in_(wanted)))
    people = session.scalars(query.order_by(User.id)).unique().all()
    writers = {one.author_id for one in session.scalars(unseen_revisions(session, newest))}
    return [one for one in people if one.id not in writers] or people


def was_asked(session: Session, guide: Guide, newest: Revision) -> bool:
    """Say whether colleagues were asked to look at this revision."""
    asked = select(LedgerEntry.seq).where(LedgerEntry.subject == f"guide:{guide.slug}", LedgerEntry.event == ASKED)
    return session.scalar(asked.where(LedgerEntry.recorded_at >= newest.created_at).limit(1)) is not None
