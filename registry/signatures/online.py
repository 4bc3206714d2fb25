"""The moment of signing: what was prepared becomes a signature that staff have to confirm, and the signer a receipt."""

import secrets
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from accounts.names import typed_name
from common import ledger
from common.clock import now, today
from common.errors import N_
from common.files.models import Attachment
from common.ledger import Actor, canonical_json, sha256
from registry.agreements.reading import current_version
from registry.authorities.reading import version_on
from registry.signatures.eligible import Candidate
from registry.signatures.models import (
    Certainty,
    DatePrecision,
    Origin,
    Signature,
    SignatureParty,
    SignatureVersion,
    Signing,
    SigningState,
)
from registry.signatures.signing import ChangedSince, Incomplete, binds_others, bound_by, hold, problems_of

HERE: Final = "Manifestkompas"
"""The source of what was signed on this site."""
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without the ones that look alike."""


@dataclass(frozen=True)
class Signer:
    """Who signs, as he himself confirms it when he signs."""

    name: str
    function: str


def sign(session: Session, signing: Signing, signer: Signer, *, seen: int, seen_text: int, actor: Actor) -> Signature:
    """Sign: write the signature, which is not public yet, with its receipt.

    The name and function are those that the signer confirmed, whatever was prepared.
    `seen` is the version of the signing and `seen_text` the number of the agreement's version that the person read.
    Raises ChangedSince when either is not the newest, Incomplete with what is missing, Conflict when it was signed.
    """
    hold(session, signing)
    text = current_version(signing.agreement)
    if seen_text != text.id:
        raise ChangedSince(N_("De tekst van de afspraak is gewijzigd sinds u die las. Lees de nieuwe tekst."))
    if seen != signing.version:
        raise ChangedSince(N_("Er is iets veranderd sinds u dit las. Kijk het opnieuw na."))
    problems = problems_of(session, signing)
    if problems:
        raise Incomplete(problems)
    signing.signed_by, signing.signed_by_function = typed_name(signer.name), typed_name(signer.function)
    signing.agreement_version_id = text.id
    signing.agreement_version = text
    bound = bound_by(session, signing)
    signature = _signature(session, signing, bound, actor)
    signing.receipt = f"{today().year}-{random_letters(10)}"
    signing.content = canonical_json(_content(session, signing, bound))
    signing.state, signing.signature, signing.executive_id = SigningState.SIGNED, signature, actor.user_id
    signing.ended_at, signing.version, signing.remark = now(), signing.version + 1, None
    session.flush()
    payload = {"agreement": signing.agreement.slug, "version": 1, "fingerprint": sha256(signing.content)}
    subject, personal = f"signature:{signature.key}", {"signed_by": signing.signed_by}
    entry = ledger.record(session, "signature.signed", subject, payload, actor=actor, personal=personal)
    ledger.belongs_to(session, entry, actor.user_id)
    return signature


def new_key(agreement_slug: str) -> str:
    """Return a name for a new signature that does not say whose it is: the ledger is public, it is not yet."""
    return f"{agreement_slug}/{secrets.token_hex(6)}"


def random_letters(number: int) -> str:
    """Return letters and digits that people can read out; ten of them are one in 10^14."""
    return "".join(secrets.choice(_LETTERS) for _ in range(number))


def _signature(session: Session, signing: Signing, bound: list[Candidate], actor: Actor) -> Signature:
    version = SignatureVersion(
        number=1,
        name_as_signed=version_on(signing.authority, today()).name,
        represented_by_id=signing.authority_id if binds_others(signing) else None,
        signed_on=today(),
        date_precision=DatePrecision.DAY,
        certainty=Certainty.CERTAIN,
        origin=Origin.ONLINE,
        confirmed=False,
        signed_by=signing.signed_by,
        signed_by_function=signing.signed_by_function,
        source=HERE,
        evidence_id=signing.evidence_id,
        entered_by_id=actor.user_id,
        recorded_role=actor.role,
        parties=[SignatureParty(authority_id=one.id) for one in bound],
    )
    signature = Signature(
        key=new_key(signing.agreement.slug),
        agreement_id=signing.agreement_id,
        agreement_version_id=signing.agreement_version_id,
        versions=[version],
    )
    session.add(signature)
    session.flush()
    return signature


def _content(session: Session, signing: Signing, bound: list[Candidate]) -> dict[str, Any]:
    mandate = session.get(Attachment, signing.evidence_id) if signing.evidence_id else None
    own = version_on(signing.authority, today())
    return {
        "type": "signing",
        "receipt": signing.receipt,
        "signed_at": now().isoformat(timespec="seconds"),
        "signed_on": today().isoformat(),
        "agreement": signing.agreement.slug,
        "agreement_title": signing.agreement_version.title["nl"],
        "agreement_version": signing.agreement_version.number,
        "agreement_fingerprint": signing.agreement_version.fingerprint,
        "signed_for": {"code": signing.authority.code, "name": own.name},
        "binds": [{"code": one.code, "name": one.name} for one in bound],
        "mandate_sha256": mandate.sha256 if mandate else None,
    }
