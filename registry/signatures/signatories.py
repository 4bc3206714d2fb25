"""Who is bound by an agreement: confirmed signatures, in their current version, that have not ended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, and_, distinct, func, or_, select
from sqlalchemy.orm import Session, aliased

from common.versions import AsOf, known_at
from registry.agreements.models import AgreementVersion
from registry.authorities.models import Authority, AuthorityVersion
from registry.authorities.reading import best_on, has_ended
from registry.signatures.days import begun
from registry.signatures.models import Certainty, DatePrecision, Origin, Signature, SignatureParty, SignatureVersion


@dataclass(frozen=True)
class Signatory:
    """An authority bound by a signature, under the name it has now or, when it ended, had last."""

    authority_id: int
    code: str
    slug: str
    name: str
    sort_name: str
    search_text: str
    kind: str
    province: str | None
    signed_on: date | None
    precision: DatePrecision
    represented_by: str | None
    """Name of the body that signed for it, None where it signed itself."""
    ended_on: date | None
    """The day on which the authority itself no longer existed; nobody chose yet who takes its signature over."""
    signature_ids: frozenset[int] = frozenset()
    """The signatures that bind it; one signature may bind several."""
    text_number: int = 1
    """The number of the version of the agreement that it signed on `signed_on`: by that text its duties go."""
    origin: Origin = Origin.SOURCE
    """How the register knows; what somebody signed himself counts above a source."""
    certainty: Certainty = Certainty.CERTAIN
    source: str = ""


@dataclass(frozen=True)
class Tally:
    """How many take part, counted in one way for every page."""

    participants: int
    signatures: int
    """Fewer than participants where one signature binds several."""
    by_itself: int
    """Participants who signed on this site or on paper; the register has the others from a public source."""

    ended: int
    """Participants that no longer exist, while nobody chose yet who takes their signature over."""

    @property
    def from_source(self) -> int:
        """Participants whom the register has from a public source."""
        return self.participants - self.by_itself


def tally(parties: Sequence[Signatory]) -> Tally:
    """Count the signatories of one agreement. Pure."""
    return Tally(
        len(parties),
        len(frozenset().union(*(one.signature_ids for one in parties))),
        sum(one.origin is not Origin.SOURCE for one in parties),
        sum(one.ended_on is not None for one in parties),
    )


def binding(at: AsOf) -> ColumnElement[bool]:
    """Return the condition "a confirmed signature that holds on that day, and binds this party then".

    Join SignatureVersion and SignatureParty. A signature of which no source tells the day always counts, and one of
    which it tells the month or the year counts from the first day of it.
    """
    return and_(
        known_at(SignatureVersion, at.moment),
        SignatureVersion.confirmed.is_(True),
        begun(at.day),
        or_(SignatureVersion.ended_on.is_(None), SignatureVersion.ended_on > at.day),
        or_(SignatureParty.binds_from.is_(None), SignatureParty.binds_from <= at.day),
        or_(SignatureParty.binds_to.is_(None), SignatureParty.binds_to > at.day),
    )


def bound_before(at: AsOf) -> ColumnElement[bool]:
    """Return the condition "a confirmed signature that ended by that day, and bound this party until then"."""
    return and_(
        known_at(SignatureVersion, at.moment),
        SignatureVersion.confirmed.is_(True),
        begun(at.day),
        SignatureVersion.ended_on <= at.day,
        or_(SignatureParty.binds_to.is_(None), SignatureParty.binds_to >= SignatureVersion.ended_on),
    )


def signatories(session: Session, agreement_id: int, at: AsOf) -> list[Signatory]:
    """Return who is bound by the agreement, each authority once, by name. One query of plain columns."""
    representative = aliased(AuthorityVersion)
    query = (
        select(
            Authority.id, Authority.code, Authority.slug, AuthorityVersion.name, AuthorityVersion.sort_name,
            AuthorityVersion.search_text, AuthorityVersion.kind, AuthorityVersion.province,
            AuthorityVersion.valid_from, AuthorityVersion.valid_to, SignatureVersion.signed_on,
            SignatureVersion.date_precision, SignatureVersion.represented_by_id,
            representative.name.label("represented_by"), Signature.id.label("signature_id"),
            AgreementVersion.number.label("text_number"), SignatureVersion.origin, SignatureParty.binds_from,
            SignatureVersion.certainty, SignatureVersion.source,
        )
        .select_from(Signature)
        .join(SignatureVersion, SignatureVersion.signature_id == Signature.id)
        .join(SignatureParty, SignatureParty.signature_version_id == SignatureVersion.id)
        .join(AgreementVersion, AgreementVersion.id == Signature.agreement_version_id)
        .join(Authority, Authority.id == SignatureParty.authority_id)
        .join(
            AuthorityVersion,
            and_(AuthorityVersion.authority_id == Authority.id, known_at(AuthorityVersion, at.moment)),
        )
        .outerjoin(
            representative,
            and_(
                representative.authority_id == SignatureVersion.represented_by_id,
                known_at(representative, at.moment),
            ),
        )
        .where(Signature.agreement_id == agreement_id, binding(at))
        .order_by(Authority.id)
    )  # fmt: skip
    found = [_signatory(rows, at.day) for _id, rows in groupby(session.execute(query), key=lambda row: row.id)]
    return sorted(found, key=lambda one: (one.sort_name, one.name))


def binds_anything(session: Session, authority_id: int, at: AsOf) -> bool:
    """Say whether any agreement binds the authority on that day. One query."""
    query = (
        select(SignatureParty.id)
        .join(SignatureVersion, SignatureVersion.id == SignatureParty.signature_version_id)
        .where(SignatureParty.authority_id == authority_id, binding(at))
    )
    return session.scalars(query.limit(1)).first() is not None


def signatory_counts(session: Session, at: AsOf) -> dict[int, int]:
    """Return the number of authorities that each agreement binds, by the agreement's id. One query."""
    query = (
        select(Signature.agreement_id, func.count(distinct(SignatureParty.authority_id)).label("bound"))
        .join(SignatureVersion, SignatureVersion.signature_id == Signature.id)
        .join(SignatureParty, SignatureParty.signature_version_id == SignatureVersion.id)
        .where(binding(at))
        .group_by(Signature.agreement_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def leading(row: Any) -> tuple[bool, date]:
    """Order the signatures that bind one authority: first counts what it signed itself, then the earliest."""
    return row.binds_from is not None, row.signed_on or date.max


def _signatory(rows: Iterable[Any], today: date) -> Signatory:
    """Make one signatory of all rows of an authority: it may have more names, and more signatures."""
    rows = list(rows)
    named = best_on(rows, today)
    signed = min(rows, key=leading)
    surest = max(rows, key=lambda row: row.origin is not Origin.SOURCE)
    return Signatory(
        named.id, named.code, named.slug, named.name, named.sort_name, named.search_text, named.kind,
        named.province, signed.signed_on, signed.date_precision,
        signed.represented_by if signed.represented_by_id != named.id else None,
        named.valid_to if has_ended(named, today) else None,
        frozenset(row.signature_id for row in rows),
        signed.text_number,
        surest.origin,
        surest.certainty,
        surest.source,
    )  # fmt: skip
