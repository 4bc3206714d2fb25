"""Whom a new signature may bind: bodies that exist, of a kind that may sign, and that are not bound already."""

import enum
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from common.clock import today
from common.errors import N_, Refused
from common.versions import AsOf, as_of, known_at
from registry.agreements.models import Agreement, AgreementVersion
from registry.authorities.models import Authority, AuthorityVersion
from registry.authorities.naming import fold
from registry.signatures.models import Origin, Signature, SignatureParty, SignatureVersion
from registry.signatures.signatories import binding

MOST_FOUND = 20
_MOST_READ = 500
MOST_BOUND = 400
"""How many authorities one signature binds at most: more than there are municipalities."""


class WhyNot(enum.StrEnum):
    """Why an authority cannot be bound by a new signature; the page puts it in words."""

    BOUND = "bound"
    """It signed this agreement, and that holds."""
    WAITS = "waits"
    """A signature waits for staff to confirm it."""
    KIND = "kind"
    """Bodies of its kind may not sign this agreement."""
    ENDED = "ended"
    """It does not exist today."""


@dataclass(frozen=True)
class Candidate:
    """An authority under its name of today, and why it cannot be bound, where it cannot."""

    id: int
    code: str
    name: str
    kind: str
    why_not: WhyNot | None
    is_told: bool = False
    """A public source tells that it signed, and staff did not confirm that yet: it may be the same signature."""


def candidates(
    session: Session, version: AgreementVersion, ids: Collection[int], *, but: int | None = None
) -> list[Candidate]:
    """Return these authorities in the order of their names, each with what stands in the way. Four queries.

    `but` is the number of a signature that itself does not stand in the way. Only those of the agreement's world: an
    invented body never stands under a real agreement, nor the other way round.
    """
    if not ids:
        return []
    of_world = Authority.is_example.is_(version.agreement.is_example)
    found = _read(session, version, Authority.id.in_(ids) & of_world, but=but)
    gone = set(ids) - {one.id for one in found}
    rows = session.execute(
        select(Authority.id, Authority.code, AuthorityVersion.name, AuthorityVersion.kind)
        .join(AuthorityVersion, AuthorityVersion.authority_id == Authority.id)
        .where(Authority.id.in_(gone), of_world, known_at(AuthorityVersion))
        .order_by(AuthorityVersion.valid_from)
    )
    ended = {row.id: Candidate(*row, WhyNot.ENDED) for row in rows}
    return sorted([*found, *ended.values()], key=lambda one: one.name)


def search(session: Session, agreement: Agreement, version: AgreementVersion, words: str) -> list[Candidate]:
    """Find authorities by words of their name, first those that can be bound: at most `MOST_FOUND`.

    Only those that exist today, and invented ones for an example only.
    """
    parts = fold(words).split()
    if not parts:
        return []
    has_all = [AuthorityVersion.search_text.contains(part, autoescape=True) for part in parts]
    is_of_world: ColumnElement[bool] = Authority.is_example.is_(agreement.is_example)
    for one in has_all:
        is_of_world &= one
    found = _read(session, version, is_of_world, most=_MOST_READ)
    return sorted(found, key=lambda one: one.why_not is not None)[:MOST_FOUND]


def _read(
    session: Session,
    version: AgreementVersion,
    chosen: ColumnElement[bool],
    *,
    most: int | None = None,
    but: int | None = None,
) -> list[Candidate]:
    rows = session.execute(
        select(Authority.id, Authority.code, AuthorityVersion.name, AuthorityVersion.kind)
        .join(AuthorityVersion, AuthorityVersion.authority_id == Authority.id)
        .where(chosen, as_of(AuthorityVersion, today()))
        .order_by(AuthorityVersion.sort_name, Authority.id)
        .limit(most)
    ).all()
    ids = [row.id for row in rows]
    taken, told = taken_by(session, version.agreement_id, ids, but=but), _told(session, version.agreement_id, ids, but)
    return [Candidate(*row, taken.get(row.id) or _kind_says_no(version, row.kind), row.id in told) for row in rows]


def _kind_says_no(version: AgreementVersion, kind: str) -> WhyNot | None:
    return WhyNot.KIND if version.may_sign and kind not in version.may_sign else None


def taken_by(session: Session, agreement_id: int, ids: Collection[int], *, but: int | None = None) -> dict[int, WhyNot]:
    """Say which are bound or wait, by their numbers. What only an uncertain source tells does not stand in the way."""
    query = _parties(agreement_id, ids, but)
    waiting = query.where(_is_open(), SignatureVersion.origin != Origin.SOURCE)
    found = dict.fromkeys(session.scalars(waiting), WhyNot.WAITS)
    return found | dict.fromkeys(session.scalars(query.where(binding(AsOf(today())))), WhyNot.BOUND)


def refuse_held(
    session: Session, version: AgreementVersion, ids: Collection[int], begins: date | None, *, but: int | None = None
) -> None:
    """Raise Refused where another signature, which ended since, bound one of these after `begins`.

    Nobody is bound twice at a time: what came of the first would be asked again under the second.
    """
    if begins is None:
        return
    its, party = SignatureVersion, SignatureParty
    query = _parties(version.agreement_id, ids, but).where(
        known_at(its),
        its.confirmed.is_(True),
        or_(its.ended_on.is_not(None), party.binds_to.is_not(None)),
        or_(its.ended_on.is_(None), its.ended_on > begins),
        or_(its.ended_on.is_(None), its.signed_on.is_(None), its.ended_on > its.signed_on),
        or_(party.binds_to.is_(None), party.binds_to > begins),
    )
    for one in candidates(session, version, list(session.scalars(query)), but=but):
        raise Refused(N_("%(name)s was na die dag nog gebonden door een andere ondertekening."), name=one.name)


def _told(session: Session, agreement_id: int, ids: Collection[int], but: int | None) -> set[int]:
    query = _parties(agreement_id, ids, but).where(_is_open(), SignatureVersion.origin == Origin.SOURCE)
    return set(session.scalars(query))


def _is_open() -> ColumnElement[bool]:
    return and_(known_at(SignatureVersion), SignatureVersion.confirmed.is_(False), SignatureVersion.refused.is_(False))


def _parties(agreement_id: int, ids: Collection[int], but: int | None) -> Select[int]:
    query = (
        select(SignatureParty.authority_id)
        .join(SignatureVersion, SignatureVersion.id == SignatureParty.signature_version_id)
        .join(Signature, Signature.id == SignatureVersion.signature_id)
        .where(Signature.agreement_id == agreement_id, SignatureParty.authority_id.in_(ids))
    )
    return query if but is None else query.where(Signature.id != but)
