"""Signs how long the ledger is, tells the keepers, and changes the key that signs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.checkpoints import Checkpoint, Key, KeyUnusable, kept_checkpoints, make_key, open_key, sign
from common.ledger import SYSTEM, LedgerEntry, head_number, record
from common.ledger_hashing import canonical_json
from common.ledger_verifying import Walk
from common.web.mails import queue_mail, site_link
from website.config import Settings

KEY_CHANGED = "ledger.key_changed"
SHOWN = 30
"""Checkpoints on the page."""


class KeyNotVouchedFor(Exception):
    """This is not the newest key that the ledger names, or none is named and another signed the checkpoints."""


@dataclass(frozen=True)
class Integrity:
    """What /integriteit shows."""

    entries: int
    checkpoints: Sequence[Checkpoint]
    """Newest first."""

    @property
    def newest(self) -> Checkpoint | None:
        """The newest checkpoint, where there is one."""
        return self.checkpoints[0] if self.checkpoints else None


def integrity(session: Session) -> Integrity:
    """Return how long the ledger is now, and its newest checkpoints."""
    return Integrity(head_number(session), kept_checkpoints(session, SHOWN)[::-1])


def key_path(settings: Settings) -> Path:
    """Return where the key stands: LEDGER_KEY, or in the data folder."""
    return Path(settings.ledger_key) if settings.ledger_key else settings.data / "ledger-key.pem"


def publish_checkpoint(session: Session, key: Key, found: Walk, keepers: Sequence[str]) -> tuple[Checkpoint, int]:
    """Sign what a walk found, and queue a mail with it to each keeper; returns it and how many mails.

    Raises KeyNotVouchedFor.
    """
    if expected_key(session) not in {None, key.id}:
        raise KeyNotVouchedFor
    made = sign(session, key, found.size, found.head)
    for address in keepers:
        queue_mail(
            session,
            "ledger_checkpoint",
            address,
            "nl",
            person="",
            checkpoint=made,
            line=canonical_json(made.as_json()),
            link=site_link("/integriteit"),
        )
    return made, len(keepers)


def named_keys(session: Session) -> list[tuple[int, str]]:
    """Return each key that the ledger names, with the number of that entry, oldest first."""
    entry = LedgerEntry
    found = session.execute(select(entry.seq, entry.payload).where(entry.event == KEY_CHANGED).order_by(entry.seq))
    return [(row.seq, json.loads(row.payload)["key_id"]) for row in found]


def expected_key(session: Session) -> str | None:
    """Return which key signs the next checkpoint: the newest that was named; None before the first checkpoint."""
    named, newest = named_keys(session), kept_checkpoints(session, 1)
    return named[-1][1] if named else newest[0].key_id if newest else None


def signing_key(session: Session, path: Path) -> Key:
    """Return the key that signs, making it before the first checkpoint. Raises KeyUnusable, OSError.

    A change of keys that was committed, and then cut off before its file stood in its place, is finished here.
    """
    expected, waiting = expected_key(session), _waiting(path)
    if expected and waiting.exists() and open_key(waiting).id == expected:
        put_in_place(path)
    return open_key(path, may_make=expected is None)


def change_key(session: Session, path: Path, *, lost: bool = False) -> Key:
    """Make a new key; the ledger names it and the old one signs that. After the commit: `put_in_place`.

    With `lost` nothing signs it: the ledger says so, and whoever trusts the old key must be told in another way.
    Raises KeyUnusable, OSError.
    """
    old = None if lost else signing_key(session, path)
    _waiting(path).unlink(missing_ok=True)  # of a change that was never committed: nothing names it
    new = make_key(_waiting(path))
    told = {"key_id": new.id, "public_key": new.public, "before": old.id if old else None, "lost": lost}
    entry = record(session, KEY_CHANGED, "ledger:key", told, actor=SYSTEM)
    if old:
        sign(session, old, entry.seq, entry.hash)
    return new


def put_in_place(path: Path) -> None:
    """Let the new key stand where the old one was, which stays beside it. Raises OSError."""
    if path.exists():
        try:
            name = open_key(path).id[:12]
        except KeyUnusable:
            name = "lost"
        path.rename(path.with_name(f"{path.stem}-{name}{path.suffix}"))
    _waiting(path).rename(path)


def _waiting(path: Path) -> Path:
    return path.with_name(f"{path.stem}-new{path.suffix}")
