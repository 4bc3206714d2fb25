"""The second step: setting it up, its recovery codes, and giving it while one signs in."""

from flask import Blueprint, Response, make_response, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts import passkeys, second_factor, second_step
from accounts.models import User
from accounts.sign_in import fresh_sign_in
from accounts.tries import begin_try
from common.web.access import authorise, public, signed_in
from common.web.database import db, no_store
from common.web.rendering import render

blueprint = Blueprint("second_step", __name__)
blueprint.before_app_request(second_step.set_up_first)


@blueprint.get("/mijn/instellingen/tweede-stap")
@signed_in
@fresh_sign_in
def manage() -> Response:
    """Show how the second step stands, or how to set it up."""
    if second_factor.has_app(current_user):
        return no_store(render("accounts/second_step.html", may_remove=second_factor.may_lose(current_user, app=True)))
    return _set_up_page(second_factor.new_secret(current_user))


@blueprint.post("/mijn/instellingen/tweede-stap")
@signed_in
@fresh_sign_in
def set_up() -> BaseResponse:
    """Take the first code of the app: it works, so from now on it is asked."""
    seal = request.form.get("verzegeld", "")
    secret = second_factor.opened_secret(current_user, seal)
    if second_factor.has_app(current_user):
        return redirect(url_for("second_step.manage"), 303)
    if secret is None:
        fresh = second_factor.new_secret(current_user)
        return _set_up_page(fresh, _("Deze sleutel is verlopen. Scan de nieuwe code hieronder."))
    if not second_factor.accept_app(current_user, secret, request.form.get("code", "")):
        return _set_up_page(seal, _("Deze code klopt niet. Wacht op de volgende code in de app en typ die over."))
    return _made_sure_of_codes(url_for("second_step.manage"))


def _set_up_page(seal: str, error: str = "") -> Response:
    secret = second_factor.opened_secret(current_user, seal)
    page = render(
        "accounts/second_step_set_up.html",
        status=422 if error else 200,
        error=error,
        seal=seal,
        required=second_factor.second_step_required(current_user) and not second_factor.has_second_step(current_user),
        **second_factor.set_up_values(current_user, str(secret)),
    )
    return no_store(page)


def _made_sure_of_codes(otherwise: str) -> BaseResponse:
    """Commit, with recovery codes for whoever has none, and lead to the page that shows them."""
    if not second_factor.codes_left(current_user):
        session[second_factor.CODES] = second_factor.make_codes(current_user, first=True)
        otherwise = url_for("second_step.recovery_codes")
    db().commit()
    return redirect(otherwise, 303)


@blueprint.get("/mijn/instellingen/tweede-stap/weghalen")
@signed_in
@fresh_sign_in
def ask_removal() -> BaseResponse:
    """Ask whether the app may go."""
    if not second_factor.has_app(current_user):
        return redirect(url_for("second_step.manage"), 303)
    authorise(second_factor.may_lose(current_user, app=True))
    return no_store(render("accounts/second_step_remove.html"))


@blueprint.post("/mijn/instellingen/tweede-stap/weghalen")
@signed_in
@fresh_sign_in
def remove() -> BaseResponse:
    """Take the app away."""
    if second_factor.has_app(current_user):
        authorise(second_factor.may_lose(current_user, app=True))
        second_factor.remove_app(current_user)
        db().commit()
    return redirect(url_for("settings.index"), 303)


@blueprint.get("/mijn/instellingen/herstelcodes")
@signed_in
@fresh_sign_in
def recovery_codes() -> Response:
    """Say how many codes are left; show new ones, the one time that they were just made."""
    seal = session.pop(second_factor.CODES, "")
    return no_store(
        render(
            "accounts/recovery_codes.html",
            codes=second_factor.opened_codes(current_user, seal) if seal else [],
            seal=seal,
            state=second_factor.state_of_codes(current_user),
            left=second_factor.codes_left(current_user),
            few=second_factor.FEW_CODES,
            has_second_step=second_factor.has_second_step(current_user),
        )
    )


@blueprint.post("/mijn/instellingen/herstelcodes")
@signed_in
@fresh_sign_in
def make_recovery_codes() -> BaseResponse:
    """Make new codes in place of the old ones."""
    if second_factor.has_second_step(current_user):
        session[second_factor.CODES] = second_factor.make_codes(current_user)
        db().commit()
    return redirect(url_for("second_step.recovery_codes"), 303)


@blueprint.post("/mijn/instellingen/herstelcodes/bestand")
@signed_in
def recovery_code_file() -> BaseResponse:
    """Return the codes on the page as a text file; the page holds them sealed, for nothing here can read them twice.

    Asks no fresh sign-in: the seal is this person's and ten minutes old at most, and leading away loses the codes.
    """
    codes = second_factor.opened_codes(current_user, request.form.get("verzegeld", ""))
    if not codes:
        return redirect(url_for("second_step.recovery_codes"), 303)
    title = _("Herstelcodes van Manifestkompas. Elke code werkt één keer.")
    answer = make_response("\r\n".join([title, "", *codes, ""]))
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    answer.headers["Content-Disposition"] = "attachment; filename=manifestkompas-herstelcodes.txt"
    return no_store(answer)


@blueprint.get("/inloggen/code")
@public
def ask() -> BaseResponse:
    """Ask who gave a right password for the second step."""
    user = second_step.waiting_person()
    return _ask_page(user) if user else _begin_again()


@blueprint.post("/inloggen/code")
@public
def check() -> BaseResponse:
    """Take a code of the app or a recovery code, and let in."""
    user = second_step.waiting_person()
    if user is None:
        return _begin_again()
    attempt = begin_try(user, means="code")
    db().refresh(user, with_for_update=True)  # read again: two with the same code at once are one too many
    code, recovery_code = request.form.get("code", ""), request.form.get("herstelcode", "")
    by = "code" if second_factor.app_code_fits(user, code) else "recovery"
    if by == "recovery" and not second_factor.use_code(user, recovery_code):
        attempt.failed()
        return _ask_page(user, _("Deze code klopt niet, of is al gebruikt. Probeer een nieuwe code."))
    attempt.worked()
    answer = second_step.let_in(user, by)
    db().commit()
    return answer


def _begin_again() -> BaseResponse:
    second_step.stop_waiting()
    there = second_step.landing("") if current_user.is_authenticated else url_for("security.login")
    return redirect(there, 303)


def _ask_page(user: User, error: str = "") -> Response:
    page = render(
        "accounts/second_step_code.html",
        status=422 if error else 200,
        error=error,
        with_recovery_code="herstelcode" in request.values,
        has_app=second_factor.has_app(user),
        has_passkey=bool(user.webauthn) and passkeys.possible(),
        has_codes=bool(second_factor.codes_left(user)),
    )
    return no_store(page)
