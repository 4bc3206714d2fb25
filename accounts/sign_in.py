"""Signing in and out: Flask-Security, with our pages and addresses."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec

from flask import Flask, Response, after_this_request, current_app, g, redirect, request, session, url_for
from flask_login import current_user, user_logged_in, user_logged_out
from flask_security import Security, SQLAlchemySessionUserDatastore, user_authenticated
from sqlalchemy.orm import scoped_session
from werkzeug.wrappers import Response as BaseResponse

from accounts import openid, second_factor, sessions
from accounts.forms import FreshSignInForm, SignInForm
from accounts.known_browsers import remember_browser
from accounts.mails import OutboxOnly
from accounts.models import Role, User
from accounts.passwords import SHORTEST, Passwords
from accounts.people import authority_codes, is_staff
from accounts.security_events import note
from accounts.sign_in_models import Passkey
from common import unsaved
from common.clock import now
from common.database import Database
from common.web.access import is_own_path, page_of_form, to_sign_in
from common.web.database import commit_now, db, no_store
from common.web.languages import href
from common.web.rendering import render
from common.web.unsaved import keep_what_was_typed

P = ParamSpec("P")

FRESH = timedelta(minutes=10)
"""How long after signing in somebody may change how he signs in, and who may do what."""
SETTINGS: dict[str, Any] = {
    "SECURITY_LOGIN_URL": "/inloggen",
    "SECURITY_LOGOUT_URL": "/uitloggen",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_LOGIN_USER_TEMPLATE": "accounts/sign_in.html",
    "SECURITY_POST_LOGIN_VIEW": "website.after_sign_in",
    "SECURITY_POST_LOGOUT_VIEW": "website.home",
    "SECURITY_VERIFY_URL": "/inloggen/opnieuw",
    "SECURITY_VERIFY_TEMPLATE": "accounts/fresh_sign_in.html",
    "SECURITY_POST_VERIFY_VIEW": "website.after_sign_in",
    "SECURITY_FRESHNESS": FRESH,
    "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(0),
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST,
    "SECURITY_PASSWORD_NORMALIZE_FORM": "NFKD",
    # Recovery and change are views of our own: Flask-Security's tell by the time they take who has an account.
    "SECURITY_REGISTERABLE": False,
    "SECURITY_RECOVERABLE": False,
    "SECURITY_CHANGEABLE": False,
    "SECURITY_SEND_REGISTER_EMAIL": False,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_DEFAULT_REMEMBER_ME": False,
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_CACHE_CONTROL": {},  # it writes "no-store=True", which is no word that a cache knows: see _finish
    "SECURITY_FLASH_MESSAGES": False,
    "SECURITY_DATETIME_FACTORY": now,
}


def init_accounts(app: Flask, database: Database) -> SQLAlchemySessionUserDatastore:
    """Set up sign-in on the site's own session and pages."""
    for name, value in {**SETTINGS, **second_factor.SETTINGS}.items():
        app.config.setdefault(name, value)
    datastore = SQLAlchemySessionUserDatastore(_as_session(database.session), User, Role, Passkey)
    security = Security(
        app,
        datastore,
        render_template=_render,  # type: ignore[arg-type]  # a response will do as well
        login_form=SignInForm,
        verify_form=FreshSignInForm,
        mail_util_cls=OutboxOnly,
        password_util_cls=Passwords,
    )
    # Flask-Security also takes tokens, which never expire and outlive signing out: only the session counts here.
    security.login_manager.request_loader(lambda _request: None)
    # Nor does it answer in JSON: there is one way in, and it is a page.
    security.want_json(lambda _request: False)
    security.unauthn_handler(lambda *_details, **_more: to_sign_in())
    security.reauthn_handler(lambda *_details, **_more: to_fresh_sign_in())
    _listen(app)
    second_factor.init_second_factor(app, security)
    sessions.init_sessions(app, security)
    openid.init_openid(app)
    return datastore


def _listen(app: Flask) -> None:
    """Note who comes and goes, and give templates what they need to know of a person."""
    user_logged_in.connect(_tidy_up, app)
    user_authenticated.connect(_note_signed_in, app)
    user_logged_out.connect(_note_signed_out, app)
    app.after_request(_finish)

    @app.context_processor
    def person() -> dict[str, Any]:
        return {
            "current_user_is_staff": is_staff(current_user),
            "current_user_has_authority": bool(authority_codes(current_user)),
            "local_passwords": current_app.config["LOCAL_PASSWORDS"],
            "sign_in_providers": openid.enabled_providers,
            "next_page": next_page,
        }


def _as_session(session: Any) -> scoped_session[Any]:
    return session  # type: ignore[no-any-return]


def next_page() -> str:
    """Return the page of this site to which the present request wants to be led after signing in, or nothing."""
    wanted = request.values.get("next", "")
    return wanted if is_own_path(wanted) else ""


def _tidy_up(_app: Flask, **_details: Any) -> None:
    """Begin with forms of one's own and without kept input older than a week; signing in commits it."""
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
    unsaved.forget_old(db())


def _note_signed_in(_app: Flask, user: User, authn_via: list[str] | None = None, **_details: Any) -> None:
    """Note that somebody is in, and let this browser be known from now on; the view that let him in commits."""
    user.last_sign_in_at = now()
    note(db(), "session.signed-in", user.id, details={"means": "+".join(authn_via or ["password"])})
    remember_browser(user)


def _note_signed_out(_app: Flask, user: User | None = None, **_details: Any) -> None:
    """Note that somebody signed out himself; a session that ends by itself does so while a page is read."""
    if request.method != "POST" or user is None or not user.is_authenticated:
        return
    note(db(), "session.signed-out", user.id)

    @after_this_request
    def keep(response: Response) -> Response:
        commit_now()
        return response


def _finish(response: Response) -> Response:
    """Keep answers of Flask-Security out of caches, and let a form that worked answer 303, as in other views."""
    if not (request.endpoint or "").startswith("security."):
        return response
    if request.method == "POST" and response.status_code == 302:
        response.status_code = 303
    return no_store(response)


def _render(template: str, **context: Any) -> Response:
    """Render a page of Flask-Security in our frame; a form that comes back was refused, and says so with 422."""
    return no_store(render(template, status=422 if request.method == "POST" else 200, **context))


def is_fresh() -> bool:
    """Say whether the present person signed in, or proved himself again, in the last ten minutes."""
    age = now().timestamp() - float(session.get("fs_paa") or 0)
    return -FRESH.total_seconds() < age < FRESH.total_seconds()


def fresh_sign_in(view: Callable[P, Any]) -> Callable[P, Any]:
    """Ask for the password or passkey again when signing in is more than ten minutes ago. Stands under @signed_in.

    What was typed in a form with `keeper_fields` is kept (never passwords) and is there when the person comes back.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        return view(*args, **kwargs) if is_fresh() else to_fresh_sign_in()

    return guarded


def to_fresh_sign_in() -> BaseResponse:
    """Send a person to the page that asks who he is once more, and back afterwards."""
    keep_what_was_typed()
    wanted = request.full_path.rstrip("?") if request.method == "GET" else page_of_form()
    target = url_for("security.verify", next=href(wanted))
    if request.headers.get("HX-Request") == "true":
        return Response(status=401, headers={"HX-Redirect": target})
    return redirect(target, 303)
