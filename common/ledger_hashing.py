"""How the ledger turns facts into text and text into hashes. Pure; tools/verify_ledger.py does the same by itself."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

GENESIS = "0" * 64
"""What stands before the first entry."""


class Hashed(Protocol):
    """What an entry's hashes are made of: a LedgerEntry, or a row with the same names."""

    seq: Any
    recorded_at: Any
    actor_role: Any
    event: Any
    subject: Any
    payload_hash: Any
    content_hash: Any
    previous_hash: Any


def canonical_json(value: Any) -> str:
    """Write `value` as canonical JSON: NFC text, sorted keys, no nulls, no spaces."""
    return json.dumps(_canonical(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _canonical(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {_canonical(str(key)): _canonical(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]
    return value


def sha256(content: str) -> str:
    """Return the SHA-256 of the text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(content.encode()).hexdigest()


def written_moment(moment: datetime) -> str:
    """Write a moment as the ledger does: UTC, ISO 8601, with microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def content_hash(entry: Hashed) -> str:
    """Return the hash over who did what to what: a line of the public log may show this in the place of those."""
    return sha256(canonical_json(_what(entry)))


def entry_hash(entry: Hashed) -> str:
    """Return the hash over all that an entry says, the previous entry's hash included.

    Entries of before migration 0003 have no hash of their content: there everything is hashed at once.
    """
    inside = {"content_hash": entry.content_hash} if entry.content_hash else _what(entry)
    fields = {
        "seq": entry.seq,
        "recorded_at": written_moment(entry.recorded_at),
        "previous_hash": entry.previous_hash,
        **inside,
    }
    return sha256(canonical_json(fields))


def carried_fingerprint(payload: str) -> str | None:
    """Return the fingerprint that the payload of an entry holds (`ledger.record`), None where it holds none."""
    found = json.loads(payload).get("fingerprint") if '"fingerprint":"' in payload else None
    return found if isinstance(found, str) else None


def _what(entry: Hashed) -> dict[str, Any]:
    return {
        "actor_role": entry.actor_role,
        "event": entry.event,
        "subject": entry.subject,
        "payload_hash": entry.payload_hash,
    }
