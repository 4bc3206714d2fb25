"""The address of a guide: a new one, and the former ones, which lead on for ever."""

import re
from collections.abc import Collection

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from common import unsaved
from common.clock import now
from common.errors import N_, Refused
from common.files.models import Attachment
from common.ledger import Actor, record
from kb.guides.fields import is_address
from kb.guides.files import subject_of
from kb.guides.models import Guide, GuideAddress, GuideEnding, Revision
from kb.guides.writing import SlugTaken, find_guide, lock_guide

_TYPED_AT = ("/redactie/gidsen/{}", "/redactie/voorstellen/verbeteringen/{}", "/kennisbank/{}/opmerkingen")
"""Pages with a form whose address holds that of the guide; those below them too."""
_PASTED = re.compile(r"/kennisbank/([^/?#\s]+)")


class BadAddress(Refused):
    """No address of a guide: capitals, spaces, other signs, too long, or a word that the site uses itself."""

    def __init__(self) -> None:
        super().__init__(N_("Gebruik alleen kleine letters, cijfers en streepjes, zoals actieplan-schrijven."))


def rename(session: Session, guide: Guide, slug: str, *, actor: Actor) -> str:
    """Give a guide another address and return the old one; links to that keep working.

    Raises BadAddress, and SlugTaken when another guide has the address or had it: its old links lead there. A guide may
    go back to an address that it had itself. The address of a guide that was never public becomes free again.
    """
    old = guide.slug
    if slug == old:
        return old
    if not is_address(slug):
        raise BadAddress
    lock_guide(session, guide)
    other = find_by_address(session, slug)
    if other is not None and other.id != guide.id:
        raise SlugTaken(N_("Dit adres is of was van de gids %(slug)s. Kies een ander."), slug=other.slug)
    session.execute(delete(GuideAddress).where(GuideAddress.slug == slug))
    if _was_public(session, guide):
        session.add(GuideAddress(slug=old, guide_id=guide.id, left_at=now()))
    guide.slug = slug
    _take_along(session, old, slug)
    session.flush()
    # Two subjects: what follows the ledger forgets the old address and takes in the new one.
    record(session, "guide.renamed", f"guide:{old}", {"to": slug}, actor=actor)
    record(session, "guide.renamed", f"guide:{slug}", {"from": old}, actor=actor)
    return old


def _was_public(session: Session, guide: Guide) -> bool:
    was = select(Revision.id).where(Revision.guide_id == guide.id, Revision.published_at.is_not(None)).limit(1)
    return session.scalar(was) is not None


def _take_along(session: Session, old: str, new: str) -> None:
    """Let the files of a guide, what somebody could not save, and who was sent here go to its new address."""
    files = update(Attachment).where(Attachment.subject == subject_of(old))
    session.execute(files.values(subject=subject_of(new)))
    led_here = update(GuideEnding).where(GuideEnding.instead == old, GuideEnding.superseded_at.is_(None))
    session.execute(led_here.values(instead=new))
    for page in _TYPED_AT:
        unsaved.move(session, page.format(old), page.format(new))


def address_in(typed: str) -> str:
    """Return the address of a guide in what somebody typed, or pasted with /kennisbank/ and all before it."""
    pasted = _PASTED.search(typed)
    return pasted[1] if pasted else typed.strip()


def find_by_address(session: Session, slug: str) -> Guide | None:
    """Return the guide that has this address, or that had it."""
    had = select(Guide).join(GuideAddress, GuideAddress.guide_id == Guide.id).where(GuideAddress.slug == slug)
    return find_guide(session, slug) or session.scalars(had).one_or_none()


def guides_by_address(session: Session) -> dict[str, Guide]:
    """Return every guide under its address and under each that it had. Two queries."""
    by_id = {guide.id: guide for guide in session.scalars(select(Guide))}
    former = {address.slug: by_id[address.guide_id] for address in session.scalars(select(GuideAddress))}
    return former | {guide.slug: guide for guide in by_id.values()}


def present_addresses(session: Session, slugs: Collection[str]) -> dict[str, str]:
    """Return of each of these addresses, present or former, the present one; what is no guide is left out."""
    if not slugs:
        return {}
    had = select(GuideAddress.slug.label("former"), Guide.slug).join(Guide, Guide.id == GuideAddress.guide_id)
    rows = session.execute(had.where(GuideAddress.slug.in_(slugs)))
    found = {row.former: row.slug for row in rows}
    return found | {slug: slug for slug in session.scalars(select(Guide.slug).where(Guide.slug.in_(slugs)))}


def former_addresses(session: Session, guide: Guide) -> list[str]:
    """Return the addresses that a guide had, the one that it left last first."""
    query = select(GuideAddress.slug).where(GuideAddress.guide_id == guide.id)
    return list(session.scalars(query.order_by(GuideAddress.left_at.desc(), GuideAddress.id.desc())))
