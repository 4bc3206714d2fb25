"""The list of forms for staff, a new draft, and what stands in one: its sections, order, titles."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from common import clock, unsaved
from common.errors import Refused
from common.joining import write_basis
from common.versions import AsOf
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.agreements.reading import all_agreements, current_version
from registry.editions.drafting import drafts, drop_draft, last_before, save_form, start_correction, start_draft
from registry.editions.forms import DraftForm, frame_labels, frame_values, fresh, joined, typed_frame, with_frame
from registry.editions.models import Edition
from registry.editions.reading import known_editions
from registry.editions.views.bench import Bench, open_bench, sent_bench, shared, staff_actor
from registry.editions.views.blueprint import blueprint
from registry.editions.written import of_section
from registry.permissions import may_see_edition_drafts, may_write_editions

NEW = "/redactie/vragenlijsten/nieuw"


@blueprint.get("/redactie/vragenlijsten")
@signed_in
def desk() -> Response:
    """Every form that opened, and what is in preparation; all staff see them, a beheerder writes them."""
    authorise(may_see_edition_drafts(current_user))
    session = db()
    return no_store(
        render(
            "registry/editions/desk.html",
            drafts=drafts(session),
            versions=known_editions(session, AsOf(clock.today())),
            titles=_titles(),
            may_write=may_write_editions(current_user),
            today=clock.today(),
        )
    )


@blueprint.get(NEW)
@signed_in
def new() -> Response:
    """Choose the agreement and the year of a new form; it begins from last year's."""
    authorise(may_write_editions(current_user))
    kept = kept_fields(NEW) or MultiDict()
    return _new_page(kept.get("afspraak", ""), kept.get("jaar", ""), {})


@blueprint.post(NEW)
@signed_in
def create() -> BaseResponse:
    """Begin a draft from the form of the year before; nobody but staff sees it."""
    authorise(may_write_editions(current_user))
    session, slug = db(), request.form.get("afspraak", "")
    year = request.form.get("jaar", 0, stored_number)
    agreement = next((one for one in all_agreements(session) if one.slug == slug), None)
    based_on = last_before(session, agreement, year) if agreement else None
    if agreement is None or based_on is None:
        return _new_page(slug, str(year or ""), {"afspraak": _("Bij deze afspraak is er geen eerdere vragenlijst.")})
    try:
        draft = start_draft(session, agreement, year, based_on, actor=staff_actor())
    except Refused as error:
        session.rollback()
        return _new_page(slug, str(year or ""), {"jaar": _(error.sentence, **error.values)})
    unsaved.forget(session, current_user.id, NEW)
    session.commit()
    return redirect(url_for(".draft", draft_id=draft.id), 303)


@blueprint.post("/redactie/vragenlijsten/verbeteren/<int:edition_id>")
@signed_in
def correct(edition_id: int) -> BaseResponse:
    """Begin a correction of the texts of a form that opened, or go on with the one that there is."""
    authorise(may_write_editions(current_user))
    session = db()
    edition = session.get(Edition, edition_id) or abort(404)
    there = next((one for one in drafts(session) if one.corrects_id == edition.id), None)
    draft = there or start_correction(session, edition, actor=staff_actor())
    session.commit()
    return redirect(url_for(".draft", draft_id=draft.id), 303)


@blueprint.get("/redactie/vragenlijsten/<int:draft_id>")
@signed_in
def draft(draft_id: int) -> Response:
    """The questions of a draft by section, with the buttons that put them in order."""
    authorise(may_see_edition_drafts(current_user))
    bench = open_bench(draft_id)
    return no_store(
        render(
            "registry/editions/draft.html",
            **shared(bench),
            sections=[(section, of_section(bench.form, section["key"])) for section in bench.form["sections"]],
            by_name={row.name: row for row in bench.rows},
            lacks={one.name for one in bench.lacking},
        )
    )


@blueprint.get("/redactie/vragenlijsten/<int:draft_id>/titels")
@signed_in
def frame(draft_id: int) -> Response:
    """Title, introduction, titles of the sections, and who must agree."""
    authorise(may_write_editions(current_user))
    bench = open_bench(draft_id)
    kept = kept_fields(request.path)
    if kept is None:
        return _frame_page(bench, fresh(frame_values(bench.form)))
    form = DraftForm(typed_frame(kept, bench.form), kept.get("version", ""))
    return _frame_page(bench, form, restored=True)


@blueprint.post("/redactie/vragenlijsten/<int:draft_id>/titels")
@signed_in
def save_frame(draft_id: int) -> BaseResponse:
    """Save those by a button; 409 where two people changed one field."""
    authorise(may_write_editions(current_user))
    bench, form, _basis = _saved_frame(draft_id)
    if not form.both:
        unsaved.forget(db(), current_user.id, request.path)
    db().commit()
    if form.both:
        return _frame_page(bench, form, status=409)
    flash(_("Bewaard als concept."), "success")
    return redirect(url_for(".draft", draft_id=draft_id), 303)


@blueprint.post("/redactie/vragenlijsten/<int:draft_id>/titels/concept")
@signed_in
def autosave_frame(draft_id: int) -> BaseResponse:
    """Save those while somebody types."""
    authorise(may_write_editions(current_user))
    _bench, form, basis = _saved_frame(draft_id)
    db().commit()
    return saved(form, basis)


@blueprint.post("/redactie/vragenlijsten/<int:draft_id>/weggooien")
@signed_in
def drop(draft_id: int) -> BaseResponse:
    """Throw a draft away; what opened stays."""
    authorise(may_write_editions(current_user))
    bench = open_bench(draft_id, to_write=True)
    drop_draft(db(), bench.draft, actor=staff_actor())
    db().commit()
    flash(_("Het concept is weggegooid."), "success")
    return redirect(url_for(".desk"), 303)


def saved(form: DraftForm, basis: dict[str, str]) -> Response:
    """Answer to a form that saved itself."""
    return no_store(
        render(
            "registry/editions/parts/saved.html",
            status=409 if form.both else 200,
            form=form,
            version=write_basis(basis),
            time=clock.local(clock.now()).strftime("%H:%M"),
        )
    )


def _saved_frame(draft_id: int) -> tuple[Bench, DraftForm, dict[str, str]]:
    bench = sent_bench(draft_id)
    values = frame_values(bench.form)
    found, form = joined(request.form, typed_frame(request.form, bench.form), values, frame_labels(bench.form))
    save_form(db(), bench.draft, with_frame(bench.form, found.values), actor=staff_actor())
    return Bench(bench.draft), form, found.basis


def _frame_page(bench: Bench, form: DraftForm, *, status: int = 200, restored: bool = False) -> Response:
    return no_store(
        render(
            "registry/editions/frame.html",
            status=status,
            **shared(bench),
            form=form,
            restored=restored,
            labels=frame_labels(bench.form),
            keeper=keeper_fields(url_for(".frame", draft_id=bench.draft.id)),
        )
    )


def _new_page(slug: str, year: str, errors: dict[str, str]) -> Response:
    values: dict[str, Any] = {"slug": slug, "year": year, "errors": errors, "keeper": keeper_fields(NEW)}
    editions = known_editions(db(), AsOf(clock.today()))
    newest: dict[str, int] = {}
    for one in editions:
        newest.setdefault(one.edition.agreement.slug, one.edition.year)
    titles = _titles()
    options = [(one, titles[one]) for one in newest if one in titles]
    status = 422 if errors else 200
    return no_store(render("registry/editions/new.html", status=status, options=options, newest=newest, **values))


def _titles() -> dict[str, Any]:
    return {one.slug: current_version(one).short_title for one in all_agreements(db())}
