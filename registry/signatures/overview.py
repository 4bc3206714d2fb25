"""What an authority signed, can sign and is preparing: for the page of its own people."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from common.clock import today
from common.versions import known_at
from registry.agreements.models import Agreement, AgreementVersion, Signable
from registry.agreements.reading import all_agreements, current_version
from registry.authorities.models import Authority
from registry.authorities.reading import version_on
from registry.signatures.eligible import WhyNot, candidates
from registry.signatures.models import Signature, SignatureParty, SignatureVersion, Signing, SigningState


class Stage(enum.StrEnum):
    """Where the authority stands with one agreement."""

    CAN_SIGN = "can_sign"
    PREPARING = "preparing"
    WAITS = "waits"
    SIGNED = "signed"
    NOT_OF_KIND = "not_of_kind"
    CLOSED = "closed"


@dataclass(frozen=True)
class Offer:
    """One agreement that stands open, and what the authority can do about it."""

    agreement: Agreement
    version: AgreementVersion
    stage: Stage
    signing: Signing | None


@dataclass(frozen=True)
class Signed:
    """One signature that binds the authority, or that it made, in its newest version; refused ones included."""

    signature: Signature
    version: SignatureVersion
    signed_text: AgreementVersion
    newest_text: AgreementVersion
    signing: Signing | None
    represented_by: str | None = None
    """Who signed for the authority, by the name of now; None where it signed itself."""


def waits_for(session: Session, authority_id: int, user_id: int) -> Sequence[Signing]:
    """Return what this bestuurder is asked to sign for the authority, oldest first. One query."""
    query = select(Signing).where(Signing.authority_id == authority_id, Signing.executive_id == user_id)
    prepared = query.where(Signing.state == SigningState.PREPARED)
    return session.scalars(
        prepared.options(selectinload(Signing.agreement_version)).order_by(Signing.prepared_at)
    ).all()


def offers(session: Session, authority: Authority) -> list[Offer]:
    """Return the agreements that stand open to sign, and those that the authority is preparing."""
    of_world = [one for one in all_agreements(session) if one.is_example == authority.is_example]
    open_now = session.scalars(
        select(Signing).where(Signing.authority_id == authority.id, Signing.ended_at.is_(None))
    ).all()
    preparing = {one.agreement_id: one for one in open_now}
    found = []
    for agreement in of_world:
        signing = preparing.get(agreement.id)
        if signing or current_version(agreement).signing is Signable.OPEN:
            found.append(offer(session, agreement, authority, signing))
    return found


def offer(session: Session, agreement: Agreement, authority: Authority, signing: Signing | None) -> Offer:
    """Return what the authority can do about one agreement. A body that may not sign itself may do so for others."""
    version = current_version(agreement)
    if signing:
        return Offer(agreement, version, Stage.PREPARING, signing)
    if version.signing is not Signable.OPEN:
        return Offer(agreement, version, Stage.CLOSED, None)
    stages = {WhyNot.BOUND: Stage.SIGNED, WhyNot.WAITS: Stage.WAITS, WhyNot.KIND: Stage.NOT_OF_KIND}
    why_not = next((one.why_not for one in candidates(session, version, [authority.id])), None)
    return Offer(agreement, version, stages.get(why_not, Stage.CAN_SIGN) if why_not else Stage.CAN_SIGN, None)


def signed_by(session: Session, authority: Authority) -> Sequence[Signed]:
    """Return the signatures of an authority, newest first: those that bind it and those that it made for others."""
    its = (
        select(SignatureVersion.id)
        .outerjoin(SignatureParty, SignatureParty.signature_version_id == SignatureVersion.id)
        .where(or_(SignatureParty.authority_id == authority.id, SignatureVersion.represented_by_id == authority.id))
    )
    versions = session.scalars(
        select(SignatureVersion)
        .where(known_at(SignatureVersion), SignatureVersion.id.in_(its))
        .options(
            selectinload(SignatureVersion.signature).selectinload(Signature.agreement_version),
            selectinload(SignatureVersion.parties)
            .selectinload(SignatureParty.authority)
            .selectinload(Authority.versions),
            selectinload(SignatureVersion.represented_by).selectinload(Authority.versions),
        )
        .order_by(SignatureVersion.signature_id.desc())
    ).all()
    agreements = {one.id: one for one in all_agreements(session)}
    signings = {
        one.signature_id: one
        for one in session.scalars(
            select(Signing).where(Signing.signature_id.in_([version.signature_id for version in versions]))
        )
    }
    return [
        Signed(
            version.signature,
            version,
            version.signature.agreement_version,
            current_version(agreements[version.signature.agreement_id]),
            signings.get(version.signature_id),
            _representative(version, authority),
        )
        for version in versions
    ]


def _representative(version: SignatureVersion, authority: Authority) -> str | None:
    other = version.represented_by
    return version_on(other, today()).name if other and other.id != authority.id else None
