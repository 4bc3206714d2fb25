"""Adds, corrects and withdraws certificates: each a version with its place in the ledger. Nothing is deleted."""

from dataclasses import asdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common import ledger
from common.errors import N_, Conflict, Refused
from common.files.models import Attachment
from common.fingerprints import fingerprint
from common.ledger import Actor
from common.typed import checked_reason
from common.versions import supersede
from registry.authorities.models import Authority
from registry.certificates.content import CertificateFacts, facts_of, public_content
from registry.certificates.models import Certificate, CertificateVersion
from registry.certificates.reading import current_version
from registry.certificates.scales import wrong_with

LONGEST_REASON = 500


def add_certificate(
    session: Session, authority: Authority, facts: CertificateFacts, *, actor: Actor, key: str = ""
) -> Certificate:
    """Write a new certificate of an authority. Raises Refused when handbook and level or trede do not fit."""
    _check(facts)
    ledger.lock(session)
    made = Certificate(authority=authority, key=key or next_key(session, authority))
    session.add(made)
    session.flush()
    first = CertificateVersion(certificate_id=made.id, number=1, recorded_role=actor.role, **asdict(facts))
    session.add(first)
    session.flush()
    _record(session, "certificate.recorded", made, first, actor)
    return made


def next_key(session: Session, authority: Authority) -> str:
    """Return what the next certificate of an authority is called: "vb001/3"."""
    number = session.scalar(select(func.count(Certificate.id)).where(Certificate.authority_id == authority.id)) or 0
    taken = set(session.scalars(select(Certificate.key).where(Certificate.authority_id == authority.id)))
    while f"{authority.code}/{number + 1}" in taken:
        number += 1
    return f"{authority.code}/{number + 1}"


def correct(
    session: Session, certificate: Certificate, facts: CertificateFacts, base: int, *, reason: str, actor: Actor
) -> CertificateVersion | None:
    """Write what it really says as a new version; None when nothing differs. `base` is the version that was read.

    Raises Conflict when it changed meanwhile, Refused without a reason or for facts that do not fit.
    """
    _check(facts)
    ledger.lock(session)
    old = current_version(session, certificate)
    if old.number != base:
        raise Conflict(N_("Iemand anders heeft dit certificaat intussen gewijzigd."))
    if facts_of(old) == facts and not old.withdrawn:
        return None
    new = CertificateVersion(certificate_id=certificate.id, number=old.number + 1, withdrawn=False, **asdict(facts))
    return _replace(session, certificate, old, new, reason, actor)


def withdraw(session: Session, certificate: Certificate, base: int, *, reason: str, actor: Actor) -> CertificateVersion:
    """Take a certificate off the public page; what it said stays to be read in its history.

    Raises Conflict when it changed meanwhile or was withdrawn already, Refused without a reason.
    """
    ledger.lock(session)
    old = current_version(session, certificate)
    if old.withdrawn or old.number != base:
        raise Conflict(N_("Iemand anders heeft dit certificaat intussen gewijzigd."))
    facts = asdict(facts_of(old))
    new = CertificateVersion(certificate_id=certificate.id, number=old.number + 1, withdrawn=True, **facts)
    return _replace(session, certificate, old, new, reason, actor)


def _replace(
    session: Session,
    certificate: Certificate,
    old: CertificateVersion,
    new: CertificateVersion,
    reason: str,
    actor: Actor,
) -> CertificateVersion:
    reason = checked_reason(reason, N_("Schrijf waarom u dit wijzigt."), most=LONGEST_REASON)
    supersede(session, old, new, actor=actor, reason=reason)
    verb = "withdrawn" if new.withdrawn else "changed"
    _record(session, f"certificate.{verb}", certificate, new, actor)
    return new


def _record(session: Session, event: str, certificate: Certificate, version: CertificateVersion, actor: Actor) -> None:
    content = public_content(certificate, version, document_hash(session, version))
    payload = {**content, "fingerprint": fingerprint(content)}
    # A reason may name a person; the ledger is for ever, so it holds a hash of it that can be made void.
    personal = {"reason": version.change_reason}
    entry = ledger.record(session, event, f"certificate:{certificate.key}", payload, actor=actor, personal=personal)
    if version.change_reason:
        ledger.belongs_to(session, entry, actor.user_id)


def document_hash(session: Session, version: CertificateVersion) -> str | None:
    """Return the SHA-256 of the document of a version, None where it has none."""
    if version.document_id is None:
        return None
    return session.scalar(select(Attachment.sha256).where(Attachment.id == version.document_id))


def _check(facts: CertificateFacts) -> None:
    if wrong_with(facts.handbook, facts.level, facts.step):
        raise Refused(N_("Handboek en niveau of trede passen niet bij elkaar."))
    if facts.valid_from and facts.valid_until and facts.valid_until < facts.valid_from:
        raise Refused(N_("De laatste dag ligt vóór de eerste dag."))
