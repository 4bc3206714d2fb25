"""An authenticator in Python: makes a passkey and proves it, as a browser would send it. It counts no signatures."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

ORIGIN = "http://localhost"
_PRESENT, _VERIFIED, _HAS_KEY = 0x01, 0x04, 0x40


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


class Authenticator:
    """One passkey of one person, kept in memory; as a passkey in the cloud its count stays nought."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = secrets.token_bytes(16)
        self.handle = ""

    def make(self, options: dict[str, Any]) -> str:
        """Return what the browser sends when the passkey was made (WebAuthn, 6.5.4, attestation "none")."""
        self.handle = options["user"]["id"]
        point = self._key.public_key().public_numbers()
        # COSE: an elliptic curve key, ES256, P-256, x, y (RFC 9053)
        key = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        described = bytes(16) + len(self._id).to_bytes(2, "big") + self._id + cbor2.dumps(key)
        data = self._data(_PRESENT | _VERIFIED | _HAS_KEY) + described
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._said("webauthn.create", options)
        return self._answer({"clientDataJSON": _text(said), "attestationObject": _text(attested)})

    def prove(self, options: dict[str, Any]) -> str:
        """Return what the browser sends when the passkey was used."""
        data, said = self._data(_PRESENT | _VERIFIED), self._said("webauthn.get", options)
        signature = self._key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
        response = {"authenticatorData": _text(data), "signature": _text(signature), "userHandle": self.handle}
        return self._answer({"clientDataJSON": _text(said), **response})

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(b"localhost").digest() + bytes([flags]) + bytes(4)

    def _said(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": ORIGIN}).encode()

    def _answer(self, response: dict[str, str]) -> str:
        number = _text(self._id)
        return json.dumps({"id": number, "rawId": number, "type": "public-key", "response": response})
