"""Signed statements of how long the ledger is: whoever keeps one finds a cut tail, or a log that was written anew.

The key (Ed25519) stands in a file of its own, for its owner only. A new key is named in the ledger before the old one
signs for the last time, so that whoever trusts the first key can trust those that follow.
"""

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.clock import now
from common.ledger_hashing import canonical_json, written_moment
from common.ledger_tables import LedgerCheckpoint

TYPE = "ledger-checkpoint"
"""What is signed says what it is, so that no other text that this key might sign passes for a checkpoint."""


class KeyUnusable(Exception):
    """The file of the key cannot be read or made, or holds no Ed25519 key."""


class NotACheckpoint(ValueError):
    """This is no checkpoint, or a text without any."""


@dataclass(frozen=True)
class Key:
    """The key that signs checkpoints."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> str:
        """The public half: 32 bytes in base64."""
        return base64.b64encode(self.private.public_key().public_bytes_raw()).decode()

    @property
    def id(self) -> str:
        """SHA-256 of the public half, in hexadecimal."""
        return key_id_of(self.public)


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint as it is published, mailed and kept."""

    size: int
    head: str
    signed_at: str
    """UTC, ISO 8601 with microseconds."""
    key_id: str
    public_key: str
    signature: str

    @property
    def moment(self) -> datetime:
        """When it was signed."""
        return datetime.fromisoformat(self.signed_at)

    def as_json(self) -> dict[str, Any]:
        """Return it with what it is, as in /integriteit/checkpoints.json."""
        return {"type": TYPE, **asdict(self)}

    def is_signed(self) -> bool:
        """Say whether the key that it names signed it; not whether that is the key of the register."""
        try:
            public = Ed25519PublicKey.from_public_bytes(base64.b64decode(self.public_key, validate=True))
            public.verify(base64.b64decode(self.signature, validate=True), _signed_text(self))
        except (InvalidSignature, ValueError, binascii.Error):
            return False
        return key_id_of(self.public_key) == self.key_id


def key_id_of(public_key: str) -> str:
    """Return the name of a public key. Raises ValueError for what is no base64."""
    return hashlib.sha256(base64.b64decode(public_key, validate=True)).hexdigest()


def _signed_text(checkpoint: Checkpoint) -> bytes:
    told = checkpoint.as_json()
    del told["signature"]
    return canonical_json(told).encode()


def open_key(path: Path, *, may_make: bool = False) -> Key:
    """Return the key in this file (PEM). Raises KeyUnusable.

    With `may_make` it is made where the file is absent: before the first checkpoint, and never after, or a file that
    went lost would pass unseen.
    """
    try:
        if may_make and not path.exists():
            return make_key(path)
        found = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise KeyUnusable(str(path)) from error
    if not isinstance(found, Ed25519PrivateKey):
        raise KeyUnusable(str(path))
    return Key(found)


def make_key(path: Path) -> Key:
    """Write a new key that only the owner of the file may read (mode 600). Raises FileExistsError: it replaces none."""
    key = Key(Ed25519PrivateKey.generate())
    content = key.private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    return key


def sign(session: Session, key: Key, size: int, head: str) -> Checkpoint:
    """Sign and keep that the ledger has `size` entries, of which the newest has the hash `head`."""
    unsigned = Checkpoint(size, head, written_moment(now()), key.id, key.public, "")
    signature = base64.b64encode(key.private.sign(_signed_text(unsigned))).decode()
    made = Checkpoint(**{**asdict(unsigned), "signature": signature})
    session.add(LedgerCheckpoint(**{**asdict(made), "signed_at": datetime.fromisoformat(made.signed_at)}))
    session.flush()
    return made


def strangers(points: Iterable[Checkpoint], named: Sequence[tuple[int, str]], first: str | None) -> list[Checkpoint]:
    """Return the checkpoints that are not of the key that signed at that length.

    `named` is each key that the ledger names, with the number of that entry, in order; `first` the key of before any.
    From such an entry on only the new key counts; at that very length the old one signs for the last time.
    """
    wrong = []
    for point in points:
        before = [key for number, key in named if number < point.size][-1:] or ([first] if first else [])
        at = [key for number, key in named if number == point.size]
        if before + at and point.key_id not in before + at:
            wrong.append(point)
    return wrong


def kept_checkpoints(session: Session, newest: int | None = None) -> list[Checkpoint]:
    """Return the checkpoints of this register, oldest first; with `newest` only so many of the last."""
    query = select(LedgerCheckpoint).order_by(LedgerCheckpoint.size.desc()).limit(newest)
    return [_of_row(row) for row in reversed(session.scalars(query).all())]


def _of_row(row: LedgerCheckpoint) -> Checkpoint:
    return Checkpoint(row.size, row.head, written_moment(row.signed_at), row.key_id, row.public_key, row.signature)


def read_checkpoints(text: str) -> list[Checkpoint]:
    """Read what somebody kept: checkpoints.json, one checkpoint, a list, or a text with one on a line (a mail).

    Raises NotACheckpoint.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = [_line(line) for line in text.splitlines() if line.strip().startswith("{") and '"head"' in line]
    if isinstance(found, dict):
        found = found.get("checkpoints", [found])
    if not isinstance(found, list) or not found:
        raise NotACheckpoint("no checkpoint in this text")
    return [_of_json(one) for one in found]


def _line(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise NotACheckpoint("a line that is no JSON") from error


def _of_json(told: Any) -> Checkpoint:
    kinds = {"size": int, "head": str, "signed_at": str, "key_id": str, "public_key": str, "signature": str}
    if not isinstance(told, Mapping) or any(type(told.get(name)) is not kind for name, kind in kinds.items()):
        raise NotACheckpoint("fields of a checkpoint are missing")
    return Checkpoint(**{name: told[name] for name in kinds})
