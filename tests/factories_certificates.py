"""Certificates and buyer groups for tests. Plain functions; the caller commits."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.ledger import SYSTEM
from registry.authorities.models import Authority
from registry.buyer_groups.content import GroupFacts
from registry.buyer_groups.keeping import create_group
from registry.buyer_groups.models import BuyerGroup, BuyerGroupMember
from registry.certificates.content import CertificateFacts
from registry.certificates.keeping import add_certificate
from registry.certificates.models import Certificate

DEMO = "vb001"
FACTS = CertificateFacts(
    "3.1", 3, None, "Gemeente Lindenveen", "Voorbeeld Certificering", date(2024, 3, 1), date(2027, 3, 1), None
)


def authority(session: Session, code: str = DEMO) -> Authority:
    """Return an authority by its code."""
    return session.scalars(select(Authority).where(Authority.code == code)).one()


def certificate_of(session: Session, code: str = DEMO) -> Certificate:
    """Return the first certificate of an authority."""
    query = select(Certificate).join(Certificate.authority).where(Authority.code == code)
    return session.scalars(query.order_by(Certificate.id)).first() or add_certificate(
        session, authority(session, code), FACTS, actor=SYSTEM
    )


def make_group(session: Session, slug: str = "proefgroep", *, is_example: bool = True, **more: object) -> BuyerGroup:
    """Make a buyer group that runs."""
    facts = {
        "title": {"nl": "Proefgroep"}, "summary": {"nl": "Wij proberen iets."}, "product_group": "ict",
        "started": 2024, "ends_year": 2027, **more,
    }  # fmt: skip
    return create_group(session, slug, GroupFacts(**facts), actor=SYSTEM, is_example=is_example)  # type: ignore[arg-type]


def certificate_values(session: Session) -> dict[str, str]:
    """A certificate and a membership of the demo authority, for the routes that name one."""
    member = session.scalars(
        select(BuyerGroupMember).join(BuyerGroupMember.authority).where(Authority.code == DEMO)
    ).first()
    assert member
    return {"certificate_id": str(certificate_of(session).id), "member_id": str(member.id)}
