"""What happened to one authority, as one line of time. Pure: made of a profile that was read already."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from registry.agreements.models import AgreementVersion
from registry.authorities.reading import MergerStory
from registry.participants.profile import Profile, UnderAgreement
from registry.plans.reading import begins_on
from registry.signatures.models import DatePrecision


class EventKind(enum.StrEnum):
    """What sort of thing happened; the template has the words for it."""

    SIGNED = "signed"
    TAKEN_OVER = "taken_over"
    PLAN = "plan"
    PLAN_UPDATED = "plan_updated"
    REPORT = "report"
    MERGED = "merged"
    ENDED = "ended"
    RENAMED = "renamed"
    NO_LONGER_SIGNED = "no_longer_signed"


@dataclass(frozen=True)
class Event:
    """Something that happened; `day` is None where no source tells when."""

    kind: EventKind
    day: date | None
    precision: DatePrecision = DatePrecision.DAY
    agreement: AgreementVersion | None = None
    year: int | None = None
    published: bool = False
    withdrawn: bool = False
    name: str = ""
    merger: MergerStory | None = None


def history_of(profile: Profile) -> list[Event]:
    """Return the events of an authority, newest first; those without a day stand last."""
    events = [
        *(Event(EventKind.ENDED, one.merged_on, merger=one) for one in profile.became),
        *(Event(EventKind.MERGED, one.merged_on, merger=one) for one in profile.continues if not profile.begins_on),
        *(Event(EventKind.RENAMED, one.valid_to, name=one.name) for one in profile.earlier_names),
        *(event for one in (*profile.under, *profile.over) for event in _under(one)),
        *(Event(EventKind.NO_LONGER_SIGNED, one.signature.ended_on, agreement=one.version) for one in profile.over),
    ]
    return sorted(events, key=lambda event: event.day or date.min, reverse=True)


def _under(one: UnderAgreement) -> Iterator[Event]:
    for report in one.reports:
        if report.edition.submitted_on:
            yield Event(
                EventKind.REPORT, report.edition.submitted_on, agreement=one.version,
                year=report.edition.year, published=report.edition.published,
                withdrawn=report.edition.withdrawn,
            )  # fmt: skip
    plans = [*one.earlier_plans, *([one.plan] if one.plan else [])]
    for number, plan in enumerate(plans):
        yield Event(
            EventKind.PLAN_UPDATED if number else EventKind.PLAN,
            begins_on(plan),
            agreement=one.version,
            name=plan.title,
        )
    if one.signature.taken_over_on:
        yield Event(EventKind.TAKEN_OVER, one.signature.taken_over_on, agreement=one.version)
        return
    yield Event(EventKind.SIGNED, one.signature.signed_on, one.signature.precision, one.version)
