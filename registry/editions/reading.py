"""Finding editions."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from common.clock import today
from common.versions import AsOf
from registry.editions.models import Edition
from registry.signatures.models import Signature, SignatureParty, SignatureVersion
from registry.signatures.signatories import binding


def editions_of(session: Session, authority_id: int, year: int | None = None) -> Sequence[Edition]:
    """Return the editions of the agreements that this authority signed and did not leave, newest year first."""
    signed = (
        select(Signature.agreement_id)
        .join(SignatureVersion, SignatureVersion.signature_id == Signature.id)
        .join(SignatureParty, SignatureParty.signature_version_id == SignatureVersion.id)
        .where(SignatureParty.authority_id == authority_id, binding(AsOf(today())))
    )
    query = select(Edition).where(Edition.agreement_id.in_(signed)).options(joinedload(Edition.agreement))
    if year is not None:
        query = query.where(Edition.year == year)
    return session.scalars(query.order_by(Edition.year.desc(), Edition.opens_on.desc(), Edition.id)).all()
