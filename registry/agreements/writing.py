"""Writes a version of an agreement: the one way, for content files, for the form and for opening it to signing."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.errors import N_, Refused
from common.fingerprints import fingerprint
from common.ledger import Actor, canonical_json, record, sha256
from common.versions import supersede
from registry.agreements.content import AgreementContent, as_obligations, content_of, public_content
from registry.agreements.models import Agreement, AgreementVersion, Signable

LONGEST_REASON = 2000


def find(session: Session, slug: str) -> Agreement | None:
    """Return the agreement with this address, public or not."""
    return session.scalar(select(Agreement).where(Agreement.slug == slug))


def newest_version(session: Session, agreement: Agreement) -> AgreementVersion:
    """Return the version that is public now, and let nobody else write a next one meanwhile."""
    # On SQLite the transaction has the lock already; elsewhere two writers wait for each other here.
    session.execute(select(Agreement.id).where(Agreement.id == agreement.id).with_for_update())
    return session.scalars(
        select(AgreementVersion).where(
            AgreementVersion.agreement_id == agreement.id, AgreementVersion.superseded_at.is_(None)
        )
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
        supersede(session, current, new, actor=actor, reason=_checked(reason))
    else:
        session.add(new)
        session.flush()
    payload: dict[str, Any] = {**said, "reason": new.change_reason, "fingerprint": new.fingerprint}
    payload["text"] = {"sha256": sha256(canonical_json(said["text"]))}
    record(session, "agreement.recorded", f"agreement:{agreement.slug}", payload, actor=actor)
    return new


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


def _checked(reason: str | None) -> str:
    said = (reason or "").strip()
    if not said:
        raise Refused(N_("Schrijf op waarom de afspraak verandert."))
    if len(said) > LONGEST_REASON:
        raise Refused(N_("Schrijf hoogstens %(number)s tekens."), number=LONGEST_REASON)
    return said
