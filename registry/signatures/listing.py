"""The list of signatures for staff: what waits, what is public and what was refused, by origin and by name."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, selectinload

from common.versions import known_at
from registry.authorities.models import Authority, AuthorityVersion
from registry.authorities.naming import fold
from registry.signatures.models import Origin, Signature, SignatureParty, SignatureVersion

PER_PAGE = 25


_WITH_NAMES = (
    selectinload(SignatureVersion.parties).selectinload(SignatureParty.authority).selectinload(Authority.versions)
)
"""What a page needs that names whom a version binds."""


class Tab(enum.StrEnum):
    """Which signatures the list shows; the values stand in addresses."""

    WAITING = "wacht"
    CONFIRMED = "bevestigd"
    REFUSED = "geweigerd"


@dataclass(frozen=True)
class StaffList:
    """One page of the list."""

    tab: Tab
    origin: Origin | None
    words: str
    page: int
    total: int
    versions: Sequence[SignatureVersion]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PER_PAGE))


def read_list(session: Session, tab: Tab, origin: Origin | None, words: str, page: int) -> StaffList:
    """Return one page of signatures, what waits longest first and the rest by name; a page too far is the last."""
    chosen = [known_at(SignatureVersion), _of_tab(tab)]
    if origin is not None:
        chosen.append(SignatureVersion.origin == origin)
    if words:
        chosen.append(_named(words))
    total = session.scalar(select(func.count(SignatureVersion.id)).where(*chosen)) or 0
    page = min(max(page, 1), max(1, -(-total // PER_PAGE)))
    order: tuple[Any, ...] = (SignatureVersion.name_as_signed, SignatureVersion.id)
    if tab is Tab.WAITING:
        order = (SignatureVersion.recorded_at, *order)
    versions = session.scalars(
        select(SignatureVersion)
        .where(*chosen)
        .options(
            selectinload(SignatureVersion.parties).selectinload(SignatureParty.authority),
            selectinload(SignatureVersion.signature).selectinload(Signature.agreement_version),
        )
        .order_by(*order)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    ).all()
    return StaffList(tab, origin, words, page, total, versions)


def _of_tab(tab: Tab) -> ColumnElement[bool]:
    if tab is Tab.CONFIRMED:
        return SignatureVersion.confirmed.is_(True)
    if tab is Tab.REFUSED:
        return SignatureVersion.refused.is_(True)
    return SignatureVersion.confirmed.is_(False) & SignatureVersion.refused.is_(False)


def _named(words: str) -> ColumnElement[bool]:
    found = select(SignatureParty.signature_version_id).join(
        AuthorityVersion, AuthorityVersion.authority_id == SignatureParty.authority_id
    )
    for part in fold(words).split():
        found = found.where(AuthorityVersion.search_text.contains(part, autoescape=True))
    as_signed = func.lower(SignatureVersion.name_as_signed).contains(words.lower(), autoescape=True)
    return or_(SignatureVersion.id.in_(found), as_signed)


def newest_of(session: Session, signature: Signature) -> SignatureVersion:
    """Return what the register says of a signature now, with whom it binds and their names. Four queries."""
    query = select(SignatureVersion).where(SignatureVersion.signature_id == signature.id, known_at(SignatureVersion))
    return session.scalars(query.options(_WITH_NAMES).execution_options(populate_existing=True)).one()


def versions_of(session: Session, signature: Signature) -> Sequence[SignatureVersion]:
    """Return all versions of a signature, newest first, with whom each binds."""
    return session.scalars(
        select(SignatureVersion)
        .where(SignatureVersion.signature_id == signature.id)
        .options(_WITH_NAMES)
        .order_by(SignatureVersion.number.desc())
    ).all()
