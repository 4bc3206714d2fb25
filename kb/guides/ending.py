"""The end of a guide: withdrawn (its page stays, with why) or unpublished (readers go elsewhere), and back again."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.errors import N_, Refused
from common.ledger import Actor, record
from common.versions import supersede
from kb.guides.fields import LONGEST_REASON
from kb.guides.models import EndingKind, Guide, GuideEnding
from kb.guides.reading import find_public
from kb.guides.renaming import find_by_address
from kb.guides.writing import let_none_wait, lock_guide, public_revision


class NotPublic(Refused):
    """The guide is on no public page, so that there is nothing to end or to bring back."""


class BadInstead(Refused):
    """Readers cannot be sent there: it is no public guide, or it is this one."""

    def __init__(self, is_itself: bool) -> None:
        super().__init__(
            N_("Dit is deze gids zelf. Kies een andere.")
            if is_itself
            else N_("Op dit adres staat geen gids. Plak het adres van een gids die op de site staat.")
        )


def standing_end(session: Session, guide: Guide) -> GuideEnding | None:
    """Return how the guide ended, or None where it goes on."""
    ending = _newest(session, guide)
    return ending if ending and ending.kind != EndingKind.BACK else None


def endings_of(session: Session, guide: Guide) -> list[GuideEnding]:
    """Return every end of a guide and every return, newest first."""
    query = select(GuideEnding).where(GuideEnding.guide_id == guide.id)
    return list(session.scalars(query.order_by(GuideEnding.id.desc())))


def withdraw(session: Session, guide: Guide, reason: str, instead: str | None, *, actor: Actor) -> GuideEnding:
    """Let the page of a guide only say why it was withdrawn, and where to read on. Raises NotPublic and BadInstead."""
    return _end(session, guide, GuideEnding(kind=EndingKind.WITHDRAWN, reason=reason, instead=instead), actor)


def unpublish(session: Session, guide: Guide, reason: str, instead: str | None, *, actor: Actor) -> GuideEnding:
    """Take a guide off the site and send its readers to `instead`. Raises NotPublic and BadInstead."""
    return _end(session, guide, GuideEnding(kind=EndingKind.UNPUBLISHED, reason=reason, instead=instead), actor)


def bring_back(session: Session, guide: Guide, reason: str, instead: None = None, *, actor: Actor) -> GuideEnding:
    """Put a guide that ended back on the site as it read. Raises NotPublic when it did not end."""
    lock_guide(session, guide)
    before = standing_end(session, guide)
    if before is None:
        raise NotPublic(N_("Deze gids is niet ingetrokken."))
    back = GuideEnding(guide_id=guide.id, kind=EndingKind.BACK, reason=reason_of(reason), instead=None)
    supersede(session, before, back, actor=actor, reason=back.reason)
    session.flush()
    record(session, "guide.brought_back", f"guide:{guide.slug}", {"reason": back.reason}, actor=actor)
    return back


def _end(session: Session, guide: Guide, ending: GuideEnding, actor: Actor) -> GuideEnding:
    lock_guide(session, guide)
    if public_revision(session, guide) is None:
        raise NotPublic(N_("Deze gids staat niet op de site."))
    ending.guide_id, ending.reason = guide.id, reason_of(ending.reason)
    ending.instead = place_to_go(session, guide, ending.instead)
    before = _newest(session, guide)
    if before is not None:
        supersede(session, before, ending, actor=actor, reason=ending.reason)
    else:
        ending.recorded_role, ending.change_reason = actor.role, ending.reason
        session.add(ending)
    # What was to go out by itself would be on the page of a guide that ended.
    let_none_wait(session, guide, actor=actor)
    payload = {"instead": ending.instead, "reason": ending.reason}
    record(session, f"guide.{ending.kind.value}", f"guide:{guide.slug}", payload, actor=actor)
    return ending


def reason_of(reason: str) -> str:
    """Return a reason as it is kept. Raises Refused where there is none, or where it is too long."""
    said = reason.strip()
    if not said:
        raise Refused(N_("Schrijf op waarom."))
    if len(said) > LONGEST_REASON:
        raise Refused(N_("Gebruik hoogstens 1.000 tekens."))
    return said


def place_to_go(session: Session, guide: Guide, instead: str | None) -> str | None:
    """Return the present address of where readers go. What is public itself never leads on, so there are no loops.

    Raises BadInstead.
    """
    if not instead:
        return None
    other = find_by_address(session, instead)
    if other is None or other.id == guide.id or find_public(session, other.slug) is None:
        raise BadInstead(is_itself=other is not None and other.id == guide.id)
    return other.slug


def _newest(session: Session, guide: Guide) -> GuideEnding | None:
    standing = select(GuideEnding).where(GuideEnding.guide_id == guide.id, GuideEnding.superseded_at.is_(None))
    return session.scalars(standing.order_by(GuideEnding.id.desc()).limit(1)).one_or_none()
