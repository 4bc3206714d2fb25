"""Lists of people with the names of their organisations, and which organisations miss a coördinator."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from accounts.models import Invitation, MemberRole, Membership, Role, User, user_role
from common.clock import now, today
from common.versions import AsOf, as_of, known_at
from registry.agreements.reading import all_agreements, current_version
from registry.authorities.models import Authority, AuthorityVersion
from registry.authorities.naming import fold
from registry.authorities.reading import best_on, has_ended
from registry.obligations.rule import DueState
from registry.participants.participants import list_participants

MOST_ORGANISATIONS = 10
_OPEN = {DueState.NOT_YET_DUE, DueState.DUE_SOON, DueState.LATE}


@dataclass(frozen=True)
class Organisation:
    """An authority as these pages name it."""

    code: str
    name: str
    sort_name: str
    search_text: str
    is_example: bool
    ended: bool


@dataclass
class PersonRow:
    """Somebody with an account: where he works, in which roles."""

    user_id: int
    name: str
    email: str
    is_example: bool
    last_sign_in_at: datetime | None
    has_second_step: bool
    places: list[tuple[str, str, str]] = field(default_factory=list)
    """Code and name of each organisation, with the role there."""
    staff_roles: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class WithoutCoordinator:
    """An authority that misses a coördinator, and who was asked."""

    organisation: Organisation
    had_people: bool
    invited_on: datetime | None
    """When the newest open invitation for a coördinator was sent."""


def organisations(session: Session, codes: Iterable[str] | None = None) -> dict[str, Organisation]:
    """Return authorities by code, as they are called today. One query."""
    query = (
        select(
            Authority.code, Authority.is_example, AuthorityVersion.name, AuthorityVersion.sort_name,
            AuthorityVersion.search_text, AuthorityVersion.valid_from, AuthorityVersion.valid_to,
        )
        .join(AuthorityVersion, AuthorityVersion.authority_id == Authority.id)
        .where(known_at(AuthorityVersion))
    )  # fmt: skip
    if codes is not None:
        query = query.where(Authority.code.in_(set(codes)))
    versions: dict[str, list[Any]] = {}
    for row in session.execute(query):
        versions.setdefault(row.code, []).append(row)
    return {code: _organisation(rows, today()) for code, rows in versions.items()}


def _organisation(rows: Sequence[Any], day: date) -> Organisation:
    row = best_on(rows, day)
    return Organisation(row.code, row.name, row.sort_name, row.search_text, row.is_example, has_ended(row, day))


def name_of(session: Session, code: str) -> str:
    """Return what an authority is called today; its code where the register does not know it."""
    found = organisations(session, [code]).get(code)
    return found.name if found else code


def search_people(session: Session, q: str) -> list[PersonRow]:
    """Return everybody with an account whose name, address or organisation holds all words of `q`, by name.

    Folded in Python, so that "coordinator" finds "Coördinator" on every database: accounts are some thousands at most.
    """
    rows = _people(session)
    words = fold(q).split()
    found = [row for row in rows if all(word in _text_of(row) for word in words)]
    return sorted(found, key=lambda row: (fold(row.name), row.user_id))


def _text_of(row: PersonRow) -> str:
    return fold(" ".join([row.name, row.email, *(name for _code, name, _role in row.places), *row.staff_roles]))


def _people(session: Session) -> list[PersonRow]:
    second_step = or_(User.tf_totp_secret.is_not(None), User.webauthn.any())
    query = select(User.id, User.name, User.email, User.is_example, User.last_sign_in_at, second_step)
    rows = {row.id: PersonRow(*row) for row in session.execute(query.where(User.active, User.erased_at.is_(None)))}
    memberships = session.execute(
        select(Membership.user_id, Membership.authority_code, Membership.role)
        .where(Membership.ended_at.is_(None))
        .order_by(Membership.id)
    ).all()
    names = organisations(session, {row.authority_code for row in memberships})
    for user_id, code, role in memberships:
        if user_id in rows:
            rows[user_id].places.append((code, names[code].name if code in names else code, role.value))
    for user_id, role in session.execute(select(user_role.c.user_id, Role.name).join(Role).order_by(Role.name)):
        if user_id in rows:
            rows[user_id].staff_roles.append(role)
    return list(rows.values())


def find_organisations(session: Session, q: str) -> list[Organisation]:
    """Return the authorities that exist today and whose name, abbreviation or code holds all words of `q`, by name."""
    query = select(Authority.code).join(AuthorityVersion).where(as_of(AuthorityVersion, today())).distinct()
    for word in fold(q).split():
        query = query.where(AuthorityVersion.search_text.contains(word, autoescape=True))
    found = organisations(session, session.scalars(query.limit(MOST_ORGANISATIONS + 1)).all())
    return sorted(found.values(), key=lambda one: one.sort_name)


def open_invitations(session: Session) -> Sequence[Invitation]:
    """Return every invitation that was not answered, the one that ends first on top."""
    query = select(Invitation).where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    return session.scalars(query.order_by(Invitation.expires_at, Invitation.id)).all()


def without_coordinator(session: Session, day: date) -> list[WithoutCoordinator]:
    """Return the authorities that miss a coördinator, by name: who had people here, or of whom something is asked now.

    An authority that never had anybody and of which nothing is asked is not missed. One that was merged into another
    needs nobody any more.
    """
    current = (Membership.ended_at.is_(None), User.active)
    query = select(Membership.authority_code).join(Membership.user)
    covered = set(session.scalars(query.where(Membership.role == MemberRole.COORDINATOR, *current)))
    had_people = set(session.scalars(select(Membership.authority_code).distinct()))
    missed = (had_people | _asked(session, day)) - covered
    invited = _invited(session, missed)
    found = [
        WithoutCoordinator(one, one.code in had_people, invited.get(one.code))
        for one in (organisations(session, missed).values() if missed else [])
        if not one.ended
    ]
    return sorted(found, key=lambda row: (not row.had_people, row.organisation.sort_name))


def _asked(session: Session, day: date) -> set[str]:
    """Return the codes of the authorities of which something is asked now, under an agreement that is followed."""
    codes: set[str] = set()
    for agreement in all_agreements(session):
        if current_version(agreement).followed:
            participants = list_participants(session, agreement, AsOf(day))
            codes |= {one.who.code for one in participants if {one.plan.state, one.report.state} & _OPEN}
    return codes


def _invited(session: Session, codes: Collection[str]) -> Mapping[str, datetime]:
    query = select(Invitation.authority_code, Invitation.sent_at).where(
        Invitation.authority_code.in_(codes),
        Invitation.role == MemberRole.COORDINATOR.value,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > now(),
    )
    rows = session.execute(query.order_by(Invitation.sent_at)).all() if codes else []
    return {code: sent_at for code, sent_at in rows if code}
