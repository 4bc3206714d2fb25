"""Signatures of which the source is not sure: they stay unpublished until staff confirm them, with the proof."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from common import ledger
from common.errors import N_, Conflict, Refused
from common.ledger import Actor
from common.versions import known_at, supersede
from registry.signatures.models import Certainty, Signature, SignatureParty, SignatureVersion

LONGEST = 2000
"""Characters of the proof."""

# What the proof does not change is copied from the version before it.
_COPIED = (
    "signature_id", "party_number", "name_as_signed", "represented_by_id", "signed_on", "date_precision", "signed_by",
    "signed_by_function", "source", "date_source", "note", "ended_on", "ended_reason",
    "origin", "evidence_id", "entered_by_id", "ended_evidence_id",
)  # fmt: skip


def unconfirmed(session: Session) -> Sequence[SignatureVersion]:
    """Return what the register knows of signatures that the public does not see yet, in the order of their names."""
    return session.scalars(
        select(SignatureVersion)
        .where(known_at(SignatureVersion), SignatureVersion.confirmed.is_(False), SignatureVersion.refused.is_(False))
        .options(selectinload(SignatureVersion.parties).selectinload(SignatureParty.authority))
        .order_by(SignatureVersion.name_as_signed, SignatureVersion.id)
    ).all()


def current_version(session: Session, signature: Signature) -> SignatureVersion:
    """Return what the register says of a signature now."""
    return session.scalars(
        select(SignatureVersion).where(SignatureVersion.signature_id == signature.id, known_at(SignatureVersion))
    ).one()


def copied_parties(old: SignatureVersion) -> list[SignatureParty]:
    """Return whom a version binds, for the version that follows it."""
    facts = ("authority_id", "binds_from", "binds_to", "merger_id")
    return [SignatureParty(**{name: getattr(party, name) for name in facts}) for party in old.parties]


def confirm(session: Session, signature: Signature, proof: str, *, actor: Actor) -> SignatureVersion:
    """Make a signature public, with the proof as the reason of the change.

    Raises Refused without proof, Conflict when it was confirmed already.
    """
    session.refresh(signature, with_for_update=True)
    old = current_version(session, signature)
    if old.confirmed:
        raise Conflict(N_("Deze ondertekening is intussen al bevestigd."))
    proof = proof.strip()
    if not proof:
        raise Refused(N_("Schrijf op waaruit blijkt dat de organisatie tekende."))
    if len(proof) > LONGEST:
        raise Refused(N_("Schrijf hoogstens %(number)s tekens."), number=LONGEST)
    new = SignatureVersion(
        **{name: getattr(old, name) for name in _COPIED},
        number=old.number + 1,
        certainty=Certainty.CERTAIN,
        confirmed=True,
        parties=copied_parties(old),
    )
    supersede(session, old, new, actor=actor, reason=proof)
    payload = {"version": new.number, "was": old.certainty.value}
    ledger.record(
        session, "signature.confirmed", f"signature:{signature.key}", payload, actor=actor, personal={"proof": proof}
    )
    return new
