"""What signing holds about a person: to hand out, and to drop when it is too old. What is public stays."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.privacy import moment
from common.files import attaching
from common.files.models import Attachment
from common.ledger import SYSTEM, Actor, LedgerEntry, LedgerSalt, record
from common.versions import known_at
from registry.signatures.models import Signature, SignatureCorrection, SignatureVersion, Signing, SigningState


def held_about(session: Session, user: User) -> dict[str, Any]:
    """Return what the person prepared, signed, entered, confirmed and corrected; of colleagues nothing."""
    signings = select(Signing).where(or_(Signing.prepared_by_id == user.id, Signing.executive_id == user.id))
    versions = select(SignatureVersion, Signature.key).join(Signature, Signature.id == SignatureVersion.signature_id)
    his = or_(SignatureVersion.entered_by_id == user.id, SignatureVersion.confirmed_by_id == user.id)
    changed = select(SignatureCorrection, Signature.key).join(
        Signature, Signature.id == SignatureCorrection.signature_id
    )
    decided = or_(SignatureCorrection.proposed_by_id == user.id, SignatureCorrection.decided_by_id == user.id)
    return {
        "prepared_or_signed": [
            {
                "agreement": one.agreement.slug,
                "organisation": one.authority.code,
                "state": one.state.value,
                "prepared_at": moment(one.prepared_at),
                "ended_at": moment(one.ended_at),
                "receipt": one.receipt,
                **({"name": one.signed_by, "function": one.signed_by_function} if one.executive_id == user.id else {}),
            }
            for one in session.scalars(signings.order_by(Signing.id))
        ],
        "signatures": [
            {
                "signature": key,
                "version": one.number,
                "part": "confirmed" if one.confirmed_by_id == user.id else "signed or entered",
                "at": moment(one.recorded_at),
            }
            for one, key in session.execute(versions.where(his).order_by(SignatureVersion.id))
        ],
        "corrections": [
            {"signature": key, "at": moment(one.proposed_at), "decided_at": moment(one.decided_at)}
            for one, key in session.execute(changed.where(decided).order_by(SignatureCorrection.id))
        ],
    }


def erase_signer(session: Session, signature: Signature, *, reason: str, actor: Actor) -> int:
    """Take the name of who signed out of every version, so that no page of any moment shows it; return of how many.

    Fingerprints stay: no name is in them. What the ledger holds of the name is a hash, of which the salts go.
    The bytes of a page at a past moment change by this, and by nothing else.
    """
    versions = SignatureVersion.signature_id == signature.id
    named = session.scalars(select(SignatureVersion.id).where(versions, SignatureVersion.signed_by.is_not(None))).all()
    if not named:
        return 0
    session.execute(update(SignatureVersion).where(versions).values(signed_by=None, signed_by_function=None))
    session.execute(
        update(Signing).where(Signing.signature_id == signature.id).values(signed_by="", signed_by_function="")
    )
    subject = f"signature:{signature.key}"
    entries = select(LedgerEntry.seq).where(LedgerEntry.subject == subject)
    session.execute(delete(LedgerSalt).where(LedgerSalt.seq.in_(entries)))
    record(
        session, "signature.signer_erased", subject, {"versions": len(named)}, actor=actor, personal={"reason": reason}
    )
    return len(named)


def drop_withdrawn(session: Session, before: datetime) -> int:
    """Delete signings that were withdrawn before that moment, with their mandates; return how many."""
    return _drop(session, Signing.state == SigningState.WITHDRAWN, Signing.ended_at < before)


def drop_left(session: Session, before: datetime) -> int:
    """Delete signings that were begun or put before a bestuurder before that moment and never signed."""
    return _drop(session, Signing.ended_at.is_(None), Signing.prepared_at < before)


def _drop(session: Session, *which: ColumnElement[bool]) -> int:
    found = session.scalars(select(Signing).where(*which)).all()
    for signing in found:
        evidence = session.get(Attachment, signing.evidence_id) if signing.evidence_id else None
        session.delete(signing)
        session.flush()
        if evidence is not None:
            attaching.remove(session, evidence, actor=SYSTEM)
    return len(found)


def forget_refused(session: Session, before: datetime) -> int:
    """Drop names and papers of signatures that staff refused before that moment: they never were public.

    Returns how many had any.
    """
    refused = session.scalars(
        select(SignatureVersion.signature_id).where(
            known_at(SignatureVersion), SignatureVersion.refused.is_(True), SignatureVersion.recorded_at < before
        )
    ).all()
    named = session.scalars(
        select(SignatureVersion.signature_id)
        .where(SignatureVersion.signature_id.in_(refused))
        .where(or_(SignatureVersion.signed_by.is_not(None), SignatureVersion.evidence_id.is_not(None)))
        .distinct()
    ).all()
    versions, signings = SignatureVersion.signature_id.in_(named), Signing.signature_id.in_(named)
    papers = session.scalars(
        select(Attachment).where(Attachment.id.in_(select(SignatureVersion.evidence_id).where(versions)))
    ).all()
    session.execute(update(SignatureVersion).where(versions).values(signed_by=None, evidence_id=None))
    session.execute(update(Signing).where(signings).values(signed_by="", evidence_id=None))
    for paper in papers:
        attaching.remove(session, paper, actor=SYSTEM)
    return len(named)
