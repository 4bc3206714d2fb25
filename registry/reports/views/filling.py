"""Filling in a report: the overview, and a page for each section (or for all) that saves by button and by itself."""

import re
from typing import Any, Final

from flask import current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import User
from common import clock, unsaved
from common.database import set_reading_only
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import kept_fields
from registry.editions.form import Section
from registry.reports.beside import parts_beside_report
from registry.reports.checking import FAULT
from registry.reports.deadlines import report_due
from registry.reports.drafting import current_answers, start_report
from registry.reports.forms import SHOWN, basis_of, field_name, read_section
from registry.reports.mails import coordinators
from registry.reports.remarks import newest_submission, open_remarks, unanswered
from registry.reports.sheets.uploads import find as find_upload
from registry.reports.views.bench import (
    Bench,
    Outcome,
    conflicting,
    open_bench,
    save_section,
)
from registry.reports.views.blueprint import blueprint
from registry.reports.views.desk import Desk, is_whole, neighbours, open_desk, section_or_404, started
from registry.reports.views.showing import as_text, frame, refused, screen, section_frame, waiting_pages

TOGETHER: Final = re.compile(r"samen:(?:links:(\d{1,9})|([a-z]\w{0,15}):(taak|link|overleg))")
"""The buttons at a question that lead to where colleagues work together: they save first, so nothing typed is lost."""
START = "deel"
"""The id of a section's heading: the next key after it is the first question, and not the menu of the site."""


@blueprint.get("/mijn/rapportages/<int:jaar>")
@signed_in
def overview(jaar: int) -> BaseResponse:
    """How far the report is, what is left, and the one next step."""
    desk = open_desk(jaar)
    report = desk.report
    bench = open_bench(desk, desk.questionnaire.sections[0]) if report else None
    due = report.due_on if report else report_due(db(), desk.authority.id, desk.edition)
    page = render(
        "registry/reports/overview.html",
        **frame(desk),
        bench=bench,
        whole=False,
        together=bench.together if bench else {},
        editor=db().get(User, report.last_edited_by_id) if report and report.last_edited_by_id else None,
        due=due,
        days_left=(due - clock.today()).days,
        remarks=open_remarks(db(), report) if report else {},
        unanswered={one.key for one in unanswered(db(), report)} if report else set(),
        newest=newest_submission(db(), report) if report else None,
        previous=desk.previous,
        waiting=waiting_pages(desk),
        waiting_sheet=find_upload(db(), report, current_user.id) if report else None,
        coordinators=[person.name for person in coordinators(db(), desk.authority.code)],
        parts=parts_beside_report(current_app, db(), report),
    )
    return no_store(page)


@blueprint.post("/mijn/rapportages/<int:jaar>")
@signed_in
def start(jaar: int) -> BaseResponse:
    """Begin the report and go to its first section."""
    desk = open_desk(jaar)
    authorise(desk.may_fill_in)
    if not desk.is_open:
        return redirect(desk.url("overview"), 303)
    start_report(db(), desk.authority, desk.edition, actor=desk.actor)
    db().commit()
    first = desk.questionnaire.sections[0]
    return redirect(desk.url("section", sectie=first.key.lower(), _anchor=START), 303)


@blueprint.get("/mijn/rapportages/<int:jaar>/<sectie>")
@signed_in
def section(jaar: int, sectie: str) -> BaseResponse:
    """One section of the form, or "alles"; as text where this person cannot change it now."""
    desk = open_desk(jaar)
    here = section_or_404(desk, sectie)
    if desk.report is None:
        return redirect(desk.url("overview"), 303)
    if not desk.may_edit:
        return no_store(as_text(desk, here))
    kept = kept_fields(desk.path(here))
    if kept is None:
        bench = open_bench(desk, here, extra_row=request.args.get("meer", ""))
        return no_store(screen(bench, bench.versions))
    overlay = read_section(here, kept, current_answers(db(), desk.report), kept.getlist("voorgesteld"))
    bench = open_bench(desk, here, overlay)
    return no_store(screen(bench, basis_of(kept), fields=kept, kept=kept.get("_waarom", "sessie")))


