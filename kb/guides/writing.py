"""Saving and publishing: every save is a new revision, and nobody overwrites what he did not see."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import now
from common.errors import Conflict, Refused
from common.ledger import Actor, canonical_json, record, sha256
from kb.guides.fields import GuideFields, as_columns, as_payload, fields_of, in_same_order
from kb.guides.links import keep_links
from kb.guides.models import Guide, Revision


class RevisionConflict(Conflict):
    """Somebody else saved a newer revision meanwhile; it is `newest`."""

    def __init__(self, newest: Revision) -> None:
        self.newest = newest
        super().__init__()


class SlugTaken(Refused):
    """There is a guide with this address already."""


@dataclass(frozen=True)
class Saved:
    """The revision that now stands, and whether this save made it."""

    revision: Revision
    changed: bool


def find_guide(session: Session, slug: str) -> Guide | None:
    """Return the guide with this address, public or not."""
    return session.scalars(select(Guide).where(Guide.slug == slug)).one_or_none()


def newest_revision(session: Session, guide: Guide) -> Revision:
    """Return the last revision that was saved, public or not."""
    return session.scalars(
        select(Revision).where(Revision.guide_id == guide.id).order_by(Revision.number.desc()).limit(1)
    ).one()


def public_revision(session: Session, guide: Guide) -> Revision | None:
    """Return the revision that everybody reads, if there is one."""
    return session.scalars(
        select(Revision).where(
            Revision.guide_id == guide.id, Revision.published_at.is_not(None), Revision.superseded_at.is_(None)
        )
    ).one_or_none()


def create_guide(session: Session, slug: str, fields: GuideFields, note: str | None, *, actor: Actor) -> Revision:
    """Make a guide with its first revision, which is not public yet. Raises SlugTaken."""
    if find_guide(session, slug):
        raise SlugTaken(slug)
    guide = Guide(slug=slug)
    session.add(guide)
    session.flush()
    return _add_revision(session, guide, 1, fields, note, actor=actor)


def save_guide(
    session: Session, guide: Guide, fields: GuideFields, base: int, note: str | None = None, *, actor: Actor
) -> Saved:
    """Save a text that was written over revision `base`.

    The same text again makes no revision. Raises RevisionConflict when a newer one says something else.
    """
    _lock(session, guide)
    newest = newest_revision(session, guide)
    fields = in_same_order(fields, fields_of(newest))
    if fields_of(newest) == fields:
        return Saved(newest, changed=False)
    if newest.number != base:
        raise RevisionConflict(newest)
    return Saved(_add_revision(session, guide, newest.number + 1, fields, note, actor=actor), changed=True)


def publish_guide(session: Session, guide: Guide, number: int, *, actor: Actor) -> Revision:
    """Make the newest revision public, in place of the one before. Raises RevisionConflict when `number` is older."""
    _lock(session, guide)
    newest = newest_revision(session, guide)
    if newest.number != number:
        raise RevisionConflict(newest)
    if newest.published_at is not None:
        return newest
    moment = now()
    before = public_revision(session, guide)
    if before:
        before.superseded_at = moment
    newest.published_at = moment
    session.flush()
    record(session, "guide.published", f"guide:{guide.slug}", {"number": newest.number}, actor=actor)
    return newest


def revision_with(session: Session, guide: Guide, number: int) -> Revision | None:
    """Return the revision with this number, if there is one."""
    return session.scalars(
        select(Revision).where(Revision.guide_id == guide.id, Revision.number == number)
    ).one_or_none()


def _lock(session: Session, guide: Guide) -> None:
    # On SQLite the transaction has the lock already; elsewhere two saves wait for each other here.
    session.execute(select(Guide.id).where(Guide.id == guide.id).with_for_update())


def _add_revision(
    session: Session, guide: Guide, number: int, fields: GuideFields, note: str | None, *, actor: Actor
) -> Revision:
    revision = Revision(
        guide_id=guide.id,
        number=number,
        change_note=note or None,
        author_id=actor.user_id,
        created_at=now(),
        **as_columns(fields),
    )
    session.add(revision)
    session.flush()
    keep_links(session, revision)
    payload = {"number": number, "title": fields.title, "content": sha256(canonical_json(as_payload(fields)))}
    record(session, "guide.saved", f"guide:{guide.slug}", payload, actor=actor)
    return revision
