"""Looking a plan over, noting that it was adopted, opening it again, and making it public."""

from flask import Response, flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from registry.plans.drafting import ChangedSince, NotReady, adopt, problems_of, reopen
from registry.plans.fields import basis_of, of_content
from registry.plans.preview import preview_of
from registry.plans.publishing import publish
from registry.plans.views.bench import Outcome, label_of, open_bench, sentence_of
from registry.plans.views.blueprint import blueprint
from registry.plans.views.desk import PlanDesk, open_desk
from registry.plans.views.writing import frame, screen


@blueprint.get("/mijn/plan/<afspraak>/nakijken")
@signed_in
def look_over(afspraak: str) -> BaseResponse:
    """The plan as it will read, what is still missing, and the next step."""
    desk = open_desk(afspraak)
    if desk.draft is None:
        return redirect(desk.url("form"), 303)
    return no_store(_look_over(desk))


@blueprint.post("/mijn/plan/<afspraak>/vaststellen")
@signed_in
def note_adoption(afspraak: str) -> BaseResponse:
    """Note that the board adopted the plan; 422 with the form where something is missing or wrong."""
    desk = open_desk(afspraak)
    authorise(desk.may_publish)
    try:
        adopt(db(), desk.started, _seen(), actor=desk.actor)
    except NotReady:
        db().rollback()
        typed = of_content(desk.started.content)
        return no_store(screen(desk, open_bench(desk, Outcome(typed, basis_of(typed)), missing_too=True), status=422))
    except ChangedSince:
        return no_store(_look_over(desk, status=409))
    db().commit()
    flash(_("Vastgelegd dat het plan is vastgesteld. Het is nog niet openbaar."), "success")
    return redirect(desk.url("look_over"), 303)


@blueprint.post("/mijn/plan/<afspraak>/heropenen")
@signed_in
def open_again(afspraak: str) -> BaseResponse:
    """Let an adopted plan be changed again."""
    desk = open_desk(afspraak)
    authorise(desk.may_publish)
    reopen(db(), desk.started, actor=desk.actor)
    db().commit()
    flash(_("U kunt het plan weer veranderen. Stel het daarna opnieuw vast."), "success")
    return redirect(desk.url("form"), 303)


@blueprint.post("/mijn/plan/<afspraak>/publiceren")
@signed_in
def make_public(afspraak: str) -> BaseResponse:
    """Make an adopted plan public; a second click finds it done."""
    desk = open_desk(afspraak)
    authorise(desk.may_publish)
    if desk.draft is None:
        return redirect(desk.url("form"), 303)
    try:
        publish(db(), desk.draft, _seen(), actor=desk.actor)
    except (NotReady, ChangedSince):
        db().rollback()
        return no_store(_look_over(desk, status=409))
    db().commit()
    flash(_("Het plan is openbaar."), "success")
    return redirect(desk.url("form"), 303)


def _seen() -> int:
    written = request.form.get("version", "")
    return int(written) if written.isdecimal() and len(written) < 10 else -1


def _look_over(desk: PlanDesk, *, status: int = 200) -> Response:
    draft = desk.started
    rows = of_content(draft.content).rows
    return render(
        "registry/plans/look_over.html",
        status=status,
        **frame(desk),
        draft=draft,
        shown=preview_of(db(), draft),
        problems=[(one.field, label_of(one.field, rows), sentence_of(one)) for one in problems_of(db(), draft)],
        changed_meanwhile=status == 409,
    )
