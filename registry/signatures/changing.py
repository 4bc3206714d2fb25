"""The next version of a signature: everything that is changed about one goes through here.

The log says of a public version what it says; of one that never was public only that there was a change, since the
log itself is public. Names of persons and reasons, which may hold names, enter it as salted hashes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common import ledger
from common.errors import N_, Conflict
from common.ledger import Actor, LedgerEntry
from common.versions import known_at, supersede
from registry.signatures.content import fingerprint_of, public_content
from registry.signatures.duties import follow_signatures
from registry.signatures.models import Signature, SignatureParty, SignatureVersion

COPIED = (
    "signature_id", "party_number", "name_as_signed", "represented_by_id", "signed_on", "date_precision", "certainty",
    "origin", "confirmed", "refused", "signed_by", "signed_by_function", "source", "date_source", "note",
    "evidence_id", "entered_by_id", "confirmed_by_id", "ended_on", "ended_reason", "ended_evidence_id",
)  # fmt: skip
"""What a version takes from the one before it, where nothing else is said."""


def current_version(session: Session, signature: Signature) -> SignatureVersion:
    """Return what the register says of a signature now."""
    return session.scalars(
        select(SignatureVersion).where(SignatureVersion.signature_id == signature.id, known_at(SignatureVersion))
    ).one()


def copied_parties(old: SignatureVersion) -> list[SignatureParty]:
    """Return whom a version binds, for the version that follows it."""
    facts = ("authority_id", "binds_from", "binds_to", "merger_id")
    return [SignatureParty(**{name: getattr(party, name) for name in facts}) for party in old.parties]


def change(
    session: Session,
    signature: Signature,
    facts: Mapping[str, Any],
    *,
    parties: Sequence[SignatureParty] | None = None,
    reason: str,
    actor: Actor,
) -> SignatureVersion:
    """Write the next version of a signature: `facts` by the name of their column, the rest as it was.

    `parties` replaces whom it binds. `reason` is public. The ledger's verb follows from what changed: confirmed,
    refused, ended or changed. Raises Conflict when staff refused the signature, ValueError for an unknown fact.
    """
    unknown = set(facts) - set(COPIED)
    if unknown:
        raise ValueError(f"no facts of a signature: {sorted(unknown)}")
    ledger.lock(session)
    old = current_version(session, signature)
    if old.refused:
        raise Conflict(N_("Deze ondertekening is niet bevestigd en telt niet mee."))
    kept = {name: getattr(old, name) for name in COPIED}
    new = SignatureVersion(
        **{**kept, **facts},
        number=old.number + 1,
        parties=list(parties) if parties is not None else copied_parties(old),
    )
    supersede(session, old, new, actor=actor, reason=reason)
    note(session, f"signature.{_verb(old, new)}", signature, new, actor)
    bound = {party.authority_id for party in (*old.parties, *new.parties)}
    follow_signatures(session, signature.agreement_id, bound, actor=actor)
    return new


def note(session: Session, event: str, signature: Signature, version: SignatureVersion, actor: Actor) -> LedgerEntry:
    """Write a version into the ledger, and its fingerprint into both when it is public."""
    return note_all(session, event, [(signature, version)], actor)[0]


def note_all(
    session: Session, event: str, made: Sequence[tuple[Signature, SignatureVersion]], actor: Actor
) -> list[LedgerEntry]:
    """Write versions of several signatures into the ledger as `note` does, all together."""
    changes = [(event, f"signature:{signature.key}", *_said(signature, version)) for signature, version in made]
    entries = ledger.record_all(session, changes, actor=actor)
    for entry, (_signature, version) in zip(entries, made, strict=True):
        if version.entered_by_id is not None:
            ledger.belongs_to(session, entry, version.entered_by_id)
    session.flush()
    return entries


def _said(signature: Signature, version: SignatureVersion) -> tuple[dict[str, Any], dict[str, str | None]]:
    """Return what the ledger says of a version, and what enters it as hashes; a public one gets its fingerprint."""
    personal: dict[str, str | None] = {"reason": version.change_reason}
    if not version.confirmed:
        return {"agreement": signature.agreement.slug, "version": version.number}, personal
    version.fingerprint = fingerprint_of(signature, version)
    personal["signed_by"] = version.signed_by
    return {**public_content(signature, version), "fingerprint": version.fingerprint}, personal


def _verb(old: SignatureVersion, new: SignatureVersion) -> str:
    if new.confirmed and not old.confirmed:
        return "confirmed"
    if new.refused:
        return "refused"
    return "ended" if new.ended_on and new.ended_on != old.ended_on else "changed"
