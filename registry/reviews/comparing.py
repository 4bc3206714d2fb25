"""What changed between this year's answer and last year's. Pure: from two answers and the question."""

from dataclasses import dataclass
from typing import Final

from common.vocabulary import Text
from registry.editions.form import Question
from registry.reports.amounts import amounts
from registry.reports.models import AnswerState
from registry.reports.values import AnswerLike, is_blank

BIG: Final = 50
"""Percent; a change of this size or more is marked."""


@dataclass(frozen=True)
class Change:
    """A figure that is another one than last year. `label` is of the part or row, empty for a plain question."""

    label: Text
    difference: float
    percent: float | None
    """None where last year's figure was zero: nothing can be divided by it."""

    @property
    def big(self) -> bool:
        """Whether staff should look twice."""
        return self.percent is None or abs(self.percent) >= BIG


@dataclass(frozen=True)
class Comparison:
    """How an answer relates to last year's."""

    changes: tuple[Change, ...] = ()
    no_longer_known: bool = False
    """Last year there was an answer, now it is unknown or not applicable."""
    dropped: bool = False
    """Last year there was an answer, now there is none: it was left open, or not asked because of another answer."""

    @property
    def big(self) -> bool:
        """Whether staff should look twice."""
        return self.no_longer_known or self.dropped or any(change.big for change in self.changes)


SAME: Final = Comparison()


def compare(question: Question, now: AnswerLike | None, before: AnswerLike | None) -> Comparison:
    """Compare two answers to the same question; nothing to say where the year before has no answer."""
    if before is None or before.state is not AnswerState.GIVEN or is_blank(before.value):
        return SAME
    if now is None or now.state is AnswerState.BLANK or (is_blank(now.value) and now.state is AnswerState.GIVEN):
        return Comparison(dropped=True)
    if now.state in {AnswerState.UNKNOWN, AnswerState.NOT_APPLICABLE}:
        return Comparison(no_longer_known=True)
    old = {place: figure for place, _label, figure in amounts(question, before.value)}
    return Comparison(
        tuple(
            _change(label, figure, old[place])
            for place, label, figure in amounts(question, now.value)
            if place in old and old[place] != figure
        )
    )


def _change(label: Text, now: float, before: float) -> Change:
    difference = round(now - before, 3)
    return Change(label, difference, 100 * difference / abs(before) if before else None)
