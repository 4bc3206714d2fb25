"""What comparable authorities answered: the median of each figure over published reports of the same kind."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.versions import AsOf, as_of
from registry.authorities.models import AuthorityVersion
from registry.editions.form import COMPARABLE, Question
from registry.editions.models import Edition
from registry.editions.questionnaire import of_edition
from registry.reports.amounts import amounts, has_amounts
from registry.reports.models import AnswerState, Publication, Report, Submission
from registry.reports.published import public_as_of

FEWEST: Final = 3
"""Authorities below which there is no median: it would tell what one of them answered."""

Place = tuple[str, str]
"""The key of a question, and the part or row of it; empty where the answer is one figure."""


@dataclass(frozen=True)
class Median:
    """The middle figure of comparable authorities."""

    value: float
    count: int
    """How many authorities it is about."""
    year: int
    """The reporting year it is about: the same, or the one before where too few reported yet."""


@dataclass(frozen=True)
class _Peers:
    """Whose reports count."""

    kind: str
    at: AsOf
    without: int | None

    def contents(self, session: Session, edition: Edition) -> Iterator[str]:
        """Yield what each of them published for an edition."""
        query = (
            select(Submission.content)
            .join(Publication, Publication.submission_id == Submission.id)
            .join(Report, Report.id == Publication.report_id)
            .join(AuthorityVersion, AuthorityVersion.authority_id == Report.authority_id)
            .where(Report.edition_id == edition.id, public_as_of(self.at), Publication.withdrawn.is_(False))
            .where(AuthorityVersion.kind == self.kind, as_of(AuthorityVersion, self.at.day, self.at.moment))
        )
        if self.without is not None:
            query = query.where(Report.authority_id != self.without)
        yield from session.scalars(query)


def medians(
    session: Session, edition: Edition, kind: str, at: AsOf, *, without: int | None = None
) -> Mapping[Place, Median]:
    """Return the median of every figure over published reports of authorities of this kind, by question and place.

    Of the same edition; where fewer than three gave the figure, of the one a year before, by the key of this one; else
    none. `without`: the number of the authority that is compared, which is left out. Figures that are never public are
    in no median. One query, and two more where the year before is needed.
    """
    asked = {one.key: one for one in of_edition(edition).questions if one.publish != "no" and has_amounts(one)}
    peers = _Peers(kind, at, without)
    found = _medians(peers.contents(session, edition), asked, edition.year)
    if asked.keys() == {key for key, _place in found}:
        return found
    earlier = select(Edition).filter_by(agreement_id=edition.agreement_id, year=edition.year - 1)
    before = session.scalars(earlier).first()
    if before is None:
        return found
    return {**_medians(peers.contents(session, before), _asked_before(asked, before), before.year), **found}


def _asked_before(asked: Mapping[str, Question], before: Edition) -> dict[str, Question]:
    """Return, by key of the older form, the question of now that asks the same figure by the same definition."""
    older = of_edition(before).by_key
    found = {}
    for question in asked.values():
        then = older.get(question.before[0]) if question.relation in COMPARABLE else None
        if then and then.type == question.type and then.indicator_version == question.indicator_version:
            found[then.key] = question
    return found


def _medians(contents: Iterable[str], asked: Mapping[str, Question], year: int) -> dict[Place, Median]:
    """Return the medians over these reports; `asked` has the question for each key in them."""
    figures: dict[Place, list[float]] = defaultdict(list)
    for content in contents:
        answers = json.loads(content)["answers"]
        for key, question in asked.items():
            entry = answers.get(key, {})
            if entry.get("state") == AnswerState.GIVEN:
                for place, _label, figure in amounts(question, entry.get("value")):
                    figures[question.key, place].append(figure)
    return {
        place: Median(round(median(values), 3), len(values), year)
        for place, values in figures.items()
        if len(values) >= FEWEST
    }
