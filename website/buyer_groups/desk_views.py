"""/redactie/buyer-groups: what the site says of each buyer group, written by staff."""

from dataclasses import replace

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from common import unsaved
from common.clock import today
from common.files import attaching
from common.ledger import Actor
from common.versions import AsOf
from common.vocabulary import product_group_names
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.limits import limited
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from kb.guides.reading import public_cards
from registry.buyer_groups.at_desk import load_group, staff_actor
from registry.buyer_groups.content import GroupFacts, facts_of
from registry.buyer_groups.documents import vision_document
from registry.buyer_groups.forms import GroupForm, Known, changes_rows, checked_form, form_of, typed_form
from registry.buyer_groups.joining import joined
from registry.buyer_groups.keeping import GroupConflict, create_group, save_group
from registry.buyer_groups.models import BuyerGroup
from registry.buyer_groups.reading import all_cards, all_members, current_version, versions_of
from registry.permissions import may_run_buyer_groups
from website.files.uploading import Upload, read_upload, takes_files

blueprint = Blueprint("buyer_group_desk", __name__, url_prefix="/redactie/buyer-groups")


@blueprint.get("")
@signed_in
def index() -> Response:
    """All buyer groups with their state."""
    authorise(may_run_buyer_groups(current_user))
    return no_store(render("registry/buyer_groups/desk.html", cards=all_cards(db(), AsOf(today()))))


@blueprint.get("/nieuw")
@signed_in
def new() -> Response:
    """An empty form."""
    authorise(may_run_buyer_groups(current_user))
    return _form_page(None, typed_form(kept_fields(request.path) or MultiDict()))


@blueprint.post("/nieuw")
@signed_in
@takes_files
@limited("upload")
def create() -> BaseResponse:
    """Make a buyer group; it is public at once."""
    authorise(may_run_buyer_groups(current_user))
    form = typed_form(request.form)
    if changes_rows(request.form):
        return _form_page(None, form)
    upload = _read(form, None, None)
    if form.facts is None:
        return _form_page(None, form, status=upload.status)
    session, slug, actor = db(), form.texts["adres"], staff_actor()
    create_group(session, slug, _with_document(form.facts, slug, upload, actor), actor=actor)
    return _done(slug, _("De buyer group staat op de site."))


@blueprint.get("/<slug>")
@signed_in
def edit(slug: str) -> Response:
    """What the site says of the group, to change."""
    authorise(may_run_buyer_groups(current_user))
    group, version = load_group(slug)
    kept = kept_fields(request.path)
    return _form_page(group, typed_form(kept) if kept else form_of(facts_of(version), version.number))


@blueprint.post("/<slug>")
@signed_in
@takes_files
@limited("upload")
def save(slug: str) -> BaseResponse:
    """Save what was typed as a new version; 422 when it is wrong, 409 when somebody else saved meanwhile."""
    authorise(may_run_buyer_groups(current_user))
    group, version = load_group(slug)
    form = typed_form(request.form)
    if changes_rows(request.form):
        return _form_page(group, form)
    upload = _read(form, group, facts_of(version))
    if form.facts is None:
        return _form_page(group, form, status=upload.status)
    actor = staff_actor()
    facts = _with_document(form.facts, slug, upload, actor)
    try:
        save_group(db(), group, facts, form.base, reason=form.texts["reden"], actor=actor)
    except GroupConflict:
        db().rollback()
        upload.ask_again()
        return _conflict_page(group, form)
    return _done(slug, _("De buyer group is gewijzigd."))


def _read(form: GroupForm, group: BuyerGroup | None, old: GroupFacts | None) -> Upload:
    """Check the fields and the file that were sent; the file is kept only where nothing is wrong."""
    known = _known(db(), group, old)

    def check(upload: Upload) -> None:
        checked_form(form, known, old)
        upload.errors.update(form.errors)

    upload = read_upload([], check, optional=True)
    form.errors = upload.errors
    if upload.errors:
        form.facts = None
    return upload


def _known(session: Session, group: BuyerGroup | None, old: GroupFacts | None) -> Known:
    members = all_members(session, group.id, AsOf(today())) if group else []
    named = {pilot.get("authority") for pilot in old.pilots} if old else set()
    return Known(
        taken=None if group else session.scalars(select(BuyerGroup.slug)).all(),
        guides=[card.slug for card in public_cards(session)],
        authorities={one.code for one in members} | {str(code) for code in named if code},
        needs_source=not (group and group.is_example),
    )


def _with_document(facts: GroupFacts, slug: str, upload: Upload, actor: Actor) -> GroupFacts:
    if upload.accepted is None:
        return facts
    added = attaching.attach(db(), f"buyer_group:{slug}", upload.accepted, upload.name, None, actor=actor)
    return replace(facts, market_vision={**facts.market_vision, "document": added.id})


def _done(slug: str, message: str) -> BaseResponse:
    session = db()
    unsaved.forget(session, current_user.id, request.path)
    session.commit()
    flash(message, "success")
    return redirect(url_for(".edit", slug=slug), 303)


def _conflict_page(group: BuyerGroup, form: GroupForm) -> Response:
    """Show the form with what only the other changed taken over, and both texts where both changed one."""
    versions = versions_of(db(), group)
    base = next((one for one in versions if one.number == form.base), versions[0])
    mine, both, taken = joined(form, *(form_of(facts_of(one), one.number) for one in (base, versions[0])))
    return _form_page(group, mine, both=both, taken=taken, status=409)


def _form_page(group: BuyerGroup | None, form: GroupForm, *, status: int = 200, **more: object) -> Response:
    session = db()
    version = current_version(session, group) if group else None
    return no_store(
        render(
            "registry/buyer_groups/edit.html",
            status=status,
            is_example=bool(group and group.is_example),
            group=group,
            version=version,
            versions=versions_of(session, group) if group else [],
            members=all_members(session, group.id, AsOf(today())) if group else [],
            document=vision_document(session, version) if version else None,
            guides=[(card.slug, card.title) for card in public_cards(session)],
            names=product_group_names(),
            form=form,
            conflict=status == 409,
            keeper=keeper_fields(f"/redactie/buyer-groups/{group.slug if group else 'nieuw'}"),
            **more,  # type: ignore[arg-type]
        )
    )
