"""Asking a colleague to answer a question or a section. A task is done by itself when that is answered (reading.py)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from common import clock, ledger
from common.ledger import Actor
from common.vocabulary import Text
from registry.authorities.models import Authority
from registry.editions.form import Questionnaire
from registry.editions.questionnaire import of_edition
from registry.reports.checking import Reading, check
from registry.reports.circumstances import circumstances_of
from registry.reports.drafting import current_answers
from registry.reports.models import WRITABLE, Report
from registry.reports.progress import SectionProgress, progress
from registry.reports.together.models import Assignment
from registry.reports.together.reading import Task, at_questions

LONGEST_NOTE = 500
"""Characters."""


def label_of(form: Questionnaire, key: str) -> Text:
    """Return what a question or section is called in the form; a key that it does not know stands for itself."""
    found = form.question(key)
    section = None if found else form.section(key)
    return found.label if found else section.title if section else {"nl": key, "en": key}


def may_be_given(form: Questionnaire, key: str) -> bool:
    """Say whether this is a section, or a question that a person answers."""
    question = form.question(key)
    return not question.prefilled if question else any(section.key == key for section in form.sections)


def give(
    session: Session, report: Report, keys: Collection[str], to: User, note: str, *, actor: Actor
) -> list[Assignment]:
    """Ask a colleague for these questions and sections; return what is new to him, in the order of the form.

    What he has already is his once: the new note stands in the place of the old one.
    """
    mine = select(Assignment).where(
        Assignment.report_id == report.id, Assignment.user_id == to.id, Assignment.ended_at.is_(None)
    )
    has = {task.key: task for task in session.scalars(mine)}
    for task in (has[key] for key in keys if key in has):
        task.note, task.assigned_at, task.assigned_by_id = note or None, clock.now(), actor.user_id
    made = [
        Assignment(
            report_id=report.id, key=key, user_id=to.id, assigned_by_id=actor.user_id, assigned_at=clock.now(),
            note=note or None,
        )
        for key in keys if key not in has
    ]  # fmt: skip
    session.add_all(made)
    personal = {"to": str(to.id), "note": note or None}
    given = ledger.record(session, "task.given", report.subject, {"keys": sorted(keys)}, actor=actor, personal=personal)
    ledger.belongs_to(session, given, to.id)
    return made


def open_task(session: Session, report: Report, number: int) -> Assignment | None:
    """Return a task of this report that nobody ended."""
    task = session.get(Assignment, number)
    return task if task and task.report_id == report.id and task.ended_at is None else None


def end(session: Session, report: Report, task: Assignment, *, actor: Actor) -> None:
    """End a task by hand: it was done in another way, or is not needed any more."""
    task.ended_at = clock.now()
    ledger.record(session, "task.ended", report.subject, {"key": task.key}, actor=actor)


def progress_now(session: Session, report: Report) -> list[SectionProgress]:
    """Return how far each section of a report is, as its own pages say it."""
    form, answers = of_edition(report.edition), current_answers(session, report)
    circumstances = circumstances_of(session, report)
    problems = check(form, answers, circumstances)
    return progress(form, Reading(form, answers, circumstances).asked, answers, problems)


@dataclass(frozen=True)
class MyTask:
    """A task of one person, as his own page lists it."""

    year: int
    agreement: str
    """The slug of the agreement, for the address where one reports for several."""
    task: Task
    label: Text
    is_question: bool


def my_tasks(session: Session, authority: Authority, user_id: int) -> Sequence[MyTask]:
    """Return what somebody is asked to answer in the reports of one authority that can still change, by year."""
    has_some = select(Assignment.report_id).where(Assignment.user_id == user_id, Assignment.ended_at.is_(None))
    reports = session.scalars(
        select(Report).where(Report.authority_id == authority.id, Report.state.in_(WRITABLE), Report.id.in_(has_some))
    ).all()
    found = []
    for report in sorted(reports, key=lambda one: (one.edition.year, one.id)):
        form, together = of_edition(report.edition), at_questions(session, report, user_id)
        tasks = together.open_tasks(progress_now(session, report))
        found += [
            MyTask(
                report.edition.year,
                report.edition.agreement.slug,
                task,
                label_of(form, task.key),
                form.question(task.key) is not None,
            )
            for task in tasks
            if task.mine
        ]
    return found


def labels(form: Questionnaire, keys: Collection[str]) -> Mapping[str, Text]:
    """Return what each of these is called, in the order of the form."""
    order = [key for section in form.sections for key in (section.key, *(one.key for one in section.questions))]
    return {key: label_of(form, key) for key in sorted(keys, key=lambda key: order.index(key) if key in order else -1)}
