"""Signs how long the ledger is, tells the keepers, and changes the key that signs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.checkpoints import Checkpoint, Key, kept_checkpoints, make_key, open_key, sign
from common.ledger import SYSTEM, LedgerEntry, head_number, record
from common.ledger_hashing import canonical_json
from common.ledger_verifying import Walk
from common.web.mails import queue_mail, site_link
from website.config import Settings

KEY_CHANGED = "ledger.key_changed"
SHOWN = 30
"""Checkpoints on the page."""


class KeyNotVouchedFor(Exception):
    """Another key signed the newest checkpoint, and the ledger does not name this one as its successor."""


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
    newest = kept_checkpoints(session, 1)
    if newest and newest[0].key_id != key.id and key.id not in _named_keys(session):
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


def _named_keys(session: Session) -> set[str]:
    payloads = session.scalars(select(LedgerEntry.payload).where(LedgerEntry.event == KEY_CHANGED))
    return {json.loads(payload)["key_id"] for payload in payloads}


def change_key(session: Session, path: Path, *, lost: bool = False) -> Key:
    """Put a new key in the place of the old one, which stays beside it; the ledger names it and the old one signs that.

    With `lost` nothing signs it: the ledger says so, and whoever trusts the old key must be told in another way.
    Raises KeyUnusable, OSError.
    """
    old = None if lost else open_key(path)
    if path.exists():
        path.rename(path.with_name(f"{path.stem}-{old.id[:12] if old else 'lost'}{path.suffix}"))
    new = make_key(path)
    told = {"key_id": new.id, "public_key": new.public, "before": old.id if old else None, "lost": lost}
    entry = record(session, KEY_CHANGED, "ledger:key", told, actor=SYSTEM)
    if old:
        sign(session, old, entry.seq, entry.hash)
    return new
