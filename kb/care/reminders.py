"""Reviews that fall due: who keeps the guide is mailed once for each day of review. `flask kb remind`, each day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from accounts.models import StaffRole, User
from accounts.staff_roles import roles_of, staff
from common.ledger import SYSTEM, record
from kb.guides.entrusting import keeper_of
from kb.guides.models import Guide, Revision
from kb.guides.reading import is_public

AHEAD = timedelta(days=14)
"""How long before the day the mail goes; a missed day is caught up."""


@dataclass(frozen=True)
class Due:
    """A guide that must be looked over again."""

    guide: Guide
    title: str
    owner: str
    day: date


def due_guides(session: Session, today: date) -> list[Due]:
    """Return the public guides whose review falls due within two weeks or is overdue, and of which nobody was told."""
    query = (
        select(Guide, Revision.title, Revision.owner, Revision.review_due_on)
        .join(Revision.guide)
        .where(is_public(), Revision.review_due_on <= today + AHEAD)
        .where(or_(Guide.reminded_for.is_(None), Guide.reminded_for < Revision.review_due_on))
        .order_by(Revision.review_due_on, Guide.slug)
        .with_for_update(of=Guide)
    )
    return [Due(guide, title, owner, day) for guide, title, owner, day in session.execute(query) if day]


def by_person(session: Session, due: Sequence[Due]) -> dict[User, list[Due]]:
    """Return who is told of which guides: its keeper, or who has the role that owns it; nobody twice, nobody gone."""
    staff: dict[StaffRole, list[User]] = {}
    told: dict[User, list[Due]] = {}
    for one in due:
        keeper = keeper_of(session, one.guide)
        people = [keeper] if keeper else _with_role(session, one.owner, staff)
        for person in people:
            told.setdefault(person, []).append(one)
    return told


def _with_role(session: Session, owner: str, known: dict[StaffRole, list[User]]) -> list[User]:
    """A guide that a role of authorities owns is looked after by the redactie."""
    role = StaffRole(owner) if owner in list(StaffRole) else StaffRole.EDITOR
    if role not in known:
        known[role] = [person for person in staff(session) if role in roles_of(person)]
    return known[role]


def note_told(session: Session, due: Sequence[Due]) -> None:
    """Remember for which day of review each guide was brought up."""
    for one in due:
        one.guide.reminded_for = one.day
        record(session, "review.reminded", f"review:{one.guide.slug}", {"due": one.day.isoformat()}, actor=SYSTEM)
