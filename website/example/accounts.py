"""Accounts of the example world: one for every role, and one for each authority that hands in reports."""

import json
import secrets
from pathlib import Path

from flask_security import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import MemberRole, Membership, Role, StaffRole, User
from website.config import write_private
from website.example.profiles import Profile

FILE = "example-accounts.json"
_ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Letters and digits that cannot be taken for one another."""

_STAFF_DOMAIN = "redactie.voorbeeld.example"
_NAMES = {
    MemberRole.CONTRIBUTOR: "Voorbeeld Invuller",
    MemberRole.COORDINATOR: "Voorbeeld Coördinator",
    MemberRole.EXECUTIVE: "Voorbeeld Bestuurder",
    StaffRole.EDITOR: "Voorbeeld Redacteur",
    StaffRole.REVIEWER: "Voorbeeld Beoordelaar",
    StaffRole.ADMINISTRATOR: "Voorbeeld Beheerder",
}


def make_account(
    session: Session, email: str, name: str, *roles: StaffRole | tuple[str, MemberRole], password: str | None = None
) -> User:
    """Make an account; without a password nobody can sign in to it. A role at an authority is (code, role)."""
    user = User(
        email=email,
        name=name,
        password=hash_password(password) if password else None,
        fs_uniquifier=secrets.token_hex(16),
        is_example=True,
        roles=[_staff_role(session, role) for role in roles if isinstance(role, StaffRole)],
        memberships=[
            Membership(authority_code=role[0], role=role[1]) for role in roles if not isinstance(role, StaffRole)
        ],
    )
    session.add(user)
    session.flush()
    return user


def _staff_role(session: Session, role: StaffRole) -> Role:
    found = session.scalar(select(Role).where(Role.name == role.value))
    return found or Role(name=role.value)


class Accounts:
    """The people of the example world, found by their part."""

    def __init__(self, session: Session, demo: Profile, others: list[Profile]) -> None:
        self.passwords = {role.value: _password() for role in _NAMES}
        self.staff = {
            role: self._with_password(session, role, f"{role.value}@{_STAFF_DOMAIN}", role) for role in StaffRole
        }
        self.demo = {
            role: self._with_password(session, role, f"{role.value}@{demo.domain}", (demo.code, role))
            for role in MemberRole
        }
        self._coordinators = {
            one.code: make_account(
                session, f"coordinator@{one.domain}", f"Coördinator {one.name}", (one.code, MemberRole.COORDINATOR)
            )
            for one in others
        }
        self._coordinators[demo.code] = self.demo[MemberRole.COORDINATOR]

    def _with_password(
        self, session: Session, part: StaffRole | MemberRole, email: str, role: StaffRole | tuple[str, MemberRole]
    ) -> User:
        return make_account(session, email, _NAMES[part], role, password=self.passwords[part.value])

    def coordinator(self, code: str) -> User:
        """Return the person who hands in for this authority."""
        return self._coordinators[code]

    def write(self, data: Path) -> list[str]:
        """Write addresses and passwords to a file for the owner's eyes only; return lines for the screen."""
        people = {role.value: user for role, user in (*self.demo.items(), *self.staff.items())}
        found = {part: {"email": user.email, "password": self.passwords[part]} for part, user in people.items()}
        write_private(data / FILE, json.dumps(found, indent=1) + "\n")
        width = max(len(row["email"]) for row in found.values())
        rows = [f"  {role:<12} {row['email']:<{width}}  {row['password']}" for role, row in found.items()]
        return [f"Voorbeeldaccounts (ook in {data / FILE}):", *rows]


def _password() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(20))
