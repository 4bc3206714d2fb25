"""Pages on which staff write guides: the list, the form with its preview, and two texts in conflict."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for, has_staff_role
from common import unsaved
from common.clock import today
from common.ledger import Actor
from common.markdown import render_markdown
from common.markdown_bounds import too_much_of
from common.vocabulary import product_group_names
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from kb.guides.desk import guide_rows
from kb.guides.fields import fields_of, too_long
from kb.guides.forms import GuideForm, checked_form, form_of, labels, merged, take_over, too_many_words, typed_form
from kb.guides.models import Guide, Revision
from kb.guides.writing import (
    Origin,
    RevisionConflict,
    create_guide,
    find_guide,
    newest_revision,
    revision_with,
    save_guide,
)
from kb.permissions import may_publish_guide, may_write_guide

blueprint = Blueprint("guide_desk", __name__, url_prefix="/redactie/gidsen")


@blueprint.get("")
@signed_in
def index() -> Response:
    """All guides with their state."""
    authorise(may_write_guide(current_user))
    return no_store(render("kb/guides/desk.html", rows=guide_rows(db()), today=today()))


@blueprint.get("/nieuw")
@signed_in
def new() -> Response:
    """An empty form."""
    authorise(may_write_guide(current_user))
    kept = kept_fields(request.path)
    form = typed_form(kept) if kept else _empty_form()
    return _form_page(db(), None, form, restored=bool(kept))


@blueprint.post("/nieuw")
@signed_in
def create() -> BaseResponse:
    """Make a guide; it is not public until it is published."""
    authorise(may_write_guide(current_user))
    session = db()
    form = checked_form(request.form, _slugs(session), new=True)
    if form.fields is None:
        return _form_page(session, None, form, status=422)
    slug = form.texts["adres"].strip()
    create_guide(session, slug, form.fields, Origin(note=form.note), actor=_actor())
    unsaved.forget(session, current_user.id, request.path)
    session.commit()
    return _after_saving(slug, changed=True)


@blueprint.get("/<slug>")
@signed_in
def edit(slug: str) -> Response:
    """The newest text in the form, or an older one that somebody wants back (?versie=)."""
    authorise(may_write_guide(current_user))
    session = db()
    guide = _guide(session, slug)
    newest = newest_revision(session, guide)
    older = revision_with(session, guide, request.args.get("versie", 0, stored_number))
    kept = kept_fields(request.path)
    form = typed_form(kept) if kept else form_of(fields_of(older or newest), newest.number)
    return _form_page(session, newest, form, restored=bool(kept), older=older if not kept else None)


@blueprint.post("/<slug>")
@signed_in
def save(slug: str) -> BaseResponse:
    """Save what was typed as a new revision; 422 when it is wrong, 409 when somebody else saved meanwhile."""
    authorise(may_write_guide(current_user))
    session = db()
    guide = _guide(session, slug)
    newest = newest_revision(session, guide)
    form = _chosen(checked_form(request.form, _slugs(session, slug), new=False), newest, _slugs(session, slug))
    if form.fields is None:
        return _form_page(session, newest, form, status=422)
    try:
        saved = save_guide(session, guide, form.fields, form.base, Origin(note=form.note), actor=_actor())
    except RevisionConflict as conflict:
        return _conflict_page(session, guide, form, conflict.newest)
    unsaved.forget(session, current_user.id, request.path)
    session.commit()
    return _after_saving(slug, changed=saved.changed)


@blueprint.post("/nieuw/voorbeeld", defaults={"slug": ""})
@blueprint.post("/<slug>/voorbeeld")
@signed_in
def preview(slug: str) -> Response:
    """What was typed, as it will look; 422 where that cannot be shown. Not refused because somebody else saved."""
    authorise(may_write_guide(current_user))
    session = db()
    newest = newest_revision(session, _guide(session, slug)) if slug else None
    form = typed_form(request.form)
    body = form.texts["tekst"]
    if not too_long(body) and (sign := too_much_of(body)):
        form.errors["tekst"] = too_many_words(sign)
        return _form_page(session, newest, form, status=422)
    return _form_page(session, newest, form)


def _guide(session: Session, slug: str) -> Guide:
    return find_guide(session, slug) or abort(404)


def _actor() -> Actor:
    editor = has_staff_role(current_user, StaffRole.EDITOR)
    return actor_for(current_user, StaffRole.EDITOR if editor else StaffRole.ADMINISTRATOR)


def _slugs(session: Session, without: str = "") -> list[str]:
    return [row.slug for row in guide_rows(session) if row.slug != without]


def _empty_form() -> GuideForm:
    return GuideForm(
        texts={"soort": "guide", "niveau": "starter", "beheer": "redacteur", "nagekeken": today().isoformat()},
        lists={"themas": [], "productgroepen": [], "verwant": []},
    )


def _after_saving(slug: str, *, changed: bool) -> BaseResponse:
    if request.form.get("daarna") == "publiceren":
        return redirect(url_for("guide_desk.confirm_publishing", slug=slug), 303)
    if changed:
        flash(_("Bewaard als concept. Bezoekers zien het pas als u publiceert."), "success")
    else:
        flash(_("Er was niets veranderd, dus er is geen nieuwe versie gemaakt."), "info")
    return redirect(url_for("guide_desk.edit", slug=slug), 303)


def _chosen(form: GuideForm, newest: Revision, slugs: list[str]) -> GuideForm:
    """Put the saved text in the place of mine where I chose so on the page with both texts."""
    theirs = [name for name in labels() if request.form.get(f"{name}__keuze") == "ander"]
    if not theirs or form.base != newest.number:
        return form
    saved = form_of(fields_of(newest), newest.number)
    values = request.form.copy()
    for name in theirs:
        take_over(form, saved, name)
        values.setlist(name, form.lists[name] if name in form.lists else [form.texts[name]])
    return checked_form(values, slugs, new=False)


def _conflict_page(session: Session, guide: Guide, form: GuideForm, newest: Revision) -> Response:
    base = revision_with(session, guide, form.base) or newest
    theirs = form_of(fields_of(newest), newest.number)
    both, taken = merged(form, form_of(fields_of(base), base.number), theirs)
    return _form_page(session, newest, form, status=409, both=both, taken=taken, conflict=True)


def _form_page(
    session: Session, newest: Revision | None, form: GuideForm, *, status: int = 200, **more: object
) -> Response:
    """Render the form with whatever was typed, and its preview."""
    slug = newest.guide.slug if newest else ""
    rows = guide_rows(session)
    body = form.texts.get("tekst", "")
    preview = None if too_long(body) or ("tekst" in form.errors and too_much_of(body)) else render_markdown(body)
    return no_store(
        render(
            "kb/guides/edit.html",
            status=status,
            slug=slug,
            newest=newest,
            form=form,
            preview=preview,
            row=next((row for row in rows if row.slug == slug), None),
            others=[row for row in rows if row.slug != slug],
            group_names=product_group_names(),
            keeper_fields=keeper_fields,
            action=url_for("guide_desk.save", slug=slug) if slug else url_for("guide_desk.create"),
            preview_url=url_for("guide_desk.preview", slug=slug),
            page_path=f"/redactie/gidsen/{slug or 'nieuw'}",
            may_publish=may_publish_guide(current_user),
            **more,
        )
    )
