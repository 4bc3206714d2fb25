"""Reads certificates: those of an authority as of a day and moment, and one with all its versions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from common.clock import today
from common.files.models import Attachment
from common.together import columns_of, part_of
from common.versions import AsOf, known_at
from registry.authorities.models import Authority, AuthorityVersion
from registry.certificates.content import CertificateFacts
from registry.certificates.models import Certificate, CertificateVersion
from registry.certificates.scales import CertificateState, state_on


@dataclass(frozen=True)
class Held:
    """A certificate of an authority as a reader finds it."""

    certificate: Certificate
    version: CertificateVersion
    state: CertificateState
    document: Attachment | None

    @property
    def expired_since(self) -> date | None:
        """The first day on which it is valid no more; None where no source tells its last day."""
        return self.version.valid_until + timedelta(days=1) if self.version.valid_until else None


def shown_on(at: AsOf) -> ColumnElement[bool]:
    """Return the condition "the public sees it": known then, not withdrawn, and not of a later day.

    Of one whose first day no source tells, the day that the source speaks of is the first on which it is known to be.
    """
    return and_(known_at(CertificateVersion, at.moment), CertificateVersion.withdrawn.is_(False), _begun(at))


def _begun(at: AsOf) -> ColumnElement[bool]:
    begins = func.coalesce(CertificateVersion.valid_from, CertificateVersion.source_on)
    return or_(begins.is_(None), begins <= at.day)


def certificate_query(authority_id: int, at: AsOf) -> Select[Any]:
    """Return the query of what the public sees of an authority's certificates as of that day and moment."""
    return (
        select(
            *columns_of(CertificateVersion, "version"), *columns_of(Certificate, "certificate"),
            *columns_of(Attachment, "document"),
        )
        .join(CertificateVersion.certificate)
        .outerjoin(Attachment, and_(Attachment.id == CertificateVersion.document_id, Attachment.removed_at.is_(None)))
        .where(Certificate.authority_id == authority_id, shown_on(at))
    )  # fmt: skip


def certificates_from(rows: Iterable[Any], at: AsOf) -> list[Held]:
    """Tell what the rows of `certificate_query` say, valid ones first; expired ones are among them. Pure."""
    found = []
    for row in rows:
        version = part_of(row, "version")
        state = state_on(version.valid_from, version.valid_until, at.day)
        found.append(Held(part_of(row, "certificate"), version, state, part_of(row, "document")))
    return sorted(found, key=_place)


def own_certificates(session: Session, authority_id: int, at: AsOf) -> list[Held]:
    """Return all certificates of an authority for its own people, withdrawn and coming ones included. One query."""
    return _held(session, (Certificate.authority_id == authority_id) & known_at(CertificateVersion), at)


def _held(session: Session, condition: ColumnElement[bool], at: AsOf, *, with_names: bool = False) -> list[Held]:
    query = (
        select(CertificateVersion, Attachment)
        .join(CertificateVersion.certificate)
        .outerjoin(Attachment, and_(Attachment.id == CertificateVersion.document_id, Attachment.removed_at.is_(None)))
        .options(contains_eager(CertificateVersion.certificate), joinedload(Attachment.file))
        .where(condition)
    )
    if with_names:
        names = Authority.versions.and_(known_at(AuthorityVersion))
        holder = contains_eager(CertificateVersion.certificate).selectinload(Certificate.authority)
        query = query.options(holder.selectinload(names))
    found = [
        Held(version.certificate, version, state_on(version.valid_from, version.valid_until, at.day), document)
        for version, document in session.execute(query)
    ]
    return sorted(found, key=_place)


def _place(one: Held) -> tuple[int, int, int]:
    """Valid ones first, the one that ends last on top; never by level or trede."""
    order = [CertificateState.VALID, CertificateState.UNKNOWN, CertificateState.NOT_YET, CertificateState.EXPIRED]
    until = one.version.valid_until
    return (order.index(one.state), -until.toordinal() if until else 0, one.certificate.id)


def is_there_already(session: Session, authority_id: int, facts: CertificateFacts) -> bool:
    """Say whether the authority has this very certificate: of one scale and value, one holder and one last day."""
    query = select(CertificateVersion.holder).join(CertificateVersion.certificate)
    same = query.where(
        Certificate.authority_id == authority_id,
        known_at(CertificateVersion),
        CertificateVersion.withdrawn.is_(False),
        CertificateVersion.handbook == facts.handbook,
        CertificateVersion.level.is_not_distinct_from(facts.level),
        CertificateVersion.step.is_not_distinct_from(facts.step),
        CertificateVersion.valid_until == facts.valid_until,
    )
    return facts.holder.casefold() in {holder.casefold() for holder in session.scalars(same)}


def find_certificate(session: Session, certificate_id: int) -> Certificate | None:
    """Return a certificate with its authority, or None."""
    return session.get(Certificate, certificate_id, options=[joinedload(Certificate.authority)])


def current_version(session: Session, certificate: Certificate) -> CertificateVersion:
    """Return what the register says of a certificate now."""
    return session.scalars(
        select(CertificateVersion).where(
            CertificateVersion.certificate_id == certificate.id, known_at(CertificateVersion)
        )
    ).one()


def version_at(session: Session, certificate: Certificate, at: AsOf) -> CertificateVersion | None:
    """Return what the public is told of a certificate as of that day and moment; None before there is anything.

    One that was withdrawn is told as withdrawn: whoever kept an earlier file can see what became of it.
    """
    return session.scalars(
        select(CertificateVersion).where(
            CertificateVersion.certificate_id == certificate.id, known_at(CertificateVersion, at.moment), _begun(at)
        )
    ).one_or_none()


def held_document(session: Session, version: CertificateVersion) -> Attachment | None:
    """Return the document of a version with its file; None where it has none or it was removed."""
    if version.document_id is None:
        return None
    found = session.get(Attachment, version.document_id, options=[joinedload(Attachment.file)])
    return found if found and found.removed_at is None else None


def is_shown_document(session: Session, attachment_id: int) -> bool:
    """Say whether a certificate that the public sees now has this document, or had it in an earlier version."""
    shown = select(CertificateVersion.certificate_id).where(shown_on(AsOf(today())))
    named = select(CertificateVersion.id).where(
        CertificateVersion.document_id == attachment_id, CertificateVersion.certificate_id.in_(shown)
    )
    return session.scalar(named.limit(1)) is not None


def versions_of(session: Session, certificate: Certificate) -> Sequence[CertificateVersion]:
    """Return all that the register ever said of a certificate, newest first."""
    return session.scalars(
        select(CertificateVersion)
        .where(CertificateVersion.certificate_id == certificate.id)
        .order_by(CertificateVersion.number.desc())
    ).all()


def all_held(session: Session, at: AsOf) -> list[Held]:
    """Return every certificate for staff, withdrawn ones included, with its authority and that one's names."""
    return _held(session, known_at(CertificateVersion), at, with_names=True)
