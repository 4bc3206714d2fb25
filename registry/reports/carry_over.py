"""Last year's answers: what is kept, what is shown to confirm, and what starts empty. Each question says so itself."""

from collections.abc import Container, Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry.editions.form import COMPARABLE, Question
from registry.editions.models import Edition
from registry.editions.questionnaire import of_edition
from registry.plans.models import Plan, PlanVersion
from registry.reports.checking import Reading
from registry.reports.content import answers_of, circumstances_then, form_of
from registry.reports.display import ShownAnswer, shown_answer
from registry.reports.models import AnswerState, Publication, Report, Submission
from registry.reports.values import AnswerInput, as_cells, chosen, faults, is_blank, is_erased


def previous_submission(session: Session, authority_id: int, edition: Edition) -> Submission | None:
    """Return what this authority published last, before this edition and under the same agreement."""
    return session.scalars(
        select(Submission)
        .join(Publication, Publication.submission_id == Submission.id)
        .join(Report, Report.id == Submission.report_id)
        .join(Edition, Edition.id == Report.edition_id)
        .where(Report.authority_id == authority_id, Edition.agreement_id == edition.agreement_id)
        .where(Edition.year < edition.year, Publication.superseded_at.is_(None), Publication.withdrawn.is_(False))
        .options(joinedload(Submission.report).joinedload(Report.edition))
        .order_by(Edition.year.desc())
        .limit(1)
    ).first()


def comparable_answers(previous: Submission | None, edition: Edition) -> dict[str, AnswerInput]:
    """Return last year's answers of the same meaning and form, by the key under which they are asked now."""
    if previous is None:
        return {}
    then, answers = form_of(previous), answers_of(previous)
    found = {}
    for new in of_edition(edition).questions:
        key = new.before[0] if new.relation in COMPARABLE else ""
        old, answer = then.question(key), answers.get(key)
        if not old or not answer or not new.takes_answer or not _means_the_same(old, new):
            continue
        if answer.state is not AnswerState.BLANK and not is_erased(answer.value):
            found[new.key] = answer
    return found


def _means_the_same(old: Question, new: Question) -> bool:
    """Say whether the answers of two years have one shape and measure one thing: a new version is a new definition."""
    measured = (new.indicator, new.indicator_version) == (old.indicator, old.indicator_version)
    return old.type == new.type and (measured or None in {new.indicator, old.indicator})


def earlier_questions(previous: Submission | None, edition: Edition) -> dict[str, tuple[ShownAnswer, ...]]:
    """Return last year's questions with their answers in words, where they are no answer to what is asked now.

    It was split off from or merged out of them, or it means something else by now: so nothing is carried over.
    """
    if previous is None:
        return {}
    then, answers = form_of(previous), answers_of(previous)
    found: dict[str, tuple[ShownAnswer, ...]] = {}
    reading = Reading(then, answers, circumstances_then(previous))
    for question in of_edition(edition).questions:
        old = [
            one for key in question.before if (one := then.question(key)) and one.takes_answer and one.key in answers
        ]
        if question.relation in COMPARABLE:
            old = [one for one in old if not _means_the_same(one, question)]
        shown = [shown_answer(one, answers[one.key], reading) for one in old if question.takes_answer]
        if any(one.state != AnswerState.BLANK for one in shown):
            found[question.key] = tuple(shown)
    return found


def kept(question: Question, last: AnswerInput | None) -> AnswerInput | None:
    """Return the answer that a report starts with: last year's, where the question says so."""
    keeps = question.carry_over == "keep" and question.type != "file"
    return last if last and keeps and _fits(question, last) else None


def suggested(question: Question, last: AnswerInput | None, plan_rows: list[dict[str, Any]]) -> AnswerInput | None:
    """Return what the form shows filled in, to be confirmed by saving it; None where it starts empty."""
    if question.carry_over != "confirm" or question.type == "file":
        return None
    if question.type == "rows":
        rows = _carried_rows(question, last)
        if not rows and question.filled_from == "plan_actions":
            rows = plan_rows
        return AnswerInput(AnswerState.GIVEN, rows) if rows else None
    if last is None or last.state is not AnswerState.GIVEN or not _fits(question, last):
        return None
    return AnswerInput(AnswerState.GIVEN, last.value)


def suggestions(
    session: Session,
    report: Report,
    questions: Iterable[Question],
    answers: Container[str],
    last: Mapping[str, AnswerInput],
) -> dict[str, AnswerInput]:
    """Return what the form shows filled in at those of these questions that nobody answered yet."""
    found = {}
    for question in questions:
        if question.key not in answers:
            from_plan = question.filled_from == "plan_actions"
            rows = plan_rows(session, report.authority_id, report.edition.agreement_id) if from_plan else []
            if suggestion := suggested(question, last.get(question.key), rows):
                found[question.key] = suggestion
    return found


def _fits(question: Question, last: AnswerInput) -> bool:
    """Say whether last year's answer is still one of the answers: an option may be gone."""
    if question.type == "choices" and not chosen(last.value):
        return False
    return next(faults(question, last.value), None) is None


def _carried_rows(question: Question, last: AnswerInput | None) -> list[dict[str, Any]]:
    """Return last year's rows without those that are done, and without the parts that start empty."""
    if last is None or not isinstance(last.value, list):
        return []
    part, codes = str(question.drop_rows.get("part", "")), question.drop_rows.get("codes", ())
    stays = {part.key for part in question.parts if part.carry_over != "empty"}
    rows = [
        {key: value for key, value in as_cells(row).items() if key in stays}
        for row in last.value
        if as_cells(row).get(part) not in codes
    ]
    return [row for row in rows if not is_blank(row)]


def plan_rows(session: Session, authority_id: int, agreement_id: int) -> list[dict[str, Any]]:
    """Return the actions of the published action plan, as rows of the question about actions."""
    version = session.scalars(
        select(PlanVersion)
        .join(Plan, Plan.id == PlanVersion.plan_id)
        .where(Plan.authority_id == authority_id, Plan.agreement_id == agreement_id)
        .where(PlanVersion.superseded_at.is_(None), PlanVersion.published_at.is_not(None))
        .order_by(PlanVersion.number.desc())
    ).first()
    rows: list[Mapping[str, Any]] = [
        {
            "action": action.title,
            "theme": action.theme,
            "ready_by": action.ready_by.isoformat() if action.ready_by else None,
        }
        for action in (version.actions if version else ())
    ]
    return [{key: value for key, value in row.items() if value} for row in rows]
