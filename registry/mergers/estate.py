"""All that authorities leave at their merger: what is still to be settled, and what was chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry.authorities.models import Authority, Merger, MergerPart
from registry.mergers import leaving
from registry.mergers.models import MergerChoice
from registry.mergers.things import DATED, Sort, Thing
from registry.reports.models import Report, Submission

FINDERS = (
    leaving.signatures, leaving.groups, leaving.plans, leaving.plan_drafts, leaving.reports, leaving.certificates,
    leaving.members,
)  # fmt: skip


@dataclass(frozen=True)
class Estate:
    """All that is still to be settled at a merger, and what was settled or simply stays."""

    merger: Merger
    ended: tuple[Authority, ...]
    continued: tuple[Authority, ...]
    open: tuple[Thing, ...]
    settled: tuple[MergerChoice, ...]
    published: Mapping[int, int] = field(default_factory=dict)
    """By ended authority: how many reports that were handed in stay under its old name."""

    def now_possible(self, today: date) -> list[Thing]:
        """Return what can be settled today: everything from the day of the merger, and before it what has a day."""
        return [one for one in self.open if one.sort in DATED or today >= self.merger.merged_on]


def lineage(session: Session, merger: Merger) -> list[int]:
    """Return the numbers of this merger and of what it corrected."""
    found, current = [merger.id], merger
    while current.replaces_id is not None:
        current = session.get_one(Merger, current.replaces_id)
        found.append(current.id)
    return found


def read_estate(session: Session, merger: Merger) -> Estate:
    """Return what the ended authorities of a merger have, and what was chosen for it."""
    ended = tuple(one.authority for one in merger.parties if one.part is MergerPart.ENDED)
    continued = tuple(one.authority for one in merger.parties if one.part is not MergerPart.ENDED)
    settled = session.scalars(
        select(MergerChoice)
        .where(MergerChoice.merger_id.in_(lineage(session, merger)), MergerChoice.undone_at.is_(None))
        .options(joinedload(MergerChoice.from_authority), joinedload(MergerChoice.to_authority))
        .order_by(MergerChoice.id)
    ).all()
    done = {(one.subject, one.from_authority_id) for one in settled}
    things = [
        thing
        for authority in ended
        for find in FINDERS
        for thing in find(session, authority, continued, merger.merged_on)
    ]
    left = [one for one in things if (one.subject, one.heir_of.id) not in done]
    left.sort(key=lambda one: (list(Sort).index(one.sort), one.day or date.max, one.heir_of.id, one.id))
    return Estate(merger, ended, continued, tuple(left), tuple(settled), _published(session, ended))


def _published(session: Session, ended: Sequence[Authority]) -> dict[int, int]:
    sent = select(Submission.id).where(Submission.report_id == Report.id).exists()
    query = select(Report.authority_id).where(Report.authority_id.in_([one.id for one in ended]), sent)
    found: dict[int, int] = {}
    for authority_id in session.scalars(query):
        found[authority_id] = found.get(authority_id, 0) + 1
    return found
