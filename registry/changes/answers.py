"""Which public answers a corrected report gives otherwise. Pure: two submissions in, words out."""

from collections.abc import Iterator

from common.vocabulary import Text
from registry.changes.wanted import FieldChange, Value
from registry.reports.display import PUBLIC, ShownAnswer, shown_submission
from registry.reports.models import Submission


def changed_answers(before: Submission, after: Submission) -> tuple[FieldChange, ...]:
    """Return the questions whose public answer differs; names of persons are said to differ, and not shown."""
    old, new = _answers(before), _answers(after)
    found = []
    for key in dict.fromkeys((*old, *new)):
        was, is_now = old.get(key), new.get(key)
        shown = is_now or was
        if shown is None or (was and _content(was)) == (is_now and _content(is_now)):
            continue
        person = shown.question.type == "person"
        label: Text = {language: f"{key}. {words}" for language, words in shown.label.items()}
        found.append(
            FieldChange(label, None if person else _said(was), None if person else _said(is_now), hidden=person)
        )
    return tuple(found)


def _answers(submission: Submission) -> dict[str, ShownAnswer]:
    return {answer.key: answer for part in shown_submission(submission, audience=PUBLIC) for answer in part.answers}


def _content(answer: ShownAnswer) -> tuple[object, ...]:
    given = (answer.text, answer.items, answer.pairs, answer.groups, answer.files)
    return (answer.state, *given, answer.reason, answer.remark)


def _said(answer: ShownAnswer | None) -> Value:
    if answer is None:
        return None
    if answer.items or answer.pairs or answer.groups:
        return (*answer.items, *_pairs(answer))
    return answer.text


def _pairs(answer: ShownAnswer) -> Iterator[Text]:
    for label, value in (*answer.pairs, *(pair for group in answer.groups for pair in group)):
        yield {language: f"{label.get(language, '')}: {value.get(language, '')}" for language in ("nl", "en")}
