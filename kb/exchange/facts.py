"""What belongs to a guide and not to one version of it, taken over from a file."""

from dataclasses import replace

from sqlalchemy.orm import Session

from accounts.models import StaffRole
from common.clock import now
from common.errors import Refused
from common.ledger import Actor, record
from kb.guides.ending import BadInstead, bring_back, standing_end, unpublish, withdraw
from kb.guides.front_matter import GuideFile
from kb.guides.front_matter_values import Ended
from kb.guides.models import EndingKind, Guide, GuideAddress
from kb.guides.renaming import find_by_address, former_addresses
from kb.guides.writing import find_guide


def apply_facts(session: Session, file: GuideFile, *, actor: Actor) -> list[str]:
    """Make a guide what its file says of it; return what could not be done, in words for who imports."""
    guide = find_by_address(session, file.slug)
    if guide is None:
        return []
    troubles = [*_translation(session, guide, file), *_addresses(session, guide, file)]
    if file.four_eyes != guide.four_eyes and not _may_entrust(actor):
        troubles.append("four_eyes: dat verandert alleen een beheerder; het blijft zoals het is")
    else:
        guide.four_eyes = file.four_eyes
    session.flush()
    facts = {"four_eyes": guide.four_eyes, "translation_of": file.translation_of, "former": list(file.former_addresses)}
    record(session, "guide.imported", f"guide:{guide.slug}", facts, actor=actor)
    return [*troubles, *_end(session, guide, file, actor)]


def _may_entrust(actor: Actor) -> bool:
    """Whoever runs the command on the server, and a beheerder (kb.permissions.may_entrust_guide)."""
    return actor.user_id is None or actor.role == StaffRole.ADMINISTRATOR


def _translation(session: Session, guide: Guide, file: GuideFile) -> list[str]:
    other = find_guide(session, file.translation_of) if file.translation_of else None
    if file.translation_of and (other is None or other.id == guide.id):
        return [f"translation_of: de gids {file.translation_of} is er niet"]
    guide.translation_of_id = other.id if other else None
    return []


def _addresses(session: Session, guide: Guide, file: GuideFile) -> list[str]:
    """Addresses only ever come: one that led on once leads on for ever."""
    troubles, known = [], set(former_addresses(session, guide))
    for slug in file.former_addresses:
        if slug in known:
            continue
        if find_by_address(session, slug) is not None:
            troubles.append(f"former_addresses: {slug} is van een andere gids")
            continue
        session.add(GuideAddress(slug=slug, guide_id=guide.id, left_at=now()))
        session.flush()
    return troubles


def _end(session: Session, guide: Guide, file: GuideFile, actor: Actor) -> list[str]:
    standing = standing_end(session, guide)
    told = (standing.kind.value, standing.reason, standing.instead) if standing else None
    asked = (file.ended.kind, file.ended.reason, file.ended.instead) if file.ended else None
    if told == asked:
        return []
    try:
        if file.ended is None:
            bring_back(session, guide, "Overgenomen uit een bestand", actor=actor)
        else:
            _end_as(session, guide, file.ended, actor)
    except BadInstead:
        # Its text may not stay on the site because nobody knows where to send readers.
        alone = replace(file.ended, instead=None) if file.ended else None
        if alone and told != (alone.kind, alone.reason, None):
            _end_as(session, guide, alone, actor)
        return [f"ended: de gids {file.ended and file.ended.instead} staat niet op de site; niemand gaat daarheen"]
    except Refused as refusal:
        return [f"ended: {refusal}"]
    return []


def _end_as(session: Session, guide: Guide, ended: Ended, actor: Actor) -> None:
    act = withdraw if ended.kind == EndingKind.WITHDRAWN else unpublish
    act(session, guide, ended.reason, ended.instead, actor=actor)
