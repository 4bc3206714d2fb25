"""What a corrected report answers otherwise: question by question, in the words that the public reads. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from common.comparing import Part, compare, words_changed
from common.vocabulary import Text
from registry.editions.form import Question
from registry.reports.display import PUBLIC, ShownAnswer, shown_submission
from registry.reports.models import AnswerState, Submission

_REMARK: Final[Text] = {"nl": "Toelichting", "en": "Explanation"}


@dataclass(frozen=True)
class Difference:
    """A question of which the public answer changed."""

    question: Question
    parts: tuple[Part, ...]
    """What went and what came, in one language; empty where the answer names a person."""
    was_public: bool
    """Whether the public read an answer to this question before."""
    is_public: bool
    """Whether it reads one now."""

    @property
    def hidden(self) -> bool:
        """Whether only is said that it changed: it names a person."""
        return self.question.type == "person"


def differences(before: Submission, after: Submission, language: str) -> list[Difference]:
    """Return the questions whose public answer differs, in the order of the newer form."""
    old, new = _answers(before), _answers(after)
    keys = dict.fromkeys((*new, *old))
    return [found for key in keys if (found := _difference(old.get(key), new.get(key), language))]


def _difference(was: ShownAnswer | None, now: ShownAnswer | None, language: str) -> Difference | None:
    shown = now or was
    if shown is None:
        return None
    old, new = (in_text(one, language) if one else "" for one in (was, now))
    if old == new and bool(was) == bool(now):
        return None
    marked = () if shown.question.type == "person" else _marked(old, new)
    return Difference(shown.question, marked, was is not None, now is not None)


def _marked(old: str, new: str) -> tuple[Part, ...]:
    """Return what went and came: of several lines line by line, of one line as a whole where it is quite another."""
    return tuple(compare(old, new)) if "\n" in old + new else words_changed(old, new)


def _answers(submission: Submission) -> dict[str, ShownAnswer]:
    return {answer.key: answer for part in shown_submission(submission, audience=PUBLIC) for answer in part.answers}


def in_text(answer: ShownAnswer, language: str) -> str:
    """Return an answer as lines of text, with its reason and the authority's sentence."""
    return "\n".join(line for line in _lines(answer, language) if line)


def _lines(answer: ShownAnswer, language: str) -> Iterator[str]:
    yield answer.text.get(language, "")
    yield from (item.get(language, "") for item in answer.items)
    yield from _pairs(answer.pairs, language)
    for number, group in enumerate(answer.groups, start=1):
        yield f"{number}."
        yield from _pairs(group, language)
    if answer.state == AnswerState.UNKNOWN.value and answer.reason:
        yield answer.reason
    if answer.remark:
        yield f"{_REMARK[language]}: {answer.remark}"


def _pairs(pairs: tuple[tuple[Text, Text], ...], language: str) -> Iterator[str]:
    for label, value in pairs:
        yield f"{label.get(language, '')}: {value.get(language, '')}"
