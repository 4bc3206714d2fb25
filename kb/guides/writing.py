"""Saving and publishing: every save is a new revision, and nobody overwrites what he did not see."""

from dataclasses import dataclass, replace

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from common.clock import now
from common.errors import N_, Conflict, Refused
from common.ledger import Actor, canonical_json, record, sha256
from kb.guides.fields import GuideFields, as_columns, as_payload, fields_of, in_same_order
from kb.guides.links import keep_links
from kb.guides.merging import MergedFields, merge_fields
from kb.guides.models import Guide, GuideAddress, GuideEnding, Revision
from kb.guides.reading import end_holds


class RevisionConflict(Conflict):
    """A newer revision was saved meanwhile; it is `newest`. `merged` says what agrees and what a person must choose."""

    def __init__(self, newest: Revision, merged: MergedFields | None = None) -> None:
        self.newest, self.merged = newest, merged
        super().__init__()


class SlugTaken(Refused):
    """A guide has this address, or had it: old links still lead there."""


class HasEnded(Refused):
    """The guide was withdrawn or taken off the site: a new text brings it back to nobody."""

    def __init__(self) -> None:
        super().__init__(N_("Deze gids is ingetrokken. Zet hem eerst terug."))


class NeedsSecond(Refused):
    """This guide asks for four eyes, and who publishes wrote something that nobody else looked over."""

    def __init__(self) -> None:
        super().__init__(N_("Voor deze gids kijkt een collega mee. Wie de tekst schreef, publiceert hem niet zelf."))


@dataclass(frozen=True)
class Origin:
    """Where a text comes from, apart from who saves it."""

    author_id: int | None = None
    """Who wrote it, where that is not who saves it: the author of a proposal."""
    merged_with: int | None = None
    """The revision of somebody else that this text was merged with already."""
    restored_from: int | None = None
    is_correction: bool = False
    note: str | None = None
    """What was changed, for colleagues; of a small correction its public reason."""


@dataclass(frozen=True)
class Saved:
    """The revision that now stands, and whether this save made it."""

    revision: Revision
    changed: bool
    merged_with: Revision | None = None
    """The newer revision whose changes were merged into this one, because the text was written over an older base."""
    taken: tuple[str, ...] = ()
    """The fields in which something of that came in."""


def find_guide(session: Session, slug: str) -> Guide | None:
    """Return the guide with this address, public or not."""
    return session.scalars(select(Guide).where(Guide.slug == slug)).one_or_none()


def newest_revision(session: Session, guide: Guide) -> Revision:
    """Return the last revision that was saved, public or not."""
    return session.scalars(
        select(Revision).where(Revision.guide_id == guide.id).order_by(Revision.number.desc()).limit(1)
    ).one()


def public_revision(session: Session, guide: Guide) -> Revision | None:
    """Return the revision that everybody reads, or read until the guide was ended, if there is one."""
    return session.scalars(
        select(Revision).where(
            Revision.guide_id == guide.id, Revision.published_at.is_not(None), Revision.superseded_at.is_(None)
        )
    ).one_or_none()


def revision_with(session: Session, guide: Guide, number: int) -> Revision | None:
    """Return the revision with this number, if there is one."""
    return session.scalars(
        select(Revision).where(Revision.guide_id == guide.id, Revision.number == number)
    ).one_or_none()


def is_taken(session: Session, slug: str) -> bool:
    """Say whether a guide has this address or had it once."""
    had = select(GuideAddress.id).where(GuideAddress.slug == slug)
    return find_guide(session, slug) is not None or session.scalar(had) is not None


def create_guide(
    session: Session, slug: str, fields: GuideFields, origin: Origin | None = None, *, actor: Actor
) -> Revision:
    """Make a guide with its first revision, which is not public yet. Raises SlugTaken."""
    if is_taken(session, slug):
        raise SlugTaken(N_("Het adres %(slug)s is of was van een andere gids. Kies een ander."), slug=slug)
    guide = Guide(slug=slug)
    session.add(guide)
    session.flush()
    return _add_revision(session, guide, 1, fields, origin or Origin(), actor=actor)


def save_guide(
    session: Session, guide: Guide, fields: GuideFields, base: int, origin: Origin | None = None, *, actor: Actor
) -> Saved:
    """Save a text that was written over revision `base`.

    Over an older base it is merged with what was saved since. The same text again makes no revision. A note on the
    change goes in `origin`. Raises RevisionConflict where the two cannot be merged.
    """
    lock_guide(session, guide)
    newest = newest_revision(session, guide)
    fields = in_same_order(fields, fields_of(newest))
    if fields_of(newest) == fields:
        return Saved(newest, changed=False)
    origin = origin or Origin()
    if newest.number == base:
        return Saved(_add_revision(session, guide, newest.number + 1, fields, origin, actor=actor), changed=True)
    both = merge_with_newest(session, guide, fields, base)
    if both.fields is None:
        raise RevisionConflict(newest, both)
    together = in_same_order(both.fields, fields_of(newest))
    if together == fields_of(newest):
        return Saved(newest, changed=False)
    origin = replace(origin, merged_with=newest.number)
    made = _add_revision(session, guide, newest.number + 1, together, origin, actor=actor)
    return Saved(made, changed=True, merged_with=newest, taken=both.taken)


