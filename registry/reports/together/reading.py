"""What colleagues do at each question, for the form, the overview and the list of sections: one query for all of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, and_, case, exists, func, select
from sqlalchemy.orm import Session

from accounts.models import Membership, User
from common import clock
from common.together import Rows, read_together
from registry.editions.form import Questionnaire
from registry.editions.questionnaire import of_edition
from registry.reports.models import Answer, AnswerState, Report
from registry.reports.progress import SectionProgress, SectionState
from registry.reports.together.models import AnswerLink, Assignment, Comment, LinkAnswer, Presence

PRESENT_FOR: Final = timedelta(seconds=60)
"""How long somebody who was seen counts as being there; the page tells each 20 seconds."""


@dataclass(frozen=True)
class Seen:
    """A colleague who is at work in the form now."""

    who: str
    section: str
    """The key of a section; empty on the overview."""


@dataclass(frozen=True)
class Task:
    """A question or section that a colleague was asked to answer, and that nobody ended."""

    number: int
    key: str
    who: str | None
    """None for somebody whose account was erased."""
    mine: bool
    note: str | None
    answered: bool
    """Whether it was answered since; of a section: whether anything in it was."""


@dataclass(frozen=True)
class SentLink:
    """A question that somebody without an account was asked by a link, and that nobody decided on yet."""

    number: int
    name: str
    is_open: bool
    came: bool
    """Whether his answer waits for the coördinator."""


@dataclass(frozen=True)
class AtQuestion:
    """What colleagues do at one question, or at one section as a whole."""

    key: str
    tasks: tuple[Task, ...] = ()
    links: tuple[SentLink, ...] = ()
    messages: int = 0
    thread_open: bool = False

    @property
    def came(self) -> int:
        """How many answers that came through a link wait for the coördinator."""
        return sum(link.came for link in self.links)

    @property
    def open_tasks(self) -> tuple[Task, ...]:
        """The tasks at this question that are not done yet; of a section ask `Together.open_tasks`."""
        return tuple(task for task in self.tasks if not task.answered)

    def __bool__(self) -> bool:
        """Say whether there is anything to show."""
        return bool(self.tasks or self.links or self.messages)


@dataclass(frozen=True)
class Together(Mapping[str, AtQuestion]):
    """What is going on, by key of a question or a section; a key at which nothing goes on gives an empty one."""

    by_key: Mapping[str, AtQuestion] = field(default_factory=dict)
    here: Sequence[Seen] = ()

    def __getitem__(self, key: str) -> AtQuestion:
        return self.by_key.get(key) or AtQuestion(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_key)

    def __len__(self) -> int:
        return len(self.by_key)

    @property
    def open_threads(self) -> int:
        """How many threads wait for somebody."""
        return sum(at.thread_open for at in self.by_key.values())

    @property
    def came(self) -> int:
        """How many answers of people without an account wait for the coördinator."""
        return sum(at.came for at in self.by_key.values())

    def open_tasks(self, progress: Sequence[SectionProgress]) -> list[Task]:
        """Return the tasks that are not done: a question is when it was answered, a section when it is complete."""
        complete = {item.section.key for item in progress if item.state is SectionState.DONE}
        return [
            task
            for at in self.by_key.values()
            for task in at.tasks
            if not task.answered or (task.key in _keys(progress) and task.key not in complete)
        ]

    def in_section(self, item: SectionProgress) -> "InSection":
        """Return what goes on in one section: at the section as a whole and at its questions."""
        keys = [item.section.key, *(question.key for question in item.section.questions)]
        found = [self.by_key[key] for key in keys if key in self.by_key]
        tasks = [task for task in self.open_tasks([item]) if task.key in keys]
        return InSection(
            who=tuple(dict.fromkeys(task.who for task in tasks)),
            mine=any(task.mine for task in tasks),
            threads=sum(at.thread_open for at in found),
            came=sum(at.came for at in found),
        )


@dataclass(frozen=True)
class InSection:
    """What the list of sections says of one: who has a task in it, and what waits there."""

    who: tuple[str | None, ...] = ()
    mine: bool = False
    threads: int = 0
    came: int = 0


def _keys(progress: Sequence[SectionProgress]) -> set[str]:
    return {item.section.key for item in progress}


def at_questions(session: Session, report: Report, user_id: int) -> Together:
    """Return what colleagues do in this report, as one of them sees it: nothing for who does not work there.

    Staff who enter a report from paper use the same form, and these things are the authority's own.
    """
    works_here = exists().where(
        Membership.user_id == user_id, Membership.authority_code == report.authority.code, Membership.ended_at.is_(None)
    )
    moment = clock.now()
    found = read_together(session, {name: q.where(works_here) for name, q in _queries(report, user_id, moment).items()})
    newest = {row.key: row for row in found["answer"]}
    form = of_edition(report.edition)
    tasks = _by_key(
        (row.key, _task(row, newest, user_id, form)) for row in sorted(found["task"], key=lambda row: row.number)
    )
    # Once it is handed in nobody answers by a link, and nobody takes an answer over.
    links = _links(found["link"], found["came"], moment) if report.may_change else {}
    threads = {row.key: row for row in found["thread"]}
    return Together(
        by_key={
            key: AtQuestion(
                key=key,
                tasks=tuple(tasks.get(key, ())),
                links=tuple(links.get(key, ())),
                messages=threads[key].messages if key in threads else 0,
                thread_open=key in threads and threads[key].newest != threads[key].resolved,
            )
            for key in sorted({*tasks, *links, *threads})
        },
        here=[Seen(row.name, row.section) for row in sorted(found["seen"], key=lambda row: (row.section, row.name))],
    )


def _queries(report: Report, user_id: int, moment: datetime) -> dict[str, Select[Any]]:
    newest = _newest_answers(report.id).subquery()
    has_tasks = exists().where(Assignment.report_id == report.id, Assignment.ended_at.is_(None))
    return {
        "seen": select(User.name.label("name"), Presence.section.label("section"))
        .join(User, User.id == Presence.user_id)
        .where(Presence.report_id == report.id, Presence.user_id != user_id, User.active)
        .where(Presence.seen_at > moment - PRESENT_FOR),
        "task": select(
            Assignment.id.label("number"), Assignment.key.label("key"), Assignment.user_id.label("user_id"),
            Assignment.note.label("note"), Assignment.assigned_at.label("assigned_at"), User.name.label("name"),
            User.erased_at.label("erased_at"),
        )
        .join(User, User.id == Assignment.user_id)
        .where(Assignment.report_id == report.id, Assignment.ended_at.is_(None)),
        "answer": select(
            Answer.key.label("key"), Answer.state.label("state"), Answer.changed_at.label("changed_at")
        ).join(newest, and_(Answer.key == newest.c.key, Answer.version == newest.c.version))
        .where(Answer.report_id == report.id, has_tasks),
        "link": select(
            AnswerLink.id.label("number"), AnswerLink.keys.label("keys"), AnswerLink.name.label("name"),
            AnswerLink.expires_at.label("expires_at"), AnswerLink.finished_at.label("finished_at"),
        ).where(AnswerLink.report_id == report.id, AnswerLink.withdrawn_at.is_(None)),
        "came": select(
            LinkAnswer.key.label("key"), LinkAnswer.link_id.label("number"), LinkAnswer.decided_at.label("decided_at")
        ).join(AnswerLink, AnswerLink.id == LinkAnswer.link_id).where(AnswerLink.report_id == report.id),
        "thread": select(
            Comment.key.label("key"), func.count().label("messages"), func.max(Comment.id).label("newest"),
            func.max(case((Comment.resolved_at.is_not(None), Comment.id))).label("resolved"),
        ).where(Comment.report_id == report.id).group_by(Comment.key),
    }  # fmt: skip


def _newest_answers(report_id: int) -> Select[str, int]:
    return (
        select(Answer.key.label("key"), func.max(Answer.version).label("version"))
        .where(Answer.report_id == report_id)
        .group_by(Answer.key)
    )


def _task(row: Any, newest: Mapping[str, Any], user_id: int, form: Questionnaire) -> Task:
    section = form.section(row.key)
    keys = [question.key for question in section.questions] if section else [row.key]
    # What was answered before he was asked does not count: he may be asked to look at it again.
    since = any(
        newest[key].changed_at >= row.assigned_at and newest[key].state is not AnswerState.BLANK
        for key in keys
        if key in newest
    )
    who = None if row.erased_at else row.name
    return Task(row.number, row.key, who, row.user_id == user_id, row.note, since)


def _links(rows: Rows, came: Rows, moment: datetime) -> dict[str, list[SentLink]]:
    decided = {(row.number, row.key): row.decided_at is not None for row in came}
    return _by_key(
        (key, SentLink(row.number, row.name, row.expires_at > moment, (row.number, key) in decided))
        for row in sorted(rows, key=lambda row: row.number)
        for key in row.keys
        if _concerns(row, decided.get((row.number, key)), moment)
    )


def _concerns(row: Any, decided: bool | None, moment: datetime) -> bool:
    """Say whether a link still matters at a question: it waits for him (None: no answer yet), or for a decision."""
    waits_for_him = row.expires_at > moment and row.finished_at is None
    return waits_for_him if decided is None else not decided


def _by_key(pairs: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for key, item in pairs:
        found.setdefault(key, []).append(item)
    return found
