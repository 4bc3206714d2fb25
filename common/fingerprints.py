"""Fingerprints: the SHA-256 by which anybody can tell whether what he holds is what the register published."""

from collections.abc import Mapping
from typing import Any

from common.ledger import canonical_json, sha256


def fingerprint(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical JSON of what is public; of a file with exactly that text it is the same.

    Put it in the payload of the ledger entry under "fingerprint", and in the column of that name where there is one.
    """
    return sha256(canonical_json(content))
