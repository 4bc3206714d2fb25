"""Writes what the site says of a buyer group: each a version with its place in the ledger. Nothing is deleted."""

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from common import ledger
from common.errors import N_, Conflict, Refused
from common.files.models import Attachment
from common.fingerprints import fingerprint
from common.ledger import Actor
from common.typed import checked_reason
from common.versions import supersede
from registry.buyer_groups.content import GroupFacts, facts_of, public_content
from registry.buyer_groups.models import BuyerGroup, BuyerGroupVersion
from registry.buyer_groups.reading import current_version

LONGEST_REASON = 500


class GroupConflict(Conflict):
    """Somebody else saved meanwhile; `newest` is what the site says now."""

    def __init__(self, newest: BuyerGroupVersion) -> None:
        super().__init__(N_("Iemand anders heeft deze buyer group intussen gewijzigd."))
        self.newest = newest


def create_group(
    session: Session, slug: str, facts: GroupFacts, *, actor: Actor, is_example: bool = False
) -> BuyerGroup:
    """Write a new buyer group, public at once. Raises Refused when the address is taken."""
    ledger.lock(session)
    if session.scalar(select(BuyerGroup.id).where(BuyerGroup.slug == slug)):
        raise Refused(N_("Dit adres is al in gebruik. Kies een ander."))
    group = BuyerGroup(slug=slug, is_example=is_example)
    session.add(group)
    session.flush()
    first = BuyerGroupVersion(group_id=group.id, number=1, recorded_role=actor.role, **asdict(facts))
    session.add(first)
    session.flush()
    _record(session, "buyer_group.published", group, first, actor)
    return group


def save_group(
    session: Session, group: BuyerGroup, facts: GroupFacts, base: int, *, reason: str, actor: Actor
) -> BuyerGroupVersion | None:
    """Write the next version of a group; None when nothing differs. `base` is the version that was read.

    Raises GroupConflict when it changed meanwhile, Refused without a reason.
    """
    ledger.lock(session)
    old = current_version(session, group)
    assert old is not None
    if old.number != base:
        raise GroupConflict(old)
    if facts_of(old) == facts:
        return None
    reason = checked_reason(reason, N_("Schrijf waarom u dit wijzigt."), most=LONGEST_REASON)
    new = BuyerGroupVersion(group_id=group.id, number=old.number + 1, **asdict(facts))
    supersede(session, old, new, actor=actor, reason=reason)
    _record(session, "buyer_group.changed", group, new, actor)
    return new


def _record(session: Session, event: str, group: BuyerGroup, version: BuyerGroupVersion, actor: Actor) -> None:
    content = public_content(group, version, document_hash(session, version))
    payload = {**content, "fingerprint": fingerprint(content)}
    # A reason may name a person; the ledger is for ever, so it holds a hash of it that can be made void.
    personal = {"reason": version.change_reason}
    entry = ledger.record(session, event, f"buyer_group:{group.slug}", payload, actor=actor, personal=personal)
    if version.change_reason:
        ledger.belongs_to(session, entry, actor.user_id)


def document_hash(session: Session, version: BuyerGroupVersion) -> str | None:
    """Return the SHA-256 of the market vision's document, None where it has none."""
    number = version.market_vision.get("document")
    return session.scalar(select(Attachment.sha256).where(Attachment.id == number)) if number else None