@blueprint.post("/mijn/rapportages/<int:jaar>/<sectie>")
@signed_in
def save(jaar: int, sectie: str) -> BaseResponse:
    """Save a section by its buttons, and go where the button says."""
    desk = open_desk(jaar)
    authorise(desk.may_fill_in)
    here = section_or_404(desk, sectie)
    started(desk)
    if request.form.get("actie") == "vergeet":
        unsaved.forget(db(), current_user.id, desk.path(here))
        db().commit()
        return redirect(desk.url("section", sectie=sectie), 303)
    outcome = save_section(desk, here, request.form, confirmed=_confirmed(desk, here))
    _commit_and_read()
    if outcome.locked:
        return no_store(refused(desk, here, outcome, request.form))
    bench = open_bench(desk, here, conflicting(outcome))
    if outcome.conflicts or outcome.replies_left:
        return no_store(screen(bench, outcome.basis, status=409, fields=request.form, outcome=outcome))
    leaves = TOGETHER.fullmatch(request.form.get("actie", ""))
    if _typed_wrongly(bench, outcome) and not leaves:
        return no_store(screen(bench, outcome.basis, status=422, fields=request.form, outcome=outcome))
    return redirect(_together(desk, leaves) if leaves else _next_page(desk, here, bench), 303)


@blueprint.post("/mijn/rapportages/<int:jaar>/<sectie>/concept")
@signed_in
def autosave(jaar: int, sectie: str) -> BaseResponse:
    """Save a section while somebody types; answer with what changed on the screen."""
    desk = open_desk(jaar)
    authorise(desk.may_fill_in)
    here = section_or_404(desk, sectie)
    started(desk)
    outcome = save_section(desk, here, request.form)
    _commit_and_read()
    if outcome.locked:
        return no_store(render("registry/reports/parts/locked_line.html", status=409, **frame(desk)))
    bench = open_bench(desk, here, conflicting(outcome))
    page = render(
        "registry/reports/parts/saved.html",
        status=409 if outcome.conflicts or outcome.replies_left else 200,
        **section_frame(bench, outcome.basis, request.form, outcome),
        before=set(request.form.getlist(SHOWN)),
        had_errors=request.form.getlist("fout"),
        had_conflicts=request.form.getlist("botsing"),
        busy_at=request.form.get("bezig", ""),
    )
    return no_store(page)


def _commit_and_read() -> None:
    """Commit, and only read from here on: whoever saves next need not wait until this page is made."""
    db().commit()
    set_reading_only(True)


def _confirmed(desk: Desk, here: Section) -> set[str]:
    """Return the questions at which the button says that last year's answer on the screen still holds."""
    action = request.form.get("actie", "")
    if action.startswith("deel-"):
        part = desk.questionnaire.section(action.removeprefix("deel-"))
        return {question.key for question in part.questions} if part else set()
    if action == "verder" or (action == "bewaar" and not is_whole(here)):
        return {question.key for question in here.questions}
    names = {question.key: field_name(question.key) for question in here.questions if question.type == "rows"}
    return {key for key, name in names.items() if f"{name}__erbij" in request.form or f"{name}__weg" in request.form}


def _typed_wrongly(bench: Bench, outcome: Outcome) -> bool:
    """Say whether something was typed that is no answer; only that holds somebody on the page."""
    return any(problem.kind == FAULT and problem.key in outcome.inputs for problem in bench.problems)


def _together(desk: Desk, button: re.Match[str]) -> str:
    """Return the page to which a button for working together leads: of a link that was sent, or of a question."""
    number, key, anchor = button.groups()
    where: dict[str, Any] = {"jaar": desk.year, **desk.extra}
    if number:
        return url_for("together.link", **where, nummer=int(number))
    return url_for("together.question", **where, sleutel=key, _anchor=anchor)


def _next_page(desk: Desk, here: Section, bench: Bench) -> str:
    """Return where the button leads: the next section, one row more, or the same page."""
    key, action = here.key.lower(), request.form.get("actie", "")
    for question in here.questions:
        name = field_name(question.key)
        if f"{name}__erbij" in request.form:
            answer = bench.answers.get(question.key)
            row = len(answer.value) if answer and isinstance(answer.value, list) else 0
            field = field_name(question.key, f"{row}.{question.parts[0].key}")
            return desk.url("section", sectie=key, meer=question.key, _anchor=field)
        if f"{name}__weg" in request.form or f"{name}__keuze" in request.form:
            return desk.url("section", sectie=key, _anchor=f"vraag-{name}")
    after = neighbours(desk, here)[1]
    if action.startswith("deel-"):
        part = desk.questionnaire.section(action.removeprefix("deel-"))
        after = neighbours(desk, part)[1] if part else None
        return desk.url("section", sectie=key, _anchor=f"{START}-{after.key.lower()}" if after else START)
    if action != "verder":
        return desk.url("section", sectie=key)
    return desk.url("section", sectie=after.key.lower(), _anchor=START) if after else desk.url("look_over")
