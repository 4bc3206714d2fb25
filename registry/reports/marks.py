"""How sure an answer is: the authority's own word, seen by a beoordelaar what it rests on, or corrected afterwards.

Nothing of "corrected" is written down: it follows from the submissions that were published, so it cannot be forgotten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from common.clock import local
from common.versions import AsOf, known_at
from registry.reports.content import answers_of
from registry.reports.drafting import same
from registry.reports.models import EvidenceMark, Publication, Submission
from registry.reports.values import BLANK, AnswerLike, is_erased


@dataclass(frozen=True)
class Mark:
    """The quality of one answer; both empty is "eigen opgave"."""

    seen_on: date | None = None
    """When a beoordelaar saw what the answer rests on: "onderbouwing gezien"."""
    corrected_on: date | None = None
    """When another answer was replaced by this one; None for one that stands as it was first published."""

    @property
    def own(self) -> bool:
        """Whether it is what the authority says, and no more is known."""
        return self.seen_on is None and self.corrected_on is None


OWN_WORD: Final = Mark()


def marks_of(session: Session, submission: Submission, at: AsOf) -> Mapping[str, Mark]:
    """Return the mark of every question that was asked, by its key. Two queries.

    A mark carries over from an older submission of the report as long as the answer stayed the same.
    """
    chain = _chain(session, submission, at)
    seen = _seen(session, [one.id for one, _published in chain], at)
    answers = {one.id: answers_of(one) for one, _published in chain}
    found = {}
    for key, mine in answers[submission.id].items():
        since = _unchanged_since(key, mine, chain, answers)
        marks = [seen[(one.id, key)] for one, _published in chain[since:] if (one.id, key) in seen]
        found[key] = Mark(marks[-1].seen_on if marks else None, _corrected_on(key, mine, chain, answers))
    return found


Chain = Sequence[tuple[Submission, datetime | None]]
"""The submissions of a report up to one of them, oldest first, each with the moment of its publication."""
Answers = Mapping[int, Mapping[str, AnswerLike]]


def _chain(session: Session, submission: Submission, at: AsOf) -> Chain:
    known = [Publication.recorded_at <= at.moment] if at.moment else []
    of_report = Publication.report_id == submission.report_id
    # What was withdrawn stays so: nothing of before shows, so nothing of before was corrected (published.versions_of).
    withdrawn = select(func.max(Publication.id)).where(of_report, Publication.withdrawn, *known).scalar_subquery()
    shown = and_(
        Publication.submission_id == Submission.id,
        Publication.withdrawn.is_(False),
        Publication.id > func.coalesce(withdrawn, 0),
        *known,
    )
    rows: Any = session.execute(
        select(Submission, Publication.recorded_at)
        .outerjoin(Publication, shown)
        .where(Submission.report_id == submission.report_id, Submission.number <= submission.number)
        .order_by(Submission.number, Publication.id.desc())
    ).all()
    first = {one.id: (one, moment) for one, moment in rows}  # the last row of a submission is its first publication
    return list(first.values())


def _seen(session: Session, ids: Sequence[int], at: AsOf) -> dict[tuple[int, str], EvidenceMark]:
    query = select(EvidenceMark).where(EvidenceMark.submission_id.in_(ids), known_at(EvidenceMark, at.moment))
    marks = session.scalars(query.order_by(EvidenceMark.id))
    return {(one.submission_id, one.key): one for one in marks if one.seen_on is None or one.seen_on <= at.day}


def _unchanged_since(key: str, mine: AnswerLike, chain: Chain, answers: Answers) -> int:
    """Return the place in the chain from which on the answer was this one."""
    place = len(chain) - 1
    while place > 0 and _same(answers[chain[place - 1][0].id].get(key), mine):
        place -= 1
    return place


def _corrected_on(key: str, mine: AnswerLike, chain: Chain, answers: Answers) -> date | None:
    """Return when the public first read this answer in the place of another; None where it read no other before."""
    public = [(one, moment) for one, moment in chain if moment]
    place = len(public)
    while place and _same(answers[public[place - 1][0].id].get(key), mine):
        place -= 1
    # Before `place` the public read something else; what is not public yet is corrected when it will be.
    if not place:
        return None
    moment = public[place][1] if place < len(public) else None
    return local(moment or chain[-1][0].submitted_at).date()


def _same(one: AnswerLike | None, other: AnswerLike) -> bool:
    """Say whether two answers are the same; one that was erased since is no other answer."""
    older = one or BLANK
    return is_erased(older.value) or is_erased(other.value) or same(older, other)
