"""Passkeys: making, listing and removing them, and coming in with one. assets/js/passkeys.js talks to the browser."""

from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import login_user
from werkzeug.wrappers import Response as BaseResponse

from accounts import passkeys, second_factor, second_step
from accounts.forms import begin_new_session
from accounts.models import User
from accounts.names import name_problem, typed_name
from accounts.passkeys import PasskeyRefused
from accounts.sign_in import fresh_sign_in
from accounts.sign_in_models import Passkey
from common.clock import now
from common.web.access import authorise, public, signed_in
from common.web.database import db, no_store
from common.web.rendering import render

blueprint = Blueprint("passkeys", __name__)


@blueprint.app_context_processor
def _possible() -> dict[str, Any]:
    return {"passkeys_possible": passkeys.possible}


@blueprint.get("/mijn/instellingen/passkeys")
@signed_in
@fresh_sign_in
def index() -> Response:
    """List one's passkeys, and offer to make one."""
    return _page()


def _page(error: str = "", field: str = "naam") -> Response:
    page = render(
        "accounts/passkeys.html",
        status=422 if error else 200,
        error=error,
        field=field,
        name=request.form.get("naam", ""),
        may_remove=second_factor.may_lose(current_user, passkeys=1),
    )
    return no_store(page)


@blueprint.post("/mijn/instellingen/passkeys/opties")
@signed_in
@fresh_sign_in
def making_options() -> Response:
    """Tell the browser what passkey to make."""
    return no_store(jsonify(passkeys.making_options(current_user)))


@blueprint.post("/mijn/instellingen/passkeys")
@signed_in
@fresh_sign_in
def make() -> BaseResponse:
    """Keep the passkey that the browser made, under the name that the person gave it."""
    name = typed_name(request.form.get("naam", ""))
    if not name or len(name) > passkeys.LONGEST_NAME:
        return _page(_("Geef de passkey een naam van hoogstens 64 tekens, zoals „Telefoon“."))
    if problem := name_problem(name, passkeys.LONGEST_NAME):
        return _page(problem)
    if name.casefold() in {one.name.casefold() for one in current_user.webauthn}:
        return _page(_("U hebt al een passkey met deze naam. Kies een andere naam."))
    if not request.form.get("credential"):
        return _page(_("Een passkey maken werkt alleen met JavaScript in uw browser."), "passkey-maken")
    try:
        passkeys.keep_made(current_user, name, request.form["credential"])
    except PasskeyRefused:
        return _page(_("De passkey is niet bewaard. Probeer het nog eens."), "passkey-maken")
    target = url_for("passkeys.index")
    if not second_factor.codes_left(current_user):
        session[second_factor.CODES] = second_factor.make_codes(current_user, first=True)
        target = url_for("second_step.recovery_codes")
    db().commit()
    return redirect(target, 303)


def _own(passkey_id: int) -> Passkey:
    found = db().get(Passkey, passkey_id)
    authorise(found is not None and found.user_id == current_user.id, hidden=True)
    if found is None:
        abort(404)
    authorise(second_factor.may_lose(current_user, passkeys=1))
    return found


@blueprint.get("/mijn/instellingen/passkeys/<int:passkey_id>/weghalen")
@signed_in
@fresh_sign_in
def ask_removal(passkey_id: int) -> Response:
    """Ask whether the passkey may go."""
    return no_store(render("accounts/passkey_remove.html", passkey=_own(passkey_id)))


@blueprint.post("/mijn/instellingen/passkeys/<int:passkey_id>/weghalen")
@signed_in
@fresh_sign_in
def remove(passkey_id: int) -> BaseResponse:
    """Take a passkey of one's own away."""
    passkeys.remove(current_user, _own(passkey_id))
    db().commit()
    return redirect(url_for("passkeys.index"), 303)


def _purpose() -> tuple[str, User | None]:
    """Return what a passkey is asked for in this browser, and of whom it must be (None: of anybody)."""
    if current_user.is_authenticated:
        return "fresh", current_user._get_current_object()
    waiting = second_step.waiting_person()
    return ("second-step", waiting) if waiting else ("way-in", None)


@blueprint.post("/inloggen/passkey/opties")
@public
def proving_options() -> Response:
    """Tell the browser which passkey to prove."""
    purpose, user = _purpose()
    return no_store(jsonify(passkeys.proving_options(user, purpose)))


@blueprint.get("/inloggen/passkey")
@public
def ask() -> Response:
    """Offer to come in with a passkey, and the other ways."""
    return _ask_page()


def _ask_page(error: str = "") -> Response:
    purpose, _user = _purpose()
    page = render(
        "accounts/passkey.html",
        status=422 if error else 200,
        error=error,
        purpose=purpose,
        wanted=request.values.get("next", ""),
    )
    return no_store(page)


@blueprint.post("/inloggen/passkey")
@public
def prove() -> BaseResponse:
    """Take the browser's proof of a passkey: as the way in, as second step, or as a fresh sign-in."""
    purpose, expected = _purpose()
    if not request.form.get("credential"):
        return _ask_page(_("Een passkey werkt alleen met JavaScript in uw browser. Kies een andere manier."))
    try:
        found = passkeys.proved(request.form["credential"], purpose)
    except PasskeyRefused:
        message = _("Deze passkey hoort niet bij een account hier, of de controle lukte niet. Probeer het nog eens.")
        return _ask_page(message)
    if expected is not None and found.user.id != expected.id:
        return _ask_page(_("Deze passkey is van een ander account."))
    answer: BaseResponse = redirect(second_step.landing(request.form.get("next", "")), 303)
    if purpose == "second-step":
        answer = second_step.let_in(found.user, "passkey")
    elif purpose == "way-in":
        begin_new_session()
        login_user(found.user, remember=False, authn_via=["passkey"])
    else:
        session["fs_paa"] = now().timestamp()
    db().commit()
    return answer
