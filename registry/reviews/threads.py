"""What staff asked at the answers of a report, with the reply and the answer before and after, for staff."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts.models import User
from registry.editions.form import Question
from registry.reports.checking import Reading
from registry.reports.content import answers_of, circumstances_then, form_of
from registry.reports.display import ShownAnswer, shown_answer
from registry.reports.drafting import same
from registry.reports.models import PUBLIC, Remark, Submission
from registry.reports.remarks import WHOLE_REPORT, questioned
from registry.reports.values import BLANK


class ThreadState(enum.StrEnum):
    """Whose turn it is."""

    ASKED = "asked"
    """The authority is to answer."""
    ANSWERED = "answered"
    """Staff are to look."""
    SETTLED = "settled"


@dataclass(frozen=True)
class Thread:
    """One question of staff and what came of it."""

    remark: Remark
    state: ThreadState
    asked_by: str
    then: ShownAnswer | None
    """The answer that it was asked about."""
    now: ShownAnswer | None
    """The answer of the submission on the page, where it is another one."""
    reply: str
    """Empty while the report is with the authority: what it types is its own until it hands in."""


@dataclass(frozen=True)
class Threads:
    """All questions about a report up to one submission, oldest first."""

    every: Sequence[Thread]

    def at(self, key: str) -> list[Thread]:
        """Return the questions at one answer; an empty key gives what is about the whole report."""
        return [one for one in self.every if one.remark.key == key]

    @property
    def asked(self) -> list[Thread]:
        """The questions at answers that wait for the authority."""
        return [one for one in self.every if one.remark.key != WHOLE_REPORT and one.state is ThreadState.ASKED]

    @property
    def answered(self) -> list[Thread]:
        """The questions at answers that staff are to look at."""
        return [one for one in self.every if one.remark.key != WHOLE_REPORT and one.state is ThreadState.ANSWERED]

    @property
    def settled(self) -> list[Thread]:
        """The questions at answers that are closed."""
        return [one for one in self.every if one.remark.key != WHOLE_REPORT and one.state is ThreadState.SETTLED]


def threads_of(session: Session, submission: Submission) -> Threads:
    """Return what was asked about a report up to this submission. At most four queries."""
    query = (
        select(Remark)
        .join(Submission, Submission.id == Remark.submission_id)
        .where(Submission.report_id == submission.report_id, Submission.number <= submission.number)
        .options(joinedload(Remark.submission))
        .order_by(Remark.id)
    )
    remarks = session.scalars(query).all()
    names = _names(session, {one.author_id for one in remarks})
    shown = {one.submission_id: _answers(one.submission, remarks) for one in remarks}
    here = _answers(submission, remarks)
    with_them = questioned(session, submission.report)
    states = {one.id: _state(one, with_them) for one in remarks}
    return Threads([_thread(one, submission, names, shown[one.submission_id], here, states[one.id]) for one in remarks])


def _thread(
    remark: Remark,
    submission: Submission,
    names: Mapping[int, str],
    then: Mapping[str, ShownAnswer],
    now: Mapping[str, ShownAnswer],
    state: ThreadState,
) -> Thread:
    other = remark.submission_id != submission.id and _differ(remark, submission)
    return Thread(
        remark=remark,
        state=state,
        asked_by=names.get(remark.author_id, ""),
        then=then.get(remark.key),
        now=now.get(remark.key) if other else None,
        reply="" if state is ThreadState.ASKED else remark.reply or "",
    )


def _state(remark: Remark, with_them: Submission | None) -> ThreadState:
    if remark.settled_at or remark.submission.report.state in PUBLIC:
        return ThreadState.SETTLED
    return ThreadState.ASKED if remark.submission == with_them else ThreadState.ANSWERED


def _differ(remark: Remark, submission: Submission) -> bool:
    then, now = answers_of(remark.submission), answers_of(submission)
    return not same(then.get(remark.key, BLANK), now.get(remark.key, BLANK))


def _answers(submission: Submission, remarks: Iterable[Remark]) -> dict[str, ShownAnswer]:
    """Return the answers that somebody asked about, in words."""
    form, answers = form_of(submission), answers_of(submission)
    reading = Reading(form, answers, circumstances_then(submission))
    asked = {question.key for question in reading.asked}
    questions: list[Question] = [found for one in remarks if (found := form.question(one.key))]
    return {
        one.key: shown_answer(one, answers.get(one.key, BLANK), reading, asked=one.key in asked) for one in questions
    }


def _names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    return dict(session.execute(select(User.id, User.name).where(User.id.in_(ids))).all())
