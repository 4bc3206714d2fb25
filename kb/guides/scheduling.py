"""Publishing at a time: somebody decides it now, and the text goes out by itself.

Whoever comes first after the moment does it: a process of the site, or `flask kb publish-due`. It happens once,
whatever the number of processes: a writer waits for another, and finds nothing to do.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from common.clock import now
from common.errors import N_, Refused
from common.ledger import SYSTEM, Actor, record
from kb.guides.ending import standing_end
from kb.guides.models import Guide, Revision
from kb.guides.writing import (
    NeedsSecond,
    RevisionConflict,
    let_none_wait,
    lock_guide,
    newest_revision,
    only_seen_by,
    put_on_site,
    waiting_revisions,
)


class NotNow(Refused):
    """The moment has passed, or there is nothing that could go out."""


def schedule(session: Session, guide: Guide, number: int, moment: datetime, *, actor: Actor) -> Revision:
    """Let the newest revision go out at `moment`; what was to go out before is called off.

    Raises NotNow, RevisionConflict when `number` is older than the newest, and NeedsSecond as publishing does: who
    decides on the moment is the second person.
    """
    lock_guide(session, guide)
    newest = newest_revision(session, guide)
    if newest.number != number:
        raise RevisionConflict(newest)
    if newest.published_at is not None:
        raise NotNow(N_("De nieuwste versie staat al op de site."))
    if standing_end(session, guide):
        raise NotNow(N_("Deze gids is ingetrokken. Zet hem eerst terug."))
    if moment <= now():
        raise NotNow(N_("Kies een moment dat nog komt."))
    if guide.four_eyes and only_seen_by(session, newest, actor.user_id):
        raise NeedsSecond
    let_none_wait(session, guide, number - 1, actor=actor)
    newest.publish_at, newest.scheduled_by_id = moment, actor.user_id
    session.flush()
    payload = {"number": number, "publish_at": moment.isoformat()}
    record(session, "guide.scheduled", f"guide:{guide.slug}", payload, actor=actor)
    return newest


def scheduled_revision(session: Session, guide: Guide) -> Revision | None:
    """Return the revision that goes out by itself, if there is one."""
    return next(iter(waiting_revisions(session, guide)), None)


def call_off(session: Session, guide: Guide, *, actor: Actor) -> bool:
    """Let nothing go out by itself any more; False when nothing would have."""
    lock_guide(session, guide)
    return let_none_wait(session, guide, actor=actor)


def next_due(session: Session) -> datetime | None:
    """Return when the next text goes out by itself, which may have passed."""
    return session.scalar(select(func.min(Revision.publish_at)))


def publish_due(session: Session) -> list[str]:
    """Publish every text whose moment has come, and return the addresses of the guides. Commits nothing."""
    due = select(Revision).options(joinedload(Revision.guide)).where(Revision.publish_at <= now())
    return [
        revision.guide.slug
        for revision in session.scalars(due.order_by(Revision.publish_at, Revision.id)).all()
        if _go_out(session, revision)
    ]


def _go_out(session: Session, revision: Revision) -> bool:
    guide = revision.guide
    lock_guide(session, guide)
    session.refresh(revision)
    if revision.publish_at is None or revision.published_at is not None:
        return False  # another process was first, or somebody called it off
    # Four eyes may have been asked for after the moment was chosen.
    if standing_end(session, guide) or (guide.four_eyes and only_seen_by(session, revision, revision.scheduled_by_id)):
        revision.publish_at = None
        record(session, "guide.called_off", f"guide:{guide.slug}", {"number": revision.number}, actor=SYSTEM)
        return False
    put_on_site(session, guide, revision, second_id=revision.scheduled_by_id, actor=SYSTEM)
    record(session, "guide.published", f"guide:{guide.slug}", {"number": revision.number}, actor=SYSTEM)
    return True
