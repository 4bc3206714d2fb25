"""Filling in a report: the overview, and a page for each section that saves by button and by itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import User
from common import clock, unsaved
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.languages import text_in_language
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.editions.form import Section
from registry.reports.carry_over import previous_submission
from registry.reports.checking import FAULT
from registry.reports.circumstances import circumstances_of
from registry.reports.deadlines import report_due
from registry.reports.display import OWN, shown_sections
from registry.reports.drafting import KeyConflict, current_answers, start_report
from registry.reports.forms import SHOWN, basis_of, field_name, read_section, write_basis
from registry.reports.mails import coordinators
from registry.reports.remarks import newest_submission, open_remarks
from registry.reports.screens import typed
from registry.reports.values import AnswerLike
from registry.reports.views.bench import (
    Bench,
    Outcome,
    conflicting,
    open_bench,
    save_section,
)
from registry.reports.views.blueprint import blueprint
from registry.reports.views.desk import Desk, neighbours, open_desk, section_or_404, started


@blueprint.get("/mijn/rapportages/<int:jaar>")
@signed_in
def overview(jaar: int) -> BaseResponse:
    """How far the report is, what is left, and who may hand it in."""
    desk = open_desk(jaar)
    report = desk.report
    bench = open_bench(desk, desk.questionnaire.sections[0]) if report else None
    editor = db().get(User, report.last_edited_by_id) if report and report.last_edited_by_id else None
    due = report.due_on if report else report_due(db(), desk.authority.id, desk.edition)
    days_left = (due - clock.today()).days
    page = render(
        "registry/reports/overview.html",
        **_frame(desk),
        bench=bench,
        editor=editor,
        due=due,
        days_left=days_left,
        late=days_left < 0,
        remarks=open_remarks(db(), report) if report else {},
        newest=newest_submission(db(), report) if report else None,
        previous=previous_submission(db(), desk.authority.id, desk.edition),
        coordinators=[person.name for person in coordinators(db(), desk.authority.code)],
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
    return redirect(desk.url("section", sectie=desk.questionnaire.sections[0].key.lower()), 303)


@blueprint.get("/mijn/rapportages/<int:jaar>/<sectie>")
@signed_in
def section(jaar: int, sectie: str) -> BaseResponse:
    """One section of the form; as text where this person cannot change it now."""
    desk = open_desk(jaar)
    here = section_or_404(desk, sectie)
    if desk.report is None:
        return redirect(desk.url("overview"), 303)
    if not desk.may_edit:
        return no_store(_as_text(desk, here))
    kept = kept_fields(desk.path(here))
    if kept is None:
        bench = open_bench(desk, here, extra_row=request.args.get("meer", ""))
        return no_store(_screen(bench, bench.versions))
    overlay = read_section(here, kept, current_answers(db(), desk.report), kept.getlist("voorgesteld"))
    return no_store(_screen(open_bench(desk, here, overlay), basis_of(kept), kept=kept.get("_waarom", "sessie")))


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
    outcome = save_section(desk, here, request.form, by_itself=False)
    db().commit()
    if outcome.locked:
        return no_store(_refused(desk, here, outcome))
    bench = open_bench(desk, here, conflicting(outcome))
    if outcome.conflicts:
        return no_store(_screen(bench, outcome.basis, status=409, conflicts=outcome.conflicts))
    if _typed_wrongly(bench, outcome):
        return no_store(_screen(bench, outcome.basis, status=422))
    return redirect(_next_page(desk, here, bench), 303)


@blueprint.post("/mijn/rapportages/<int:jaar>/<sectie>/concept")
@signed_in
def autosave(jaar: int, sectie: str) -> BaseResponse:
    """Save a section while somebody types; answer with what changed on the screen."""
    desk = open_desk(jaar)
    authorise(desk.may_fill_in)
    here = section_or_404(desk, sectie)
    started(desk)
    outcome = save_section(desk, here, request.form, by_itself=True)
    db().commit()
    if outcome.locked:
        return no_store(render("registry/reports/parts/locked_line.html", status=409, **_frame(desk)))
    bench = open_bench(desk, here, conflicting(outcome))
    page = render(
        "registry/reports/parts/saved.html",
        status=409 if outcome.conflicts else 200,
        **_section_frame(bench, outcome.basis),
        conflicts=outcome.conflicts,
        before=set(request.form.getlist(SHOWN)),
        had_errors=request.form.getlist("fout"),
    )
    return no_store(page)


def _frame(desk: Desk) -> dict[str, Any]:
    """Return what every page of a report needs."""
    return {"desk": desk, "report": desk.report, "is_example": desk.authority.is_example, "typed": typed}


def _section_frame(bench: Bench, basis: Mapping[str, int]) -> dict[str, Any]:
    before, after = neighbours(bench.desk, bench.section)
    return {
        **_frame(bench.desk),
        "bench": bench,
        "screen": bench.screen,
        "basis": write_basis(basis),
        "before_section": before,
        "next_section": after,
        "saved_at": clock.local(bench.report.updated_at).strftime("%H:%M"),
        "saved_today": clock.local(bench.report.updated_at).date() == clock.today(),
        "summary": [(name, f"{key}: {text_in_language(text)}") for key, name, text in bench.screen.errors],
        "keeper": keeper_fields(bench.desk.path(bench.section)),
        "field_name": field_name,
    }


def _screen(
    bench: Bench, basis: Mapping[str, int], *, status: int = 200, conflicts: Sequence[KeyConflict] = (), kept: str = ""
) -> Response:
    return render(
        "registry/reports/section.html",
        status=status,
        **_section_frame(bench, basis),
        conflicts=conflicts,
        kept=kept,
        failed=status != 200,
    )


def _as_text(desk: Desk, here: Section) -> Response:
    answers = current_answers(db(), started(desk))
    circumstances = circumstances_of(db(), started(desk))
    sections = shown_sections(desk.questionnaire, answers, circumstances, audience=OWN)
    shown = [part for part in sections if part.section is here]
    before, after = neighbours(desk, here)
    return render(
        "registry/reports/section_read.html",
        **_frame(desk), section=here, shown=shown, before_section=before, next_section=after,
    )  # fmt: skip


def _refused(desk: Desk, here: Section, outcome: Outcome) -> Response:
    """Answer a form that came after the report was handed in: what was typed stays on the screen."""
    answers: dict[str, AnswerLike] = {**current_answers(db(), started(desk)), **outcome.inputs}
    circumstances = circumstances_of(db(), started(desk))
    sections = shown_sections(desk.questionnaire, answers, circumstances, audience=OWN)
    shown = [part for part in sections if part.section is here]
    return render("registry/reports/refused.html", status=409, **_frame(desk), section=here, shown=shown)


def _typed_wrongly(bench: Bench, outcome: Outcome) -> bool:
    return any(problem.kind == FAULT and problem.key in outcome.inputs for problem in bench.problems)


def _next_page(desk: Desk, here: Section, bench: Bench) -> str:
    """Return where the button leads: the next section, one row more, or the same page."""
    key = here.key.lower()
    for question in here.questions:
        name = field_name(question.key)
        if f"{name}__erbij" in request.form:
            answer = bench.answers.get(question.key)
            row = len(answer.value) if answer and isinstance(answer.value, list) else 0
            field = field_name(question.key, f"{row}.{question.parts[0].key}")
            return desk.url("section", sectie=key, meer=question.key, _anchor=field)
        if f"{name}__weg" in request.form:
            return desk.url("section", sectie=key, _anchor=f"vraag-{name}")
    if request.form.get("actie") != "verder":
        return desk.url("section", sectie=key)
    after = neighbours(desk, here)[1]
    return desk.url("section", sectie=after.key.lower()) if after else desk.url("look_over")
