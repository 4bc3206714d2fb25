"""Filters, counts and order of the list of participants. Pure: a list in, a list out."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from registry.participants.participants import Participant, searchable
from registry.participants.standings import ParticipantStatus


@dataclass(frozen=True)
class Filters:
    """What a reader asked for; an empty part filters nothing."""

    q: str = ""
    kinds: tuple[str, ...] = ()
    province: str = ""
    statuses: tuple[ParticipantStatus, ...] = ()


def matching(participants: Iterable[Participant], filters: Filters) -> list[Participant]:
    """Return the participants that fit every filter, in the order in which they came."""
    words = searchable(filters.q).split()
    if filters.q and not words:
        return []  # only marks or emoji were typed: no name has those
    return [
        one
        for one in participants
        if (not filters.kinds or one.who.kind in filters.kinds)
        and (not filters.province or one.who.province == filters.province)
        and (not filters.statuses or one.status in filters.statuses)
        and all(_occurs(word, one.search_text) for word in words)
    ]


def _occurs(word: str, text: str) -> bool:
    """Say whether the text holds the word; one or two letters must begin a word, or nearly every name would fit."""
    return word in text if len(word) > 2 else f" {word}" in f" {text}"


def kind_counts(participants: Sequence[Participant], filters: Filters) -> Counter[str]:
    """Count each kind among what the other filters leave: the number that choosing it would show."""
    return Counter(one.who.kind for one in matching(participants, replace(filters, kinds=())))


def status_counts(participants: Sequence[Participant], filters: Filters) -> Counter[ParticipantStatus]:
    """Count each status among what the other filters leave."""
    return Counter(one.status for one in matching(participants, replace(filters, statuses=())))


def province_counts(participants: Iterable[Participant]) -> Counter[str]:
    """Count the participants in each province; water authorities and the like stand in none."""
    return Counter(one.who.province for one in participants if one.who.province)


_SEVERITY = {status: order for order, status in enumerate(ParticipantStatus)}
_KEYS: dict[str, Callable[[Participant], Any]] = {
    "naam": lambda one: one.who.sort_name,
    "datum": lambda one: one.who.signed_on or date.max,
    "status": lambda one: _SEVERITY[one.status],
}
ORDERS = (*_KEYS, *(f"-{name}" for name in _KEYS))
"""Values of `sorteer`; a minus turns the order round. Who has no date comes last in both."""


def ordered(participants: Iterable[Participant], order: str) -> list[Participant]:
    """Return the participants in this order, and by name where it leaves them equal."""
    by_name = sorted(participants, key=lambda one: (one.who.sort_name, one.who.name))
    found = sorted(by_name, key=_KEYS[order.removeprefix("-")], reverse=order.startswith("-"))
    if order == "-datum":
        found.sort(key=lambda one: one.who.signed_on is None)
    return found
