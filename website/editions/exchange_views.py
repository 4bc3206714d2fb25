"""/redactie/vragenlijsten/<id>/spreadsheet: a draft as a workbook, looked over before it is taken over."""

import json
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from common.errors import N_, Refused
from common.ledger import canonical_json
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.limits import limited
from common.web.rendering import render
from registry.editions import wording
from registry.editions.differing import Kind, rows
from registry.editions.drafting import ChangedSince, save_form, seen
from registry.editions.forms import changes_of
from registry.editions.sheet_in import LARGEST, read_form
from registry.editions.sheet_out import as_workbook
from registry.editions.views.bench import Bench, open_bench, problem_of, shared, staff_actor
from registry.editions.written import Form, tidy
from registry.imports.outcome import Problem
from registry.imports.tables import WrongTable
from registry.permissions import may_see_edition_drafts, may_write_editions

blueprint = Blueprint("edition_exchange", __name__)
PAGE = "/redactie/vragenlijsten/<int:draft_id>/spreadsheet"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get(PAGE)
@signed_in
def exchange(draft_id: int) -> Response:
    """Download the draft as a workbook, or choose one to read in."""
    authorise(may_write_editions(current_user))
    return _page(open_bench(draft_id))


@blueprint.post(PAGE)
@signed_in
@limited("upload")
def read_in(draft_id: int) -> BaseResponse:
    """Show what a workbook would change; nothing of it is written yet."""
    authorise(may_write_editions(current_user))
    bench = open_bench(draft_id)
    sent = request.files.get("bestand")
    content = sent.stream.read(LARGEST + 1) if sent else b""
    if sent is None or not content:
        return _page(bench, error=_("Kies een bestand."), status=422)
    try:
        form = _of_this_draft(bench, read_form("", content))
    except WrongTable as error:
        return _page(bench, problems=error.problems, status=422)
    return _page(bench, form=form)


@blueprint.post(f"{PAGE}/overnemen")
@signed_in
def take_over(draft_id: int) -> BaseResponse:
    """Write what was looked over into the draft; 409 when somebody changed the draft meanwhile."""
    authorise(may_write_editions(current_user))
    bench = open_bench(draft_id, to_write=True)
    try:
        seen(bench.draft, request.form.get("concept", -1, stored_number))
        form = _sent_form(bench)
    except ChangedSince as error:
        return _page(bench, error=_(error.sentence), status=409)
    except (WrongTable, ValueError, RecursionError):
        return _page(bench, error=_("Kies een bestand."), status=422)
    save_form(db(), bench.draft, form, actor=staff_actor())
    db().commit()
    flash(_("Het concept is nu zoals in het bestand."), "success")
    return redirect(url_for("editions.differences", draft_id=draft_id), 303)


@blueprint.get("/redactie/vragenlijsten/<int:draft_id>/formulier.xlsx")
@signed_in
def workbook(draft_id: int) -> Response:
    """The draft as XLSX, with the columns of XLSForm."""
    authorise(may_see_edition_drafts(current_user))
    bench = open_bench(draft_id)
    response = make_response(as_workbook(bench.form))
    response.mimetype = _XLSX
    name = f"vragenlijst-{bench.draft.agreement.slug}-{bench.draft.year}-concept-{bench.draft.version}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return no_store(response)


def _of_this_draft(bench: Bench, form: Form) -> Form:
    """Return the form, where it is of this agreement and year. Raises WrongTable."""
    own = (bench.draft.agreement.slug, bench.draft.year)
    if (form.get("agreement"), form.get("year")) != own:
        sentence = N_("Dit bestand is van een andere vragenlijst: %(name)s.")
        name: dict[str, object] = {"name": f"{form.get('agreement')}/{form.get('year')}"}
        raise WrongTable(Problem("", "blad settings, regel 2", "kolom form_id", sentence, name))
    return form


def _sent_form(bench: Bench) -> Form:
    """Return the form that the page sent back; it is checked as if it were new. Raises WrongTable, ValueError."""
    data: Any = json.loads(request.form.get("inhoud", ""))
    if not isinstance(data, dict) or not isinstance(data.get("questions"), list):
        raise ValueError
    form = _of_this_draft(bench, tidy(data))
    if problem := problem_of(form):
        raise Refused(N_("%(reason)s"), reason=problem)
    return form


def _page(
    bench: Bench, *, form: Form | None = None, problems: Any = (), error: str = "", status: int = 200
) -> Response:
    changed = [(row, changes_of(row)) for row in rows(form, bench.form) if row.kind is not Kind.SAME] if form else []
    return no_store(
        render(
            "website/editions/exchange.html",
            status=status,
            **shared(bench),
            content=canonical_json(form) if form else "",
            same=form is not None and form == bench.form,
            changed=changed,
            problems=[_told(one) for one in problems],
            error=error,
            words=wording,
        )
    )


def _told(problem: Problem) -> str:
    where = ", ".join(part for part in (problem.place, problem.column) if part)
    reason = _(problem.sentence, **problem.values)
    return f"{where}: {reason}" if where else str(reason)
