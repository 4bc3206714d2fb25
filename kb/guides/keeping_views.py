"""/redactie/gidsen/<slug>/beheer: the address of a guide, who keeps it, four eyes, its end and its return."""

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole, User
from common.errors import Refused
from common.typed import clean_text
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields
from kb.guides.desk import guides_like, row_of
from kb.guides.desk_blueprint import blueprint, desk_actor, guide_at
from kb.guides.ending import bring_back, endings_of, place_to_go, reason_of, standing_end, unpublish, withdraw
from kb.guides.entrusting import NoKeeper, entrust, possible_keepers
from kb.guides.mails import telling_who_scheduled
from kb.guides.models import Guide
from kb.guides.renaming import address_in, former_addresses, rename
from kb.guides.writing import newest_revision
from kb.permissions import may_entrust_guide, may_publish_guide


@blueprint.get("/<slug>/beheer")
@signed_in
def keeping(slug: str) -> Response:
    """What belongs to a guide and not to one text of it, each with its own form."""
    authorise(may_publish_guide(current_user))
    session = db()
    return _page(session, guide_at(session, slug))


@blueprint.post("/<slug>/beheer/adres")
@signed_in
def change_address(slug: str) -> BaseResponse:
    """Give the guide another address; the old one leads on."""
    authorise(may_publish_guide(current_user))
    session = db()
    guide = guide_at(session, slug)
    wanted = address_in(request.form.get("adres", ""))
    try:
        old = rename(session, guide, wanted, actor=desk_actor())
    except Refused as refusal:
        session.rollback()
        return _page(session, guide_at(session, slug), status=422, errors={"adres": _words(refusal)})
    session.commit()
    if old == guide.slug:
        flash(_("Dit adres had de gids al."), "info")
    else:
        flash(_("De gids heet nu /kennisbank/%(slug)s. Oude links werken nog.", slug=guide.slug), "success")
    return redirect(url_for(".keeping", slug=guide.slug), 303)


@blueprint.post("/<slug>/beheer/instellingen")
@signed_in
def change_settings(slug: str) -> BaseResponse:
    """Say who keeps the guide, and whether a second person looks before it is public."""
    authorise(may_entrust_guide(current_user))
    session = db()
    guide = guide_at(session, slug)
    chosen = request.form.get("beheerder", "")
    keeper = session.get(User, stored_number(chosen)) if chosen.isdecimal() and len(chosen) < 10 else None
    try:
        if chosen and keeper is None:
            raise NoKeeper
        changed = entrust(session, guide, keeper, request.form.get("vier_ogen") == "ja", actor=desk_actor())
    except NoKeeper:
        return _page(session, guide, status=422, errors={"beheerder": _("Kies iemand uit de lijst.")})
    session.commit()
    flash(_("Bewaard.") if changed else _("Er was niets veranderd."), "success" if changed else "info")
    return redirect(url_for(".keeping", slug=guide.slug), 303)


@blueprint.post("/<slug>/beheer/einde")
@signed_in
def end(slug: str) -> BaseResponse:
    """Withdraw the guide, or take it off the site; readers see why, and where they go instead."""
    authorise(may_publish_guide(current_user))
    session = db()
    guide = guide_at(session, slug)
    how = {"intrekken": withdraw, "weghalen": unpublish}.get(request.form.get("hoe", ""))
    reason, instead = clean_text(request.form.get("reden", "")), address_in(request.form.get("in_plaats", "")) or None
    errors = _wrong_about_end(session, guide, reason, instead)
    if how is None or errors:
        none = {} if how else {"hoe": _("Kies wat er met de pagina gebeurt.")}
        return _page(session, guide, status=422, errors=none | errors)
    try:
        with telling_who_scheduled(session, guide, current_user):
            how(session, guide, reason, instead, actor=desk_actor())
    except Refused as refusal:
        return _page(session, guide, status=422, errors={"reden": _words(refusal)})
    session.commit()
    flash(_("De gids staat niet meer op de site. U kunt hem hier terugzetten."), "success")
    return redirect(url_for(".keeping", slug=guide.slug), 303)


@blueprint.post("/<slug>/beheer/terug")
@signed_in
def back(slug: str) -> BaseResponse:
    """Put a guide that ended back on the site."""
    authorise(may_publish_guide(current_user))
    session = db()
    guide = guide_at(session, slug)
    try:
        bring_back(session, guide, clean_text(request.form.get("reden_terug", "")), actor=desk_actor())
    except Refused as refusal:
        return _page(session, guide, status=422, errors={"reden_terug": _words(refusal)})
    session.commit()
    flash(_("De gids staat weer op de site."), "success")
    return redirect(url_for(".keeping", slug=guide.slug), 303)


@blueprint.get("/<slug>/beheer/<any(adres, instellingen, einde, terug):act>")
@signed_in
def back_to_keeping(slug: str, act: str) -> BaseResponse:
    """Each of the acts is done on one page: lead there."""
    authorise(may_publish_guide(current_user))
    return redirect(url_for(".keeping", slug=slug), 303)


def _wrong_about_end(session: Session, guide: Guide, reason: str, instead: str | None) -> dict[str, str]:
    """Return all that is wrong with why a guide ends and where its readers go, by field."""
    errors = {}
    try:
        reason_of(reason)
    except Refused as refusal:
        errors["reden"] = _words(refusal)
    try:
        place_to_go(session, guide, instead)
    except Refused as refusal:
        errors["in_plaats"] = _words(refusal)
    return errors


def _words(refusal: Refused) -> str:
    return str(_(refusal.sentence) % refusal.values)


def _page(session: Session, guide: Guide, *, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    newest = newest_revision(session, guide)
    context: dict[str, Any] = {
        "slug": guide.slug,
        "title": newest.title,
        "row": row_of(session, guide.slug),
        "owner": newest.owner if newest.owner in list(StaffRole) else StaffRole.EDITOR.value,
        "offered": guides_like(session, newest.themes, {guide.slug}, only_public=True),
        "guide": guide,
        "typed": request.form,
        "errors": errors or {},
        "former": former_addresses(session, guide),
        "ending": standing_end(session, guide),
        "endings": endings_of(session, guide),
        "may_entrust": may_entrust_guide(current_user),
        "keepers": possible_keepers(session) if may_entrust_guide(current_user) else [],
        "keeper": session.get(User, guide.keeper_id) if guide.keeper_id else None,
        "keeper_fields": keeper_fields,
        "page_path": url_for(".keeping", slug=guide.slug),
    }
    return no_store(render("kb/guides/keeping.html", status=status, **context))
