"""Working together at one question or section, and the page with all of it."""

from flask import Response, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.limits import limited
from common.web.rendering import render
from registry.editions.form import Question
from registry.reports.checking import Reading
from registry.reports.circumstances import circumstances_of
from registry.reports.display import ShownAnswer, shown_answer
from registry.reports.drafting import current_answers
from registry.reports.together import links, tasks, threads
from registry.reports.together.forms import Typed, typed
from registry.reports.together.people import WRITERS, colleagues
from registry.reports.together.reading import at_questions
from registry.reports.together.views.blueprint import blueprint
from registry.reports.together.views.deeds import AT_ALL, AT_QUESTION
from registry.reports.together.views.table import Table, button, key_or_404, open_table
from registry.reports.values import BLANK


@blueprint.get("/mijn/rapportages/<int:jaar>/samen")
@signed_in
def everything(jaar: int) -> BaseResponse:
    """All tasks, links and threads of a report."""
    table = open_table(jaar)
    return _everything(table, table.kept())


@blueprint.post("/mijn/rapportages/<int:jaar>/samen")
@signed_in
def act(jaar: int) -> BaseResponse:
    """Give several tasks at once, or end one."""
    table = open_table(jaar)
    authorise(table.may_fill_in)
    if not table.may_write:
        return _everything(table, typed(request.form), status=409)
    deed = AT_ALL.get(button())
    problem = deed(table, "") if deed else None
    if problem:
        return _everything(table, problem, status=422)
    table.forget()
    db().commit()
    return redirect(table.url("everything"), 303)


@blueprint.get("/mijn/rapportages/<int:jaar>/samen/<sleutel>")
@signed_in
def question(jaar: int, sleutel: str) -> BaseResponse:
    """One question or section: who has it, who was sent it, and the thread."""
    table = open_table(jaar)
    key = key_or_404(table, sleutel)
    return _question(table, key, table.kept(f"/{sleutel}"))


@blueprint.post("/mijn/rapportages/<int:jaar>/samen/<sleutel>")
@signed_in
@limited("invitation")
def act_at_question(jaar: int, sleutel: str) -> BaseResponse:
    """Give or end a task, send a link, write a message, or mark the thread as done."""
    table = open_table(jaar)
    key = key_or_404(table, sleutel)
    authorise(table.may_fill_in)
    if not table.may_write:
        return _question(table, key, typed(request.form), status=409)
    pressed = button()
    problem = AT_QUESTION[pressed](table, key) if pressed in AT_QUESTION else None
    if problem:
        return _question(table, key, problem, status=422)
    table.forget(f"/{sleutel}")
    db().commit()
    anchor = "overleg" if pressed in {"bericht", "afgehandeld", "heropenen"} else None
    return redirect(table.url("question", sleutel=sleutel, _anchor=anchor), 303)


def _everything(table: Table, what: Typed, status: int = 200) -> Response:
    session, report, form = db(), table.report, table.desk.questionnaire
    together, progress = at_questions(session, report, current_user.id), tasks.progress_now(session, report)
    return no_store(
        render(
            "registry/reports/together/everything.html",
            status=status,
            **table.frame(),
            typed=what,
            together=together,
            open_tasks=together.open_tasks(progress),
            all_tasks=[task for at in together.values() for task in at.tasks],
            links=links.of_report(session, report),
            state_of=links.state_of,
            waiting=links.waiting,
            threads=threads.all_threads(session, report, current_user.id),
            people_options=_options(table),
            label_of=lambda key: tasks.label_of(form, key),
        )
    )


def _question(table: Table, key: str, what: Typed, status: int = 200) -> Response:
    session, report, form = db(), table.report, table.desk.questionnaire
    together, thread = (
        at_questions(session, report, current_user.id),
        threads.messages(session, report, key, current_user.id),
    )
    found = form.question(key)
    return no_store(
        render(
            "registry/reports/together/question.html",
            status=status,
            **table.frame(f"/{key.lower()}"),
            **(_answers(table, found) if found else {"now": None, "last": None}),
            key=key,
            section=form.section(found.section) if found else form.section(key),
            question=found,
            label=tasks.label_of(form, key),
            typed=what,
            at=together[key],
            links=[link for link in links.of_report(session, report) if key in link.keys or not found],
            state_of=links.state_of,
            waiting=links.waiting,
            thread=thread,
            thread_open=threads.is_open(thread),
            people_options=_options(table),
            names=[one.name for one in colleagues(session, report.authority.code) if one.id != current_user.id],
            may_be_sent=bool(links.keys_to_send(form, key)),
            usual_days=links.USUAL,
            most_days=links.LONGEST,
        )
    )


def _answers(table: Table, question: Question) -> dict[str, ShownAnswer | None]:
    """Return what stands at the question now, and last year's, in words."""
    circumstances = circumstances_of(db(), table.report)
    answers = current_answers(db(), table.report)
    reading, last = Reading(table.desk.questionnaire, answers, circumstances), circumstances.last.get(question.key)
    return {
        "now": shown_answer(question, answers.get(question.key, BLANK), reading),
        "last": shown_answer(question, last, reading) if last else None,
    }


def _options(table: Table) -> list[tuple[int, str]]:
    """Return who can get a task, for a list to choose from."""
    return [(one.id, one.name) for one in colleagues(db(), table.report.authority.code, WRITERS)]
