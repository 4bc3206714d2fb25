"""What belongs to a guide and not to one text of it: whose translation it is, who keeps it, whether four eyes look."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import StaffRole, User
from accounts.people import has_staff_role
from common.errors import N_, Refused
from common.ledger import Actor, record
from kb.guides.models import Guide
from kb.guides.writing import lock_guide, newest_revision


class NoTranslation(Refused):
    """The two guides cannot be each other's translation."""


class NoKeeper(Refused):
    """This person does not write guides, so that he cannot be reminded of one."""


def original_of(session: Session, guide: Guide) -> str:
    """Return the address of the Dutch guide of which this is the English one; "" where it is none."""
    original = session.get(Guide, guide.translation_of_id) if guide.translation_of_id else None
    return original.slug if original else ""


def translate(session: Session, guide: Guide, original: Guide | None, *, actor: Actor) -> bool:
    """Say of which Dutch guide this is the English version; None takes that back. False when it was so already.

    Raises NoTranslation: an original is in Dutch, is no translation itself, and has one translation.
    """
    before, after = guide.translation_of_id, original.id if original else None
    if before == after:
        return False
    lock_guide(session, guide)
    if original is not None:
        _check_pair(session, guide, original)
    subjects = {guide.slug, *session.scalars(select(Guide.slug).where(Guide.id.in_([before, after])))}
    guide.translation_of_id = after
    session.flush()
    # The page of each of them says where the other is.
    for slug in sorted(subjects):
        record(session, "guide.translated", f"guide:{slug}", {"of": original.slug if original else None}, actor=actor)
    return True


def _check_pair(session: Session, guide: Guide, original: Guide) -> None:
    if original.id == guide.id or original.translation_of_id is not None:
        raise NoTranslation(N_("Deze gids is zelf een vertaling. Kies de Nederlandse gids."))
    if newest_revision(session, original).language != "nl":
        raise NoTranslation(N_("Deze gids is niet in het Nederlands. Kies de Nederlandse gids."))
    other = session.scalar(select(Guide.slug).where(Guide.translation_of_id == original.id, Guide.id != guide.id))
    if other is not None:
        raise NoTranslation(N_("Deze gids heeft al een vertaling: %(slug)s."), slug=other)


def entrust(session: Session, guide: Guide, keeper: User | None, four_eyes: bool, *, actor: Actor) -> bool:
    """Say who is reminded of a guide, and whether a second person looks before it is public; False when it was so.

    Raises NoKeeper for who does not write guides.
    """
    if keeper is not None and not keeps_guides(keeper):
        raise NoKeeper(N_("Deze persoon is geen redacteur of beheerder."))
    keeper_id = keeper.id if keeper else None
    if (guide.keeper_id, guide.four_eyes) == (keeper_id, four_eyes):
        return False
    lock_guide(session, guide)
    guide.keeper_id, guide.four_eyes = keeper_id, four_eyes
    session.flush()
    personal = {"keeper": keeper.name} if keeper else {}
    record(session, "guide.entrusted", f"guide:{guide.slug}", {"four_eyes": four_eyes}, actor=actor, personal=personal)
    return True


def keeps_guides(user: User) -> bool:
    """Say whether a person may keep a guide: he writes them, and his account is active."""
    return bool(user.active) and has_staff_role(user, StaffRole.EDITOR, StaffRole.ADMINISTRATOR)


def keeper_of(session: Session, guide: Guide) -> User | None:
    """Return who keeps a guide; None where nobody does, or who did may do so no more: then it is the editors'."""
    keeper = session.get(User, guide.keeper_id) if guide.keeper_id else None
    return keeper if keeper and keeps_guides(keeper) else None


def possible_keepers(session: Session) -> list[User]:
    """Return who may keep a guide, by name."""
    people = session.scalars(select(User).where(User.active, User.roles.any()).order_by(User.name))
    return [user for user in people.unique() if keeps_guides(user)]
