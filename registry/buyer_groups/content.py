"""What the site says of a buyer group, as plain values: the same for the form, the content file and the public file."""

import enum
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

from registry.buyer_groups.models import BuyerGroup, BuyerGroupVersion


class GroupState(enum.StrEnum):
    """How a buyer group stands on a day."""

    NOT_YET = "not_yet"
    RUNNING = "running"
    ENDED = "ended"
    UNKNOWN = "unknown"
    """No source tells until when it runs."""


@dataclass(frozen=True)
class GroupFacts:
    """All that staff or a source say of a buyer group; the fields are those of BuyerGroupVersion."""

    title: dict[str, Any]
    summary: dict[str, Any]
    product_group: str | None = None
    facilitator: str | None = None
    started: int | None = None
    ends_year: int | None = None
    market_vision: dict[str, Any] = field(default_factory=dict)
    pilots: list[Any] = field(default_factory=list)
    guides: list[Any] = field(default_factory=list)
    sources: list[Any] = field(default_factory=list)


NAMES = tuple(one.name for one in fields(GroupFacts))


def facts_of(version: BuyerGroupVersion) -> GroupFacts:
    """Return what a version says."""
    return GroupFacts(**{name: getattr(version, name) for name in NAMES})


def public_content(group: BuyerGroup, version: BuyerGroupVersion, document: str | None) -> dict[str, Any]:
    """Return what is public of a version: its SHA-256 is the fingerprint. `document` is the SHA-256 of the file.

    Who takes part is no part of it: members come and go by facts of their own.
    """
    said = asdict(facts_of(version))
    vision = {name: value for name, value in said.pop("market_vision").items() if name != "document"}
    return {
        "kind": "buyer_group",
        "buyer_group": group.slug,
        "version": version.number,
        **said,
        "market_vision": {**vision, "document_sha256": document},
    }


def state_on(started: int | None, ends_year: int | None, day: date) -> GroupState:
    """Say how a group stands on `day`; years are all that sources give. Its last year counts whole."""
    if ends_year is not None and ends_year < day.year:
        return GroupState.ENDED
    if started is not None and started > day.year:
        return GroupState.NOT_YET
    return GroupState.UNKNOWN if ends_year is None else GroupState.RUNNING
