"""What a version of a signature says in public, in plain values: of this its fingerprint is made. Pure.

Names of persons are not in it, so that one can be taken away (`erasing.erase_signer`) and the fingerprint stays.
"""

from typing import Any

from common.fingerprints import fingerprint
from registry.signatures.models import Signature, SignatureParty, SignatureVersion


def public_content(signature: Signature, version: SignatureVersion) -> dict[str, Any]:
    """Return what is public of a confirmed version; dates are written as ISO 8601, absent facts are None."""
    return {
        "type": "signature",
        "signature": signature.key,
        "version": version.number,
        "agreement": signature.agreement.slug,
        "agreement_version": signature.agreement_version.number,
        "party_number": version.party_number,
        "name_as_signed": version.name_as_signed,
        "represented_by": version.represented_by.code if version.represented_by else None,
        "bound": [_bound(party) for party in sorted(version.parties, key=lambda one: one.authority.code)],
        "signed_on": _day(version.signed_on),
        "date_precision": version.date_precision.value,
        "origin": version.origin.value,
        "certainty": version.certainty.value,
        "confirmed": version.confirmed,
        "source": version.source,
        "date_source": version.date_source,
        "note": version.note,
        "ended_on": _day(version.ended_on),
        "ended_reason": version.ended_reason,
    }


def _bound(party: SignatureParty) -> dict[str, Any]:
    return {
        "authority": party.authority.code,
        "from": _day(party.binds_from),
        "until": _day(party.binds_to),
        "by_merger": party.merger_id is not None,
    }


def fingerprint_of(signature: Signature, version: SignatureVersion) -> str:
    """Return the SHA-256 of the canonical JSON of what is public of the version."""
    return fingerprint(public_content(signature, version))


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
