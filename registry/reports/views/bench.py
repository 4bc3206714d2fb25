"""A section in work: loading what its screen needs, and saving what its form sent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_login import current_user

from common import unsaved
from common.web.database import db
from registry.editions.form import Section
from registry.reports.carry_over import earlier_questions, suggestions
from registry.reports.checking import Problem, Reading, check
from registry.reports.display import ShownAnswer, shown_answer
from registry.reports.drafting import KeyConflict, Locked, SaveConflict, current_answers, same, save_answers
from registry.reports.forms import MINE, THEIRS, Fields, basis_of, choices_between, read_section, typed_replies
from registry.reports.models import Report
from registry.reports.progress import SectionProgress, progress
from registry.reports.remarks import open_remarks, save_replies
from registry.reports.screens import Around, Screen, build_screen
from registry.reports.together.reading import at_questions
from registry.reports.values import AnswerInput, AnswerLike
from registry.reports.views.desk import Desk, is_whole, started


@dataclass(frozen=True)
class Outcome:
    """What became of a form that was sent."""

    inputs: Mapping[str, AnswerInput]
    basis: Mapping[str, int]
    conflicts: list[KeyConflict] = field(default_factory=list)
    locked: bool = False
    replies_left: Sequence[str] = ()
    """The keys at which a reply was not saved: a colleague wrote another one meanwhile, or it is too long."""


@dataclass(frozen=True)
class Bench:
    """A section with the answers of the whole report, because conditions and checks look beyond it."""

    desk: Desk
    section: Section
    answers: Mapping[str, AnswerLike]
    versions: Mapping[str, int]
    problems: list[Problem]
    reading: Reading
    screen: Screen
    together: Mapping[str, Any]
    """What colleagues do at each question and section (registry/reports/together/reading.py)."""

    @property
    def report(self) -> Report:
        """The report, which is always started here."""
        return started(self.desk)

    def both_in_words(self, conflict: KeyConflict) -> tuple[ShownAnswer, ShownAnswer]:
        """Return what this person typed and what the other saved, in words."""
        question = self.desk.questionnaire.by_key[conflict.key]
        mine, theirs = (shown_answer(question, answer, self.reading) for answer in (conflict.mine, conflict.theirs))
        return mine, theirs

    @property
    def progress(self) -> list[SectionProgress]:
        """How far each section is."""
        return progress(self.desk.questionnaire, self.reading.asked, self.answers, self.problems)


def open_bench(
    desk: Desk, section: Section, overlay: Mapping[str, AnswerInput] | None = None, extra_row: str = ""
) -> Bench:
    """Load a section; `overlay` are answers that were typed and not saved, and stand before the saved ones."""
    session, report = db(), started(desk)
    saved = current_answers(session, report)
    answers: dict[str, AnswerLike] = {**saved, **(overlay or {})}
    problems = check(desk.questionnaire, answers, desk.circumstances)
    reading = Reading(desk.questionnaire, answers, desk.circumstances)
    offered = _suggestions(desk, section, answers) if desk.may_edit else {}
    around = Around(
        last=desk.last,
        earlier=earlier_questions(desk.previous, desk.edition),
        suggested=offered,
        remarks=open_remarks(session, report),
        together=at_questions(session, report, current_user.id),
        extra_row=extra_row,
    )
    # What follows from last year's answer shows beside it, so that one button confirms both.
    on_screen = Reading(desk.questionnaire, {**answers, **offered}, desk.circumstances) if offered else reading
    screen = build_screen(section, on_screen, problems, around)
    return Bench(
        desk=desk,
        section=section,
        answers=answers,
        versions={q.key: saved[q.key].version if q.key in saved else 0 for q in section.questions if q.takes_answer},
        problems=problems,
        reading=reading,
        screen=replace(screen, sections=desk.questionnaire.sections) if is_whole(section) else screen,
        together=around.together,
    )


def _suggestions(desk: Desk, section: Section, answers: Mapping[str, AnswerLike]) -> dict[str, AnswerInput]:
    return suggestions(db(), started(desk), section.questions, answers, desk.last)


def save_section(desk: Desk, section: Section, fields: Fields, *, confirmed: Collection[str] | None = None) -> Outcome:
    """Save what the form sent. What cannot be saved now is kept for this person, so that it is never lost.

    `confirmed`: the questions of which the person said, by a button, that last year's answer on the screen still
    holds, and None where the browser sent the form by itself: then what he did not touch is not confirmed.
    """
    session, report, path = db(), started(desk), desk.path(section)
    now = current_answers(session, report)
    inputs = read_section(section, fields, now, fields.getlist("voorgesteld"))
    basis = basis_of(fields)
    _leave_unconfirmed(desk, section, now, inputs, confirmed or ())
    for key, (choice, seen) in choices_between(section, fields).items():
        if choice == THEIRS:
            inputs.pop(key, None)
        elif choice == MINE:
            basis[key] = seen
    conflicts: list[KeyConflict] = []
    try:
        save_answers(session, report, inputs, basis, actor=desk.actor)
    except SaveConflict as conflict:
        conflicts = conflict.conflicts
    except Locked:
        _keep(fields, path, "ingediend")
        return Outcome(inputs, basis, locked=True)
    left = _save_replies(desk, section, fields)
    if conflicts or left:
        _keep(fields, path, "botsing")
    else:
        unsaved.forget(session, current_user.id, path)
    disputed = {item.key for item in conflicts}
    basis = _new_basis(section, current_answers(session, report), inputs, basis, disputed)
    return Outcome(inputs, basis, conflicts, replies_left=left)


def _leave_unconfirmed(
    desk: Desk,
    section: Section,
    now: Mapping[str, AnswerLike],
    inputs: dict[str, AnswerInput],
    confirmed: Collection[str],
) -> None:
    """Take out what the form suggested and nobody touched or confirmed: it is last year's answer, and nobody's yet."""
    waiting = [key for key, given in inputs.items() if key not in now and key not in confirmed and not given.touched]
    if waiting:
        offered = _suggestions(desk, section, now)
        for key in waiting:
            if key in offered and same(inputs[key], offered[key]):
                del inputs[key]


def _save_replies(desk: Desk, section: Section, fields: Fields) -> list[str]:
    """Save what is replied to the questions of staff; return the keys at which a colleague was first."""
    replies, seen = typed_replies(section, fields)
    return save_replies(db(), started(desk), replies, actor=desk.actor, seen=seen) if replies else []


def _keep(fields: Fields, path: str, why: str) -> None:
    kept = {name: values for name, values in fields.lists() if name not in {"csrf_token", "_pagina", "_opsteller"}}
    unsaved.keep(db(), current_user.id, path, {**kept, "_waarom": [why]})


def _new_basis(
    section: Section,
    current: Mapping[str, AnswerLike],
    inputs: Mapping[str, AnswerInput],
    basis: Mapping[str, int],
    disputed: Collection[str],
) -> dict[str, int]:
    """Return the versions that the screen shows after saving.

    An answer that a colleague changed while the screen still shows the old one keeps its old version: else the next
    save would take the colleague's answer for ours to replace.
    """
    found = {}
    for key in (question.key for question in section.questions if question.takes_answer):
        answer = current.get(key)
        shows_it = key not in inputs or (key not in disputed and answer is not None and same(inputs[key], answer))
        found[key] = getattr(answer, "version", 0) if shows_it else basis.get(key, 0)
    return found


def conflicting(outcome: Outcome) -> dict[str, AnswerInput]:
    """Return what this person typed where somebody else saved something else."""
    return {item.key: replace(item.mine, touched=False) for item in outcome.conflicts}
