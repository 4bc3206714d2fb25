"""Writes a version of an agreement: the one way, for content files, for the form and for opening it to signing."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.errors import N_, Refused
from common.fingerprints import fingerprint
from common.ledger import Actor, canonical_json, record, sha256
from common.typed import checked_reason
from common.versions import known_at, supersede
from registry.agreements.content import AgreementContent, as_obligations, content_of, public_content
from registry.agreements.models import Agreement, AgreementVersion, Signable

KEPT_LATER = ("body", "documents", "signing", "may_sign", "asked_of_signer")
"""What a version of before issue 4 did not keep; of what it asks, the day of each year."""


def find(session: Session, slug: str) -> Agreement | None:
    """Return the agreement with this address, public or not."""
    return session.scalar(select(Agreement).where(Agreement.slug == slug))


def newest_version(session: Session, agreement: Agreement) -> AgreementVersion:
    """Return the version that is public now, and let nobody else write a next one meanwhile."""
    # On SQLite the transaction has the lock already; elsewhere two writers wait for each other here.
    session.execute(select(Agreement.id).where(Agreement.id == agreement.id).with_for_update())
    return session.scalars(
        select(AgreementVersion).where(AgreementVersion.agreement_id == agreement.id, known_at(AgreementVersion))
    ).one()


def write_version(
    session: Session, content: AgreementContent, *, actor: Actor, reason: str | None = None
) -> AgreementVersion:
    """Publish what an agreement says: its first version, or a next one, for which a reason is asked.

    The caller has checked the content (`problems`). Raises Refused where a next version has no reason, or a long one.
    """
    agreement = find(session, content.slug)
    if agreement is None:
        agreement = Agreement(slug=content.slug, is_example=content.is_example)
        session.add(agreement)
        session.flush()
        current = None
    else:
        current = newest_version(session, agreement)
    new = AgreementVersion(
        agreement=agreement,
        number=current.number + 1 if current else 1,
        recorded_role=actor.role,
        obligations=as_obligations(content),
        **content.version,
    )
    said = public_content(content, new.number)
    new.fingerprint = fingerprint(said)
    if current:
        reason = checked_reason(reason or "", N_("Schrijf op waarom de afspraak verandert."))
        supersede(session, current, new, actor=actor, reason=reason)
    else:
        session.add(new)
        session.flush()
    _note(session, new, said, actor)
    return new


def complete_version(session: Session, version: AgreementVersion, content: AgreementContent, *, actor: Actor) -> None:
    """Fill in what a version of before issue 4 did not keep (`KEPT_LATER`): it says no less and nothing else."""
    for name in KEPT_LATER:
        setattr(version, name, content.version[name])
    days = {row["code"]: row["yearly_by"] for row in content.obligations}
    for row in version.obligations:
        row.yearly_by = days[row.code]
    said = public_content(content, version.number)
    version.fingerprint = fingerprint(said)
    session.flush()
    _note(session, version, said, actor)


def _note(session: Session, version: AgreementVersion, said: dict[str, Any], actor: Actor) -> None:
    payload = {**said, "reason": version.change_reason, "fingerprint": version.fingerprint}
    payload["text"] = {"sha256": sha256(canonical_json(said["text"]))}
    record(session, "agreement.recorded", f"agreement:{version.agreement.slug}", payload, actor=actor)


def set_signing(
    session: Session, agreement: Agreement, signing: Signable, reason: str, *, actor: Actor
) -> AgreementVersion:
    """Open an agreement for signing, or close it: a next version that says so.

    Raises Refused without a reason, and where that is so already.
    """
    current = newest_version(session, agreement)
    if current.signing is signing:
        raise Refused(N_("Dat is al zo."))
    content = content_of(current)
    content.version["signing"] = signing
    return write_version(session, content, actor=actor, reason=reason)
