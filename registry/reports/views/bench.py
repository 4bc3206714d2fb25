"""A section in work: loading what its screen needs, and saving what its form sent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from flask_login import current_user

from common import unsaved
from common.web.database import db
from registry.editions.form import Section
from registry.reports.carry_over import comparable_answers, plan_rows, previous_submission, suggested
from registry.reports.checking import Problem, Reading, check
from registry.reports.circumstances import circumstances_of
from registry.reports.display import ShownAnswer, shown_answer
from registry.reports.drafting import KeyConflict, Locked, SaveConflict, current_answers, same, save_answers
from registry.reports.forms import MINE, THEIRS, Fields, basis_of, choices_between, read_section
from registry.reports.models import Report
from registry.reports.progress import SectionProgress, progress
from registry.reports.remarks import open_remarks
from registry.reports.screens import Around, Screen, build_screen
from registry.reports.values import AnswerInput, AnswerLike
from registry.reports.views.desk import Desk, started


@dataclass(frozen=True)
class Outcome:
    """What became of a form that was sent."""

    inputs: Mapping[str, AnswerInput]
    basis: Mapping[str, int]
    conflicts: list[KeyConflict] = field(default_factory=list)
    locked: bool = False


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
    last = comparable_answers(previous_submission(session, report.authority_id, report.edition), report.edition)
    circumstances = circumstances_of(session, report, last=last)
    problems = check(desk.questionnaire, answers, circumstances)
    reading = Reading(desk.questionnaire, answers, circumstances)
    around = Around(
        last=last,
        suggested=_suggestions(desk, section, last, answers) if desk.may_edit else {},
        remarks=open_remarks(session, report),
        extra_row=extra_row,
    )
    return Bench(
        desk=desk,
        section=section,
        answers=answers,
        versions={q.key: saved[q.key].version if q.key in saved else 0 for q in section.questions if not q.prefilled},
        problems=problems,
        reading=reading,
        screen=build_screen(section, reading, problems, around),
    )


def _suggestions(
    desk: Desk, section: Section, last: Mapping[str, AnswerInput], answers: Mapping[str, AnswerLike]
) -> dict[str, AnswerInput]:
    """Return last year's answers for questions that nobody answered yet."""
    found = {}
    for question in section.questions:
        if question.key not in answers:
            from_plan = question.filled_from == "plan_actions"
            rows = plan_rows(db(), desk.authority.id, desk.edition.agreement_id) if from_plan else []
            if suggestion := suggested(question, last.get(question.key), rows):
                found[question.key] = suggestion
    return found


def save_section(desk: Desk, section: Section, fields: Fields, *, by_itself: bool) -> Outcome:
    """Save what the form sent. What cannot be saved now is kept for this person, so that it is never lost.

    `by_itself`: the browser sent it, so a choice between two texts was not made yet.
    """
    session, report, path = db(), started(desk), desk.path(section)
    inputs = read_section(section, fields, current_answers(session, report), fields.getlist("voorgesteld"))
    basis = basis_of(fields)
    for key, (choice, seen) in ({} if by_itself else choices_between(section, fields)).items():
        if choice == THEIRS:
            inputs.pop(key, None)
        elif choice == MINE:
            basis[key] = seen
    try:
        save_answers(session, report, inputs, basis, actor=desk.actor)
    except SaveConflict as conflict:
        _keep(fields, path, "botsing")
        disputed = {item.key for item in conflict.conflicts}
        now = current_answers(session, report)
        return Outcome(inputs, _new_basis(section, now, inputs, basis, disputed), conflict.conflicts)
    except Locked:
        _keep(fields, path, "ingediend")
        return Outcome(inputs, basis, locked=True)
    unsaved.forget(session, current_user.id, path)
    return Outcome(inputs, _new_basis(section, current_answers(session, report), inputs, basis, ()))


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
    for key in (question.key for question in section.questions if not question.prefilled):
        answer = current.get(key)
        shows_it = key not in inputs or (key not in disputed and answer is not None and same(inputs[key], answer))
        found[key] = getattr(answer, "version", 0) if shows_it else basis.get(key, 0)
    return found


def conflicting(outcome: Outcome) -> dict[str, AnswerInput]:
    """Return what this person typed where somebody else saved something else."""
    return {item.key: replace(item.mine, touched=False) for item in outcome.conflicts}
