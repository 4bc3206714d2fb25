"""What is held about a person: to read, to download, and to have removed."""

from flask import Blueprint, Response, abort, flash, make_response, redirect, request, url_for
from flask import session as browser_session
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from accounts.addresses import address_key
from accounts.memberships import NotPossible
from accounts.models import StaffRole, User
from accounts.people import actor_for
from accounts.permissions import may_erase_person
from accounts.privacy import ERASED_NAME, erase, is_last_coordinator_of
from accounts.security_events import note
from accounts.sign_in import fresh_sign_in
from accounts.staff_roles import is_last_administrator
from common.clock import today
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from website.people.forms import reason_in, reason_problem
from website.people.reading import organisations
from website.people.words import why_not
from website.privacy import amounts, as_file

blueprint = Blueprint("privacy", __name__)


@blueprint.app_template_filter("person")
def person_name(name: str | None) -> str:
    """Return a person's name for the screen; who was removed is a former member of staff, in the page's language."""
    return str(_("oud-medewerker")) if name == ERASED_NAME else name or ""


@blueprint.get("/mijn/instellingen/gegevens")
@signed_in
def held() -> Response:
    """What is held about the person, in words and numbers, with the ways to get it and to have it removed."""
    return no_store(
        render(
            "website/privacy/held.html",
            amounts=amounts(db(), _me()),
            is_last=is_last_administrator(db(), _me()),
            keeper=keeper_fields("/mijn/instellingen/gegevens"),
        )
    )


@blueprint.post("/mijn/instellingen/gegevens")
@signed_in
@fresh_sign_in
def download() -> BaseResponse:
    """Hand out everything that is held about the person, as one JSON file; his account says that this was done."""
    session = db()
    content = as_file(session, _me())
    note(session, "account.exported", current_user.id)
    session.commit()
    response = make_response(content)
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="mijn-gegevens-{today().isoformat()}.json"'
    return no_store(response)


@blueprint.get("/mijn/instellingen/gegevens/verwijderen")
@signed_in
@fresh_sign_in
def confirm() -> Response:
    """What removing means, and the field that makes sure that it is meant."""
    return _own_page()


@blueprint.post("/mijn/instellingen/gegevens/verwijderen")
@signed_in
@fresh_sign_in
def remove() -> BaseResponse:
    """Erase the person who asks for it, and sign him out everywhere."""
    session, person, typed = db(), _me(), request.form.get("adres", "").strip()
    if address_key(typed) != person.email:
        return _own_page(typed, str(_("Typ het adres waarmee u inlogt.")))
    try:
        erase(session, person)
    except NotPossible as refusal:
        session.rollback()
        return _own_page(typed, why_not(refusal.why))
    session.commit()
    browser_session.clear()
    flash(_("Uw account is verwijderd. U bent uitgelogd."), "success")
    return redirect(url_for("website.home"), 303)


@blueprint.get("/redactie/mensen/<int:user_id>/verwijderen")
@signed_in
@fresh_sign_in
def confirm_for(user_id: int) -> BaseResponse:
    """What removing somebody who asked for it means, and the form for the reason."""
    authorise(may_erase_person(current_user))
    if user_id == current_user.id:
        return redirect(url_for("privacy.confirm"), 303)
    kept = kept_fields(_desk_path(user_id))
    return _desk_page(_load(db(), user_id), reason_in(kept) if kept else "")


@blueprint.post("/redactie/mensen/<int:user_id>/verwijderen")
@signed_in
@fresh_sign_in
def remove_for(user_id: int) -> BaseResponse:
    """Erase somebody who asked staff for it."""
    authorise(may_erase_person(current_user))
    if user_id == current_user.id:
        return redirect(url_for("privacy.confirm"), 303)
    session, reason = db(), reason_in(request.form)
    person = _load(session, user_id)
    if problem := reason_problem(reason):
        return _desk_page(person, reason, problem)
    try:
        erase(session, person, actor=actor_for(current_user, StaffRole.ADMINISTRATOR), reason=reason)
    except NotPossible as refusal:
        session.rollback()
        return _desk_page(person, reason, why_not(refusal.why))
    session.commit()
    flash(_("Het account is verwijderd."), "success")
    return redirect(url_for("people_desk.index"), 303)


def _me() -> User:
    """Return the signed-in person himself, and not the proxy that stands for him."""
    return db().get_one(User, current_user.id)


def _load(session: Session, user_id: int) -> User:
    found = session.get(User, user_id)
    return found if found and found.erased_at is None else abort(404)


def _desk_path(user_id: int) -> str:
    return f"/redactie/mensen/{user_id}/verwijderen"


def _last_of(person: User) -> list[str]:
    """Return the names of the organisations that lose their last coördinator."""
    codes = is_last_coordinator_of(db(), person)
    names = organisations(db(), codes)
    return [names[code].name if code in names else code for code in codes]


def _own_page(typed: str = "", error: str = "") -> Response:
    return no_store(
        render(
            "website/privacy/remove.html",
            status=422 if error else 200,
            last_of=_last_of(_me()),
            is_last=is_last_administrator(db(), _me()),
            typed=typed,
            error=error,
            keeper=keeper_fields("/mijn/instellingen/gegevens/verwijderen"),
        )
    )


def _desk_page(person: User, reason: str = "", error: str = "") -> Response:
    return no_store(
        render(
            "website/privacy/remove_for.html",
            status=422 if error else 200,
            person=person,
            last_of=_last_of(person),
            is_last=is_last_administrator(db(), person),
            reason=reason,
            error=error,
            keeper=keeper_fields(_desk_path(person.id)),
        )
    )
