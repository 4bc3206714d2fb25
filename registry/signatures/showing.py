"""Shows what a correction changes, fact by fact, beside what the register says."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from registry.agreements.reading import current_version
from registry.signatures.correcting import CORRECTABLE, facts_of, from_plain
from registry.signatures.eligible import candidates
from registry.signatures.models import SignatureCorrection, SignatureVersion


@dataclass(frozen=True)
class ShownFact:
    """One fact with both values; the template writes days, and names stand here already."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class ShownCorrection:
    """A correction that waits, as a person reads it."""

    correction: SignatureCorrection
    facts: tuple[ShownFact, ...]
    is_void: bool
    """Another version came since; it can only be left."""


def shown_correction(session: Session, correction: SignatureCorrection, version: SignatureVersion) -> ShownCorrection:
    """Return what the correction would change of the newest version."""
    before, after = facts_of(version), from_plain(correction.facts)
    facts = []
    for name in CORRECTABLE:
        if name not in after:
            continue
        both = (before[name], after[name])
        if name in {"bound", "represented_by_id"}:
            both = (_names(session, version, both[0]), _names(session, version, both[1]))
        facts.append(ShownFact(name, *both))
    return ShownCorrection(correction, tuple(facts), correction.from_number != version.number)


def _names(session: Session, version: SignatureVersion, told: Collection[int] | int | None) -> str:
    ids = [told] if isinstance(told, int) else told or ()
    text = current_version(version.signature.agreement)
    return ", ".join(one.name for one in candidates(session, text, ids))
