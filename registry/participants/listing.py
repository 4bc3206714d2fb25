"""One page of the list of participants, ready to be shown: rows, counts at the filters, figures, provinces."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from common.snapshots import SnapshotCache
from common.versions import AsOf
from common.vocabulary import vocabulary
from registry.agreements.models import Agreement
from registry.agreements.reading import all_agreements, asks_for_another, current_version, in_force_among
from registry.participants.addresses import AskedFor, ListAddress, Page, page_of, read_address
from registry.participants.filtering import (
    kind_counts,
    matching,
    ordered,
    province_counts,
    status_counts,
)
from registry.participants.participants import Participant, list_participants
from registry.participants.standings import ParticipantStatus
from registry.signatures.signatories import Tally, tally

Text = Mapping[str, Any]
T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, eq=False)
class ListedAgreement:
    """What the list needs of an agreement; the title in two languages."""

    slug: str
    is_example: bool
    title: Text
    short_title: Text
    followed: bool
    followed_note: Text
    shown_first: bool
    """Whether it is the one that the list shows without being asked."""


@dataclass(frozen=True)
class Figures:
    """What the tiles above the list say of the whole agreement; every figure is a count of its participants."""

    day: date
    """The day on which they are counted."""
    tally: Tally
    latest_year: int | None
    """The newest year of which a report is published."""
    reports: int
    """How many published a report on that year."""
    late: int
    first_signed_on: date | None


@dataclass(frozen=True)
class Listing:
    """The list as one address asks for it."""

    asked: AskedFor
    agreements: tuple[ListedAgreement, ...]
    agreement: ListedAgreement
    figures: Figures
    page: Page
    rows: list[Participant]
    found: list[Participant]
    """Everybody whom the filters leave, on whatever page."""
    kinds: dict[str, int]
    """Every kind that occurs under the agreement, with the number that choosing it would show."""
    statuses: dict[ParticipantStatus, int]
    """The same for every status."""
    provinces: Counter[str]
    """The participants of the whole agreement in each province, whatever the filters."""

    @property
    def address(self) -> ListAddress:
        """The one address that says what is seen: the page that exists, nothing empty, nothing unknown."""
        return self.asked.address.to_page(self.page.number)


def read_listing(session: Session, cache: SnapshotCache, args: "MultiDict[str, str]", at: AsOf) -> Listing | None:
    """Return the page of the list that the parameters ask for, or None while the register holds no such agreement.

    Participants are kept until the register changes or the day ends, so that a keystroke costs two small queries.
    """
    known = cache.get(session, ("listed agreements", at), lambda: _listed(session, at))
    agreements = tuple(known)
    if not agreements or asks_for_another(args, [one.slug for one in agreements]):
        return None
    default = next(one for one in agreements if one.shown_first)
    asked = read_address(args, [one.slug for one in agreements], default.slug)
    slug = asked.address.agreement or default.slug
    agreement = next(one for one in agreements if one.slug == slug)
    key = ("participants", slug, at)
    participants = cache.get(session, key, lambda: list_participants(session, known[agreement], at))
    filters = asked.address.filters
    found = ordered(matching(participants, filters), asked.address.order)
    page = page_of(len(found), asked.address.page)
    return Listing(
        asked, agreements, agreement, _figures(participants, at.day), page,
        rows=found[max(page.first - 1, 0) : page.last],
        found=found,
        kinds=_counted(vocabulary().kinds, kind_counts(participants, filters), [one.who.kind for one in participants]),
        statuses=_counted(
            ParticipantStatus, status_counts(participants, filters), [one.status for one in participants]
        ),
        provinces=province_counts(participants),
    )  # fmt: skip


def chosen_filters(address: ListAddress) -> list[tuple[str, str, ListAddress]]:
    """Return each chosen filter as its name, its value, and the address without it."""
    chosen = address.filters
    found = [("q", chosen.q, address.filtered(replace(chosen, q="")))] if chosen.q else []
    for kind in chosen.kinds:
        others = tuple(one for one in chosen.kinds if one != kind)
        found.append(("soort", kind, address.filtered(replace(chosen, kinds=others))))
    if chosen.province:
        found.append(("provincie", chosen.province, address.filtered(replace(chosen, province=""))))
    for status in chosen.statuses:
        left = tuple(one for one in chosen.statuses if one is not status)
        found.append(("status", status.value, address.filtered(replace(chosen, statuses=left))))
    return found


def _counted(all_values: Iterable[T], counts: Counter[T], present: Collection[T]) -> dict[T, int]:
    return {value: counts[value] for value in all_values if value in set(present)}


def _listed(session: Session, at: AsOf) -> dict[ListedAgreement, Agreement]:
    """Return the agreements as the list needs them, each with its record, read so far that it needs no session."""
    agreements = all_agreements(session, at.moment)
    first = in_force_among(agreements, at)
    return {_listed_agreement(one, at, shown_first=one is first): one for one in agreements}


def _listed_agreement(agreement: Agreement, at: AsOf, *, shown_first: bool) -> ListedAgreement:
    version = current_version(agreement, at.moment)
    return ListedAgreement(
        agreement.slug, agreement.is_example, version.title, version.short_title, version.followed,
        version.followed_note, shown_first,
    )  # fmt: skip


def _figures(participants: list[Participant], day: date) -> Figures:
    latest = max((one.latest_report for one in participants if one.latest_report), default=None)
    return Figures(
        day=day,
        tally=tally([one.who for one in participants]),
        latest_year=latest,
        reports=sum(one.latest_report == latest for one in participants if latest),
        late=sum(one.status is ParticipantStatus.LATE for one in participants),
        first_signed_on=min((one.who.signed_on for one in participants if one.who.signed_on), default=None),
    )
