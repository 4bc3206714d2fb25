"""What everybody will read once a report is published, beside what everybody reads of it now."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from common.vocabulary import Text
from registry.editions.form import Question
from registry.reports.checking import Reading
from registry.reports.content import answers_of, circumstances_then, form_of
from registry.reports.display import PUBLIC, ShownAnswer, ShownSection, shown_submission
from registry.reports.models import Submission
from registry.reviews.standing import current_publication
from registry.reviews.threads import Thread, threads_of


@dataclass(frozen=True)
class ChangedAnswer:
    """An answer that the public reads now, and the one that comes in its place."""

    label: Text
    key: str
    before: ShownAnswer | None
    after: ShownAnswer | None


@dataclass(frozen=True)
class Revealed:
    """What publishing shows, and what it does not."""

    sections: Sequence[ShownSection]
    """The answers that become public."""
    closed: Sequence[Question]
    """What was asked and stays with the authority and staff."""
    totals: Sequence[Question]
    """What is public in totals only."""
    replaces: Submission | None
    """What the public reads now, where this is a correction."""
    changes: Sequence[ChangedAnswer]
    open: Sequence[Thread]
    """Questions of staff that nobody settled; accepting closes them."""

    @property
    def count(self) -> int:
        """How many answers become public."""
        return sum(len(one.answers) for one in self.sections)


def what_becomes_public(session: Session, submission: Submission) -> Revealed:
    """Return what publishing this submission shows to everybody."""
    form = form_of(submission)
    asked = Reading(form, answers_of(submission), circumstances_then(submission)).asked
    sections = shown_submission(submission, audience=PUBLIC)
    shown = current_publication(session, submission.report_id)
    replaces = shown.submission if shown and not shown.withdrawn else None
    threads = threads_of(session, submission)
    public = {answer.key for one in sections for answer in one.answers}
    return Revealed(
        sections=sections,
        closed=[one for one in asked if one.key not in public and one.publish != "totals" and not one.prefilled],
        totals=[one for one in asked if one.publish == "totals"],
        replaces=replaces,
        changes=_changes(replaces, sections) if replaces else [],
        open=[*threads.asked, *threads.answered],
    )


def _changes(replaces: Submission, sections: Sequence[ShownSection]) -> list[ChangedAnswer]:
    before = {one.key: one for part in shown_submission(replaces, audience=PUBLIC) for one in part.answers}
    after = {one.key: one for part in sections for one in part.answers}
    found = []
    for key in [*after, *(key for key in before if key not in after)]:
        one = after.get(key) or before[key]
        if _words(before.get(key)) != _words(after.get(key)):
            found.append(ChangedAnswer(one.label, key, before.get(key), after.get(key)))
    return found


def _words(answer: ShownAnswer | None) -> object:
    if answer is None:
        return None
    return (answer.state, answer.text, answer.items, answer.pairs, answer.groups, answer.reason, answer.remark)
