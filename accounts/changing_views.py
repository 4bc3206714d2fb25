"""/mijn/instellingen/wachtwoord and /mijn/instellingen/e-mailadres: changing how one signs in."""

from typing import cast

from flask import Blueprint, Response, current_app, flash, redirect, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as BaseResponse

from accounts import changing, sessions
from accounts.forms import hashed_new_password, need_local_passwords, new_password_errors, typed_address
from accounts.links import NEW_ADDRESS, make_link, read_link
from accounts.models import User
from accounts.passwords import words_of
from accounts.sign_in import fresh_sign_in
from accounts.tries import count_asking
from common import unsaved
from common.web.access import public, signed_in
from common.web.database import commit_now, db, no_store
from common.web.limits import limited
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields

blueprint = Blueprint("changing", __name__)

PATH = "/mijn/instellingen/e-mailadres"
_KEY = "adres_bevestigen"  # stays when somebody signs in to confirm: see accounts.forms.SURVIVES_SIGN_IN


def _present() -> User:
    return cast(User, current_user._get_current_object())


@blueprint.get("/mijn/instellingen/wachtwoord")
@signed_in
@fresh_sign_in
def password() -> Response:
    """Ask for a new password."""
    need_local_passwords()
    return no_store(render("accounts/password.html", errors=[]))


@blueprint.post("/mijn/instellingen/wachtwoord")
@signed_in
@fresh_sign_in
def save_password() -> BaseResponse:
    """Take the new password; all other browsers are signed out, this one is not."""
    need_local_passwords()
    person = _present()
    errors = new_password_errors(words_of(person))
    if errors:
        return no_store(render("accounts/password.html", status=422, errors=errors))
    commit_now()  # no lock while hashing
    hashed = hashed_new_password()
    changing.change_password(db(), person, hashed, means="settings", except_key=sessions.current_key())
    session["_user_id"] = person.fs_uniquifier
    flash(_("Uw wachtwoord is veranderd. In andere browsers bent u uitgelogd."), "success")
    db().commit()
    return redirect(url_for("changing.password"), 303)


@blueprint.get(PATH)
@signed_in
@fresh_sign_in
def address() -> Response:
    """Show the address of the account and ask for another."""
    kept = kept_fields(PATH)
    return _address_form(kept.get("email", "") if kept else "", [])


def _address_form(typed: str, errors: list[tuple[str, str]]) -> Response:
    page = render(
        "accounts/address.html", status=422 if errors else 200, typed=typed, errors=errors, keeper=keeper_fields(PATH)
    )
    return no_store(page)


@blueprint.post(PATH)
@signed_in
@fresh_sign_in
@limited("recovery")
def ask_new_address() -> BaseResponse:
    """Mail the new address a link and the old one a notice. The answer is always alike."""
    person = _present()
    new, error = typed_address()
    if not error and new == person.email:
        error = _("Dit is het adres dat u al hebt.")
    if error:
        return _address_form(new, [("email", error)])
    count_asking(person, "new-address")
    token = make_link(current_app.config["SECRET_KEY"], NEW_ADDRESS, person, new)
    changing.ask_new_address(db(), person, new, token)
    unsaved.forget(db(), person.id, PATH)
    flash(_("Wij stuurden een bericht naar %(address)s. Open de link daarin binnen 2 uur.", address=new), "success")
    db().commit()
    return redirect(url_for("changing.address"), 303)


@blueprint.get("/inloggen/adres/<token>")
@public
def open_link(token: str) -> BaseResponse:
    """Take the secret out of the address at once, so that no log, history or other page gets to see it."""
    session[_KEY] = token[:2000]
    answer = redirect(url_for("changing.confirm"), 303)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get(f"{PATH}/bevestigen")
@signed_in
@fresh_sign_in
def confirm() -> Response:
    """Show the new address and the button that makes it so."""
    new = _new_address()
    return no_store(render("accounts/address_confirm.html", new=new)) if new else _dead_link()


@blueprint.post(f"{PATH}/bevestigen")
@signed_in
@fresh_sign_in
def save_address() -> BaseResponse:
    """Make the new address that of the account, and tell both; all other browsers are signed out, this one is not."""
    new, person = _new_address(), _present()
    try:
        if not new or not changing.change_address(db(), person, new, except_key=sessions.current_key()):
            return _dead_link()
        db().commit()
    except IntegrityError:  # somebody else took it in the same moment
        db().rollback()
        return _dead_link()
    session.pop(_KEY)
    session["_user_id"] = person.fs_uniquifier
    flash(_("Uw e-mailadres is veranderd. Log voortaan in met %(address)s.", address=new), "success")
    flash(_("In andere browsers bent u uitgelogd."), "success")
    return redirect(url_for("changing.address"), 303)


def _new_address() -> str:
    """Return the address that the link opened in this browser is about, when it works and is this person's."""
    found = read_link(db(), current_app.config["SECRET_KEY"], NEW_ADDRESS, session.get(_KEY, ""))
    return found[1] if found and found[0].id == current_user.id else ""


def _dead_link() -> Response:
    return no_store(render("accounts/dead_link.html", status=404, recovery=False))
