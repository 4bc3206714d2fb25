"""Writing a plan: beginning, the form with its buttons, and saving while somebody types."""

from typing import Any

from flask import Response, flash, redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from common import clock, unsaved
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.agreements.reading import current_version
from registry.plans.drafting import documents_for, drop, start_draft
from registry.plans.fields import action_field, ambition_field
from registry.plans.models import Level
from registry.plans.views.bench import (
    Bench,
    Outcome,
    label_of,
    next_anchor,
    open_bench,
    part_labels,
    read_form,
    save_form,
    words_of,
)
from registry.plans.views.blueprint import blueprint
from registry.plans.views.desk import DraftGone, NotAsked, PlanDesk, open_desk


@blueprint.get("/mijn/plan/<afspraak>")
@signed_in
def form(afspraak: str) -> BaseResponse:
    """The form of the plan; for who only reads, and once it was adopted, the plan as it now reads."""
    desk = open_desk(afspraak)
    if desk.draft is None:
        return no_store(render("registry/plans/begin.html", **frame(desk)))
    if not desk.is_open or not desk.may_write:
        return redirect(desk.url("look_over"), 303)
    kept = kept_fields(desk.path)
    if kept is None:
        return no_store(screen(desk, open_bench(desk, missing_too="fouten" in request.args)))
    outcome = Outcome(*read_form(kept))
    return no_store(screen(desk, open_bench(desk, outcome), kept=kept.get("_waarom", "sessie")))


@blueprint.post("/mijn/plan/<afspraak>/begin")
@signed_in
def begin(afspraak: str) -> BaseResponse:
    """Begin a plan, or a revision of the one that is public, and go to its form."""
    desk = open_desk(afspraak)
    authorise(desk.may_write)
    start_draft(db(), desk.authority, desk.agreement, actor=desk.actor)
    db().commit()
    return redirect(desk.url("form"), 303)


@blueprint.post("/mijn/plan/<afspraak>")
@signed_in
def save(afspraak: str) -> BaseResponse:
    """Save by a button, and go where the button says."""
    desk = open_desk(afspraak)
    authorise(desk.may_write)
    if request.form.get("actie") == "vergeet":
        unsaved.forget(db(), current_user.id, desk.path)
        db().commit()
        return redirect(desk.url("form"), 303)
    outcome = save_form(desk, request.form, by_itself=False)
    db().commit()
    if outcome.locked:
        return refused(desk)
    bench = open_bench(desk, outcome)
    if bench.disputes:
        return no_store(screen(desk, bench, status=409))
    if request.form.get("actie") == "nakijken":
        return redirect(desk.url("look_over"), 303)
    if bench.errors and not next_anchor(bench):
        return no_store(screen(desk, bench, status=422))
    return redirect(desk.url("form", next_anchor(bench)), 303)


@blueprint.post("/mijn/plan/<afspraak>/concept")
@signed_in
def autosave(afspraak: str) -> BaseResponse:
    """Save the form while somebody types; answer with the line that says so, and two texts where there are two."""
    desk = open_desk(afspraak)
    authorise(desk.may_write)
    outcome = save_form(desk, request.form, by_itself=True)
    db().commit()
    if outcome.locked:
        return refused(desk)
    bench = open_bench(desk, outcome)
    page = render("registry/plans/parts/saved.html", status=409 if bench.disputes else 200, **_form(desk, bench))
    return no_store(page)


@blueprint.post("/mijn/plan/<afspraak>/weggooien")
@signed_in
def throw_away(afspraak: str) -> BaseResponse:
    """Throw the draft away, after a tick that says so; what is public stays."""
    desk = open_desk(afspraak)
    authorise(desk.may_publish)
    if request.form.get("zeker") != "ja":
        flash(_("Er is niets weggegooid. Zet eerst het vinkje."), "warning")
        return redirect(desk.url("look_over"), 303)
    drop(db(), desk.started, actor=desk.actor)
    unsaved.forget(db(), current_user.id, desk.path)
    db().commit()
    flash(_("Het concept is weggegooid."), "success")
    return redirect(desk.url("form"), 303)


def frame(desk: PlanDesk) -> dict[str, Any]:
    """Return what every page of a plan in work needs."""
    return {"desk": desk, "is_example": desk.authority.is_example, "labels": part_labels()}


def _form(desk: PlanDesk, bench: Bench) -> dict[str, Any]:
    return {
        **frame(desk),
        "bench": bench,
        "ambition_field": ambition_field,
        "action_field": action_field,
        "levels": list(Level),
        "saved_at": clock.local(bench.draft.updated_at).strftime("%H:%M"),
        "saved_today": clock.local(bench.draft.updated_at).date() == clock.today(),
        "keeper": keeper_fields(desk.path),
    }


def screen(desk: PlanDesk, bench: Bench, *, status: int = 200, kept: str = "", upload_error: str = "") -> Response:
    """Return the page of the form."""
    return render(
        "registry/plans/form.html",
        status=status,
        **_form(desk, bench),
        kept=kept,
        failed=bool(bench.errors) or status != 200,
        upload_error=upload_error,
    )


@blueprint.app_errorhandler(DraftGone)
def draft_gone(gone: DraftGone) -> Response:
    """Answer what was meant for a draft that is there no more, with what was typed."""
    return refused(gone.desk, gone=True)


@blueprint.app_errorhandler(NotAsked)
def not_asked(wrong: NotAsked) -> Response:
    """Say that this agreement asks no plan."""
    title = current_version(wrong.agreement).short_title
    return no_store(render("registry/plans/not_asked.html", status=404, agreement=wrong.agreement, title=title))


def refused(desk: PlanDesk, *, gone: bool = False) -> Response:
    """Answer a form that came after the plan was adopted or made public: what was typed stays on the screen."""
    if request.headers.get("HX-Request") == "true":
        return no_store(render("registry/plans/parts/locked_line.html", status=409, **frame(desk), gone=gone))
    mine, _basis = read_form(request.form)
    documents = documents_for(db(), desk.plan) if desk.plan else []
    typed = [(label_of(name, mine.rows), words_of(name, text, documents)) for name, text in mine.fields.items() if text]
    return no_store(render("registry/plans/refused.html", status=409, **frame(desk), typed=typed, gone=gone))
