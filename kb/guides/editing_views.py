"""Pages on which staff write guides: the form, its preview, what it keeps by itself, and two texts in conflict."""

from dataclasses import replace

from flask import Response, flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from common import unsaved
from common.clock import local, now
from common.errors import Refused
from common.markdown_bounds import too_much_of
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store, writes_beside
from kb.guides.beginnings import template_for
from kb.guides.clashes import own_texts, settle, taken_words, unplaced
from kb.guides.desk_blueprint import blueprint, desk_actor, guide_at
from kb.guides.edit_page import (
    Desk,
    conflict_page,
    form_page,
    opened,
    opened_page,
    previewed,
    reviewed_fields,
    saved_by,
    sent,
)
from kb.guides.entrusting import original_of, translate
from kb.guides.fields import fields_of, reviewed_by, too_long
from kb.guides.forms import GuideForm, form_of, is_same, too_many_words, typed_form, wanted_address
from kb.guides.kept_texts import drop_same
from kb.guides.models import Guide
from kb.guides.renaming import find_by_address
from kb.guides.tabs import drop_source, find_typed, is_tab, keep_typed, path_of
from kb.guides.writing import (
    Origin,
    RevisionConflict,
    Saved,
    create_guide,
    merge_with_newest,
    newest_revision,
    revision_with,
    save_guide,
)
from kb.permissions import may_write_guide

_OWN = {"csrf_token", "_pagina", "_opsteller", "daarna"}


@blueprint.get("/nieuw")
@signed_in
def new() -> Response:
    """An empty form, or one that begins with the template of a kind of guide (?soort=)."""
    authorise(may_write_guide(current_user))
    desk, restored = opened(db(), None, None, _empty_form())
    return opened_page(desk, restored=restored, older=None)


@blueprint.post("/nieuw")
@signed_in
def create() -> BaseResponse:
    """Make a guide; it is not public until it is published."""
    authorise(may_write_guide(current_user))
    session = db()
    desk, unknown = sent(session, None, None)
    if desk.form.fields is None:
        return form_page(desk, status=422)
    slug, fields = wanted_address(desk.form), reviewed_by(desk.form.fields, None, desk_actor().role)
    made = create_guide(session, slug, fields, Origin(note=desk.form.note), actor=desk_actor())
    if not _translated(desk, made.guide):
        return form_page(desk, status=422)
    return _after_saving(desk, slug, Saved(made, changed=True), unknown)


@blueprint.get("/<slug>")
@signed_in
def edit(slug: str) -> Response:
    """The newest text in the form, or an older one that somebody wants back (?versie=), or what was kept (?tab=)."""
    authorise(may_write_guide(current_user))
    session = db()
    guide = guide_at(session, slug)
    newest = newest_revision(session, guide)
    older = revision_with(session, guide, request.args.get("versie", 0, stored_number))
    form = form_of(fields_of(older or newest), newest.number, original_of(session, guide))
    desk, restored = opened(session, guide, newest, form)
    return opened_page(desk, restored=restored, older=older)


@blueprint.post("/<slug>")
@signed_in
def save(slug: str) -> BaseResponse:
    """Save what was typed, merged with what was saved meanwhile; 422 when wrong, 409 where both must be seen."""
    authorise(may_write_guide(current_user))
    session = db()
    guide = guide_at(session, slug)
    desk, unknown = sent(session, guide, newest_revision(session, guide))
    if desk.form.fields is None or not _translated(desk, guide):
        return form_page(desk, status=422)
    try:
        saved = _save(desk, guide)
    except RevisionConflict as conflict:
        return conflict_page(desk, conflict)
    return _after_saving(desk, guide.slug, saved, unknown)


@blueprint.post("/nieuw/voorbeeld", defaults={"slug": ""})
@blueprint.post("/<slug>/voorbeeld")
@signed_in
@writes_beside("a preview keeps nothing, and stops nobody who saves")
def preview(slug: str) -> Response:
    """What was typed, as it will look; 422 where that cannot be shown. Not refused because somebody else saved."""
    authorise(may_write_guide(current_user))
    session = db()
    guide = guide_at(session, slug) if slug else None
    desk = previewed(session, guide, newest_revision(session, guide) if guide else None)
    body = desk.form.texts["tekst"]
    if not too_long(body) and (sign := too_much_of(body)):
        desk.form.errors["tekst"] = too_many_words(sign)
        return form_page(desk, status=422)
    return form_page(desk)


@blueprint.post("/nieuw/concept", defaults={"slug": ""})
@blueprint.post("/<slug>/concept")
@signed_in
def keep(slug: str) -> BaseResponse:
    """Keep what the page holds, without a version; the answer is the line of the status. 413 when it is too large."""
    authorise(may_write_guide(current_user))
    session = db()
    guide = guide_at(session, slug) if slug else None
    address = guide.slug if guide else ""
    tab = request.form.get("tab", "")
    fields = {name: values for name, values in request.form.lists() if name not in _OWN}
    if _is_saved(session, guide):
        unsaved.forget(session, current_user.id, path_of(address, tab))
    elif not is_tab(tab) or not keep_typed(session, current_user.id, address, tab, fields):
        return no_store(make_response("", 413))
    session.commit()
    time = f"{local(now()):%H:%M}"
    answer = make_response(_("Uw tekst is bewaard om %(time)s. Er is nog geen nieuwe versie.", time=time))
    answer.headers["HX-Replace-Url"] = path_of(address, tab)
    return no_store(answer)


