"""What an agreement asks of who signs on a day, with the last day on time and the days of grace. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from registry.agreements.models import AgreementVersion, Obligation
from registry.agreements.periods import deadline


@dataclass(frozen=True)
class Asked:
    """One thing that is asked; `due_on` is None where it comes from each year's form."""

    obligation: Obligation
    due_on: date | None
    late_from: date | None
    """The first day that is called late, after the days of grace."""


def asked_of(version: AgreementVersion, signed_on: date) -> list[Asked]:
    """Return what the agreement asks of who signs on that day, in the order of the agreement."""
    found = []
    for one in sorted(version.obligations, key=lambda obligation: obligation.id):
        due_on = deadline(signed_on, one.within) if one.within else None
        found.append(Asked(one, due_on, due_on + timedelta(days=one.grace_days + 1) if due_on else None))
    return found
