"""/redactie/herindelingen: which authorities end and go on, and what becomes of all that they leave."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for
from common import unsaved
from common.clock import today
from common.errors import Conflict, Refused
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.authorities.merging import record_merger
from registry.authorities.models import Merger
from registry.buyer_groups.keeping import LONGEST_REASON
from registry.mergers import forms, pages
from registry.mergers.forms import MergerForm
from registry.mergers.mails import mail_moved
from registry.mergers.reading import list_mergers
from registry.mergers.settling import correct, settle
from registry.mergers.undoing import undo, withdraw
from registry.permissions import may_manage_authorities

blueprint = Blueprint("mergers", __name__)

PER_PAGE = 25
NEW = "/redactie/herindelingen/nieuw"


@blueprint.get("/redactie/herindelingen")
@signed_in
def index() -> Response:
    """The mergers, those to come first, with how much of each waits for a choice."""
    authorise(may_manage_authorities(current_user))
    page = max(1, request.args.get("pagina", 1, stored_number))
    rows, total = list_mergers(db(), (page - 1) * PER_PAGE, PER_PAGE)
    return no_store(
        render(
            "registry/mergers/index.html",
            coming=[row for row in rows if row.merger.merged_on > today()],
            done=[row for row in rows if row.merger.merged_on <= today()],
            page=page,
            pages=max(1, -(-total // PER_PAGE)),
            total=total,
            url_for_page=lambda number: url_for(".index", pagina=number),
        )
    )


@blueprint.get("/redactie/herindelingen/nieuw")
@signed_in
def new() -> Response:
    """The form to record a merger, also one that is still to come."""
    authorise(may_manage_authorities(current_user))
    return _form_page(forms.typed(kept_fields(NEW) or request.args), None)


@blueprint.post("/redactie/herindelingen/nieuw")
@signed_in
def add() -> BaseResponse:
    """Record a merger; the authorities end and begin on its day by themselves."""
    authorise(may_manage_authorities(current_user))
    session, form, merger = db(), forms.read_merger(db(), request.form), None
    if form.facts:
        try:
            actor = actor_for(current_user, StaffRole.ADMINISTRATOR)
            merger = record_merger(session, form.facts, reason=form.texts["reden"], actor=actor)
        except (Conflict, Refused) as error:
            form.errors["eindigt"] = forms.said(error)
    if merger is None:
        session.rollback()
        return _form_page(form, None, status=422)
    unsaved.forget(session, current_user.id, NEW)
    session.commit()
    flash(_("De herindeling is vastgelegd. Kies nu wat er met alles gebeurt."), "success")
    return redirect(url_for(".detail", merger_id=merger.id), 303)


@blueprint.get("/redactie/herindelingen/<int:merger_id>")
@signed_in
def detail(merger_id: int) -> BaseResponse:
    """One merger: what is left to choose, with what is usual, and what was chosen."""
    authorise(may_manage_authorities(current_user))
    merger = db().get(Merger, merger_id) or abort(404)
    newest = pages.newest(db(), merger)
    if newest is not merger:
        return redirect(url_for(".detail", merger_id=newest.id))
    kept = kept_fields(pages.path_of(merger))
    return pages.settle_page(merger, forms.read_choices(kept) if kept else None)


@blueprint.post("/redactie/herindelingen/<int:merger_id>")
@signed_in
def choose(merger_id: int) -> BaseResponse:
    """Look over what was chosen, or carry all of it out with a reason."""
    authorise(may_manage_authorities(current_user))
    session, merger = db(), db().get(Merger, merger_id) or abort(404)
    form = forms.read_choices(request.form)
    if form.errors or "nakijken" in request.form:
        return pages.settle_page(merger, form, looking_over=not form.errors, status=422 if form.errors else 200)
    actor = actor_for(current_user, StaffRole.ADMINISTRATOR)
    try:
        moved = settle(session, merger, form.decided, reason=form.reason, actor=actor)
        mail_moved(session, moved, merger.merged_on, form.reason)
    except (Conflict, Refused) as error:
        session.rollback()
        form.errors.append(("reden", forms.said(error)))
        return pages.settle_page(merger, form, status=409 if isinstance(error, Conflict) else 422)
    unsaved.forget(session, current_user.id, pages.path_of(merger))
    session.commit()
    flash(_("De keuzes zijn uitgevoerd."), "success")
    return redirect(url_for(".detail", merger_id=merger_id), 303)


@blueprint.get("/redactie/herindelingen/<int:merger_id>/wijzigen")
@signed_in
def edit(merger_id: int) -> Response:
    """The form to correct what the register says of a merger."""
    authorise(may_manage_authorities(current_user))
    merger = db().get(Merger, merger_id) or abort(404)
    kept = kept_fields(f"{pages.path_of(merger)}/wijzigen")
    return _form_page(forms.typed(kept) if kept else forms.form_of(merger), merger)


@blueprint.post("/redactie/herindelingen/<int:merger_id>/wijzigen")
@signed_in
def change(merger_id: int) -> BaseResponse:
    """Correct a merger: a new version with a reason."""
    authorise(may_manage_authorities(current_user))
    session, merger = db(), db().get(Merger, merger_id) or abort(404)
    form, corrected = forms.read_merger(session, request.form), None
    if form.facts:
        try:
            actor = actor_for(current_user, StaffRole.ADMINISTRATOR)
            corrected = correct(session, merger, form.facts, reason=form.texts["reden"], actor=actor)
        except (Conflict, Refused) as error:
            form.errors["dag"] = forms.said(error)
    if corrected is None:
        session.rollback()
        return _form_page(form, merger, status=422)
    unsaved.forget(session, current_user.id, f"{pages.path_of(merger)}/wijzigen")
    session.commit()
    flash(_("De herindeling is verbeterd."), "success")
    return redirect(url_for(".detail", merger_id=corrected.id), 303)


@blueprint.post("/redactie/herindelingen/<int:merger_id>/terugdraaien")
@signed_in
def take_back(merger_id: int) -> BaseResponse:
    """Take back what was chosen at a merger that is still to come, or say that it does not happen at all."""
    authorise(may_manage_authorities(current_user))
    session, merger = db(), db().get(Merger, merger_id) or abort(404)
    reason, whole = forms.read_reason(request.form), request.form.get("wat") == "herindeling"
    actor = actor_for(current_user, StaffRole.ADMINISTRATOR)
    try:
        (withdraw if whole else undo)(session, merger, reason=reason, actor=actor)
    except (Conflict, Refused) as error:
        session.rollback()
        form = forms.took_back(reason, forms.said(error))
        return pages.settle_page(merger, taking_back=form, status=409 if isinstance(error, Conflict) else 422)
    unsaved.forget(session, current_user.id, pages.path_of(merger))
    session.commit()
    flash(_("De herindeling gaat niet door.") if whole else _("De keuzes zijn teruggedraaid."), "success")
    return redirect(url_for(".index") if whole else url_for(".detail", merger_id=merger_id), 303)


def _form_page(form: MergerForm, merger: Merger | None, *, status: int = 200) -> Response:
    path = f"{pages.path_of(merger)}/wijzigen" if merger else NEW
    return no_store(
        render(
            "registry/mergers/form.html",
            form=form,
            merger=merger,
            keeper=keeper_fields(path),
            longest_reason=LONGEST_REASON,
            status=status,
        )
    )
