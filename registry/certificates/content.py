"""What a certificate says, as plain values: the same for the form, the content file, the ledger and the public file."""

from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from registry.certificates.models import Certificate, CertificateVersion


@dataclass(frozen=True)
class CertificateFacts:
    """All that a person or a source says of a certificate."""

    handbook: str
    level: int | None
    step: int | None
    holder: str
    certifier: str | None
    valid_from: date | None
    valid_until: date | None
    source: str | None
    source_on: date | None = None
    document_id: int | None = None


NAMES = tuple(one.name for one in fields(CertificateFacts))


def facts_of(version: CertificateVersion) -> CertificateFacts:
    """Return what a version says."""
    return CertificateFacts(**{name: getattr(version, name) for name in NAMES})


def as_plain(facts: CertificateFacts) -> dict[str, Any]:
    """Return the facts as JSON can hold them; the document is left out, for its number means nothing elsewhere."""
    found = {name: _plain(value) for name, value in asdict(facts).items()}
    del found["document_id"]
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def public_content(certificate: Certificate, version: CertificateVersion, document: str | None) -> dict[str, Any]:
    """Return what is public of a version: its SHA-256 is the fingerprint. `document` is the SHA-256 of the file."""
    return {
        "kind": "certificate",
        "scheme": "CO2-Prestatieladder",
        "certificate": certificate.key,
        "authority": certificate.authority.code,
        "version": version.number,
        **as_plain(facts_of(version)),
        "document_sha256": document,
        "withdrawn": version.withdrawn,
    }
