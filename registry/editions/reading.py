"""Finding editions."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry.agreements.models import Signature, SignatureVersion, signature_authority
from registry.editions.models import Edition


def editions_of(session: Session, authority_id: int, year: int | None = None) -> Sequence[Edition]:
    """Return the editions of the agreements that this authority signed and did not leave, newest year first."""
    signed = (
        select(Signature.agreement_id)
        .join(signature_authority, signature_authority.c.signature_id == Signature.id)
        .join(SignatureVersion, SignatureVersion.signature_id == Signature.id)
        .where(signature_authority.c.authority_id == authority_id)
        .where(SignatureVersion.superseded_at.is_(None), SignatureVersion.confirmed.is_(True))
        .where(SignatureVersion.ended_on.is_(None))
    )
    query = select(Edition).where(Edition.agreement_id.in_(signed)).options(joinedload(Edition.agreement))
    if year is not None:
        query = query.where(Edition.year == year)
    return session.scalars(query.order_by(Edition.year.desc(), Edition.opens_on.desc(), Edition.id)).all()
