"""Which entries the public log shows in full, and which only as a hash (docs/decisions/0008-the-public-log.md). Pure.

The rule is asked once, when an entry is written: a sealed entry has a nonce in its payload, so that nobody can find out
what it says by trying, and stays sealed. What is on no list is sealed.
"""

import json
import secrets
from collections.abc import Mapping
from typing import Any, Final, Protocol

NONCE: Final = "nonce"
"""The name in a payload that marks a sealed entry."""
OPEN: Final = {
    "agreement.closed", "agreement.corrected", "agreement.opened", "agreement.published", "agreement.recorded",
    "agreement.signing",
    "authorities.imported", "authorities.invented", "authorities.loaded",
    "authority.added", "authority.changed", "authority.ended", "authority.recorded",
    "buyer_group.changed", "buyer_group.joined", "buyer_group.left", "buyer_group.member_changed",
    "buyer_group.member_withdrawn", "buyer_group.published", "buyer_group.recorded", "buyer_groups.loaded",
    "certificate.changed", "certificate.recorded", "certificate.withdrawn", "certificates.loaded",
    "duty.corrected", "duty.delayed", "duty.ended", "duty.moved", "duty.outage", "duty.started", "duty.taken_over",
    "edition.corrected", "edition.opened", "guide.brought_back", "guide.published", "guide.reviewed",
    "guide.unpublished", "guide.withdrawn", "indicator.published", "indicator.retired",
    "ledger.key_changed",
    "merger.changed", "merger.decided", "merger.recorded", "merger.settled", "merger.withdrawn", "mergers.loaded",
    "plan.published", "plan.revised", "plan.taken_over", "plan.withdrawn",
    "report.looked_over", "report.published", "report.unpublished",
}  # fmt: skip
"""Events that only tell what is on a public page from that moment on."""
OPEN_WHEN_CONFIRMED: Final = {
    "signature.changed", "signature.confirmed", "signature.corrected", "signature.ended", "signature.recorded",
}  # fmt: skip
"""Events that do so where the payload says `confirmed`: an unconfirmed signature is on no public page."""
SEALED: Final = {
    "guide.called_off", "guide.entrusted", "guide.imported", "guide.look_asked", "guide.looked_over", "guide.renamed",
    "guide.rendered", "guide.scheduled", "guide.translated",
    "merger.chosen", "merger.undone",
    "plan.recorded", "plan.adopted",
    "report.accepted", "report.evidence", "report.handed_over", "report.on_paper",
    "report.released", "report.reopened", "report.returned", "report.settled",
    "report.submitted", "report.taken",
    "report.agreed", "report.agreement_asked", "report.agreement_lapsed", "report.agreement_returned",
    "report.correction_begun", "report.correction_left", "report.withdrawn",
    "signature.entered", "signature.refused", "signature.signed",
    "signature.signer_erased", "signing.prepared", "signing.withdrawn", "synonym.added", "synonym.removed",
}  # fmt: skip
"""Looked at and kept shut, beside drafts and the nouns of people: what is not public, or not yet."""


def is_open(event: str, payload: Mapping[str, Any]) -> bool:
    """Say whether the public log may show a new entry in full."""
    return event in OPEN or (event in OPEN_WHEN_CONFIRMED and payload.get("confirmed") is True)


def sealed(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload of an entry that stays shut: nobody can guess its hash."""
    return {**payload, NONCE: secrets.token_hex(16)}


class Written(Protocol):
    """What of an entry says whether it was opened: a LedgerEntry, or a row with the same names."""

    event: Any
    payload: Any


def was_opened(entry: Written) -> bool:
    """Say whether the public log shows an entry in full; of before migration 0003 the lists above decide."""
    if f'"{NONCE}":"' in entry.payload and NONCE in json.loads(entry.payload):
        return False
    if entry.event in OPEN:
        return True
    return entry.event in OPEN_WHEN_CONFIRMED and is_open(entry.event, json.loads(entry.payload))