@blueprint.post("/nieuw/concept/weg", defaults={"slug": ""})
@blueprint.post("/<slug>/concept/weg")
@signed_in
def drop(slug: str) -> BaseResponse:
    """Throw away what one page of this person kept."""
    authorise(may_write_guide(current_user))
    session = db()
    guide = guide_at(session, slug) if slug else None
    tab = request.form.get("weg", "")
    if kept := find_typed(session, current_user.id, guide.slug if guide else "", tab):
        drop_same(session, current_user.id, guide.slug if guide else "", kept.fields)
        session.commit()
        flash(_("Weggegooid. Hieronder staat de tekst zoals hij is bewaard."), "info")
    return redirect(url_for(".edit", slug=guide.slug) if guide else url_for(".new"), 303)


@blueprint.get("/nieuw/<any(concept, voorbeeld, sjabloon):part>", defaults={"slug": ""})
@blueprint.get("/<slug>/<any(concept, voorbeeld):part>")
@signed_in
def back_to_form(slug: str, part: str) -> BaseResponse:
    """What a form keeps, and its preview, are shown in the form: lead there."""
    authorise(may_write_guide(current_user))
    return redirect(url_for(".edit", slug=slug) if slug else url_for(".new"), 303)


def _empty_form() -> GuideForm:
    kind = request.args.get("soort", "guide")
    language = "en" if request.args.get("taal") == "en" else "nl"
    body = template_for(kind, language) if "soort" in request.args else ""
    return GuideForm(
        texts={"soort": kind, "niveau": "starter", "beheer": "redacteur", "taal": language, "tekst": body},
        lists={"themas": [], "productgroepen": [], "verwant": []},
    )


def _is_saved(session: Session, guide: Guide | None) -> bool:
    """Say whether what was sent is the newest text: a page that keeps itself may come after its own "Bewaren"."""
    if guide is None:
        return False
    newest, typed = newest_revision(session, guide), typed_form(request.form)
    same = form_of(fields_of(newest), newest.number, original_of(session, guide))
    if typed.base != newest.number:  # its own "Bewaren" sent the note too
        same.texts["toelichting"] = newest.change_note or ""
    return is_same(typed, same) and not own_texts(request.form)


def _translated(desk: Desk, guide: Guide) -> bool:
    """Say of which guide this is the English one; False with an error at the field where that cannot be."""
    slug = desk.form.texts["vertaling"].strip()
    try:
        translate(desk.session, guide, find_by_address(desk.session, slug) if slug else None, actor=desk_actor())
    except Refused as refusal:
        desk.form.errors["vertaling"] = _(refusal.sentence) % refusal.values
        return False
    return True


def _save(desk: Desk, guide: Guide) -> Saved:
    """Save the form; where it clashes with what was saved meanwhile, as it was chosen on the page with both texts."""
    session, form, actor = desk.session, desk.form, desk_actor()
    fields = reviewed_fields(session, guide, form)
    assert fields is not None
    if own_texts(request.form) and unplaced(both := merge_with_newest(session, guide, fields, form.base), request.form):
        raise RevisionConflict(newest_revision(session, guide), both)
    try:
        return save_guide(session, guide, fields, form.base, Origin(note=form.note), actor=actor)
    except RevisionConflict as conflict:
        chosen = settle(conflict.merged, request.form) if conflict.merged else None
        if chosen is None:
            raise
        chosen = reviewed_by(chosen, fields_of(conflict.newest), actor.role)  # who goes with the day that was chosen
        origin = Origin(note=form.note, merged_with=conflict.newest.number)
        saved = save_guide(session, guide, chosen, conflict.newest.number, origin, actor=actor)
        taken = conflict.merged.taken if conflict.merged else ()
        return replace(saved, merged_with=conflict.newest, taken=taken)


def _after_saving(desk: Desk, slug: str, saved: Saved, unknown: str) -> BaseResponse:
    session = desk.session
    unsaved.forget(session, current_user.id, path_of(desk.slug, desk.tab))
    drop_source(session, current_user.id, desk.slug, desk.source)
    drop_same(session, current_user.id, desk.slug, request.form)
    for name in (_merged_words(session, desk, saved), unknown):
        if name:
            flash(name, "info")
    session.commit()
    if request.form.get("daarna") == "publiceren":
        return redirect(url_for("guide_desk.confirm_publishing", slug=slug), 303)
    if saved.changed:
        flash(_("Bewaard als concept. Bezoekers zien het pas als u publiceert."), "success")
    else:
        flash(_("Er was niets veranderd, dus er is geen nieuwe versie gemaakt."), "info")
    return redirect(url_for("guide_desk.edit", slug=slug), 303)


def _merged_words(session: Session, desk: Desk, saved: Saved) -> str:
    """Say from whom something came into the text that was saved, and in which fields."""
    if saved.merged_with is None:
        return ""
    people = saved_by(session, saved.merged_with, desk.form.base)
    others = [name or _("het bestand") for user_id, name in people if user_id != current_user.id]
    fields = ", ".join(taken_words(saved.taken))
    if not others:
        return str(_("Samengevoegd met wat u zelf in een ander tabblad bewaarde: %(fields)s.", fields=fields))
    names = ", ".join(others)
    return str(_("Samengevoegd met wat %(names)s intussen bewaarde: %(fields)s.", names=names, fields=fields))