def merge_with_newest(session: Session, guide: Guide, fields: GuideFields, base: int) -> MergedFields:
    """Merge a text that was written over revision `base` with the newest one."""
    newest = newest_revision(session, guide)
    # Who sends a number that no revision has began, as far as we can tell, with the first.
    began = revision_with(session, guide, base) or revision_with(session, guide, 1) or newest
    return merge_fields(fields_of(began), fields, fields_of(newest))


def publish_guide(session: Session, guide: Guide, number: int, *, actor: Actor) -> Revision:
    """Make the newest revision public, in place of the one before.

    Raises RevisionConflict when `number` is older, and NeedsSecond when the guide asks for four eyes and the actor
    wrote something of it that nobody else looked over. Raises HasEnded where the guide did: only bringing it back puts
    it on the site again.
    """
    lock_guide(session, guide)
    if has_ended(session, guide):
        raise HasEnded
    newest = newest_revision(session, guide)
    if newest.number != number:
        raise RevisionConflict(newest)
    if newest.published_at is not None:
        return newest
    if guide.four_eyes and only_seen_by(session, newest, actor.user_id):
        raise NeedsSecond
    put_on_site(session, guide, newest, second_id=actor.user_id, actor=actor)
    record(session, "guide.published", f"guide:{guide.slug}", {"number": newest.number}, actor=actor)
    return newest


def has_ended(session: Session, guide: Guide) -> bool:
    """Say whether the guide was withdrawn or taken off the site, and is not back."""
    ended = select(GuideEnding.id).where(GuideEnding.guide_id == guide.id, end_holds())
    return session.scalar(ended.limit(1)) is not None


def put_on_site(session: Session, guide: Guide, revision: Revision, *, second_id: int | None, actor: Actor) -> None:
    """Let everybody read this revision from now on. Who may do that, and the event of it, are the caller's.

    What was to go out later than this newer text would put the older one back: it is called off.
    """
    moment = now()
    before = public_revision(session, guide)
    if before:
        before.superseded_at = moment
    revision.published_at = moment
    revision.seconded_by_id = second_id if second_id != revision.author_id else None
    revision.publish_at = None
    session.flush()
    let_none_wait(session, guide, revision.number, actor=actor)


def waiting_revisions(session: Session, guide: Guide) -> list[Revision]:
    """Return the revisions that are to go out by themselves."""
    query = select(Revision).where(Revision.guide_id == guide.id, Revision.publish_at.is_not(None))
    return list(session.scalars(query.order_by(Revision.number.desc())))


def let_none_wait(session: Session, guide: Guide, last: int | None = None, *, actor: Actor) -> bool:
    """Let nothing go out by itself any more, or no revision up to `last`; False when nothing would have."""
    waiting = [one for one in waiting_revisions(session, guide) if last is None or one.number <= last]
    for revision in waiting:
        revision.publish_at = revision.scheduled_by_id = None
        session.flush()
        record(session, "guide.called_off", f"guide:{guide.slug}", {"number": revision.number}, actor=actor)
    return bool(waiting)


def only_seen_by(session: Session, revision: Revision, user_id: int | None) -> bool:
    """Say whether nobody but this person explicitly looked at something of what a revision adds to what is public.

    He wrote a revision since the public one that nobody else looked over. Saving something on top of it is no looking.
    """
    if user_id is None:
        return False
    own = unseen_revisions(session, revision).where(Revision.author_id == user_id)
    return session.scalar(own.limit(1)) is not None


def unseen_revisions(session: Session, revision: Revision) -> Select[Revision]:
    """Return the query of what was saved since the public text, up to this revision, and nobody else looked over."""
    return (
        select(Revision)
        .where(Revision.guide_id == revision.guide_id, Revision.number <= revision.number)
        .where(Revision.number > _last_public_number(session, revision), Revision.seconded_by_id.is_(None))
    )


def _last_public_number(session: Session, revision: Revision) -> int:
    shown = select(Revision.number).where(Revision.guide_id == revision.guide_id, Revision.published_at.is_not(None))
    return session.scalar(shown.order_by(Revision.number.desc()).limit(1)) or 0


def lock_guide(session: Session, guide: Guide) -> None:
    """Let whoever else changes this guide wait. On SQLite the transaction has the lock already."""
    session.execute(select(Guide.id).where(Guide.id == guide.id).with_for_update())


def _add_revision(
    session: Session, guide: Guide, number: int, fields: GuideFields, origin: Origin, *, actor: Actor
) -> Revision:
    revision = Revision(
        guide_id=guide.id,
        number=number,
        change_note=origin.note or None,
        author_id=origin.author_id if origin.author_id is not None else actor.user_id,
        created_at=now(),
        merged_with=origin.merged_with,
        restored_from=origin.restored_from,
        is_correction=origin.is_correction,
        **as_columns(fields),
    )
    session.add(revision)
    session.flush()
    keep_links(session, revision)
    payload = {"number": number, "title": fields.title, "content": sha256(canonical_json(as_payload(fields)))}
    record(session, "guide.saved", f"guide:{guide.slug}", payload, actor=actor)
    return revision
