"""Signing in and out: Flask-Security, with our pages and addresses."""

from datetime import timedelta
from typing import Any

from flask import Flask, Response, request
from flask_login import current_user, user_logged_in
from flask_security import Security, SQLAlchemySessionUserDatastore
from sqlalchemy.orm import scoped_session

from accounts import openid, second_factor, sessions
from accounts.models import Role, User
from accounts.people import authority_codes, is_staff
from accounts.sign_in_models import Passkey
from common import unsaved
from common.clock import now
from common.database import Database
from common.web.database import db, no_store
from common.web.rendering import render

SETTINGS: dict[str, Any] = {
    "SECURITY_LOGIN_URL": "/inloggen",
    "SECURITY_LOGOUT_URL": "/uitloggen",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_LOGIN_USER_TEMPLATE": "accounts/sign_in.html",
    "SECURITY_POST_LOGIN_VIEW": "website.after_sign_in",
    "SECURITY_POST_LOGOUT_VIEW": "website.home",
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_LENGTH_MIN": 12,
    "SECURITY_REGISTERABLE": False,
    "SECURITY_RECOVERABLE": False,
    "SECURITY_CHANGEABLE": False,
    "SECURITY_SEND_REGISTER_EMAIL": False,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_DEFAULT_REMEMBER_ME": False,
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_FRESHNESS": timedelta(seconds=-1),  # no page that asks the password again, until there is a need for it
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_FLASH_MESSAGES": False,
    "SECURITY_DATETIME_FACTORY": now,
}


def init_accounts(app: Flask, database: Database) -> SQLAlchemySessionUserDatastore:
    """Set up sign-in on the site's own session and pages."""
    for name, value in {**SETTINGS, **second_factor.SETTINGS}.items():
        app.config.setdefault(name, value)
    datastore = SQLAlchemySessionUserDatastore(_as_session(database.session), User, Role, Passkey)
    user_logged_in.connect(_forget_old_input, app)
    security = Security(app, datastore, render_template=_render)  # type: ignore[arg-type]  # a response will do as well
    # Flask-Security also takes tokens, which never expire and outlive signing out: only the session counts here.
    security.login_manager.request_loader(lambda _request: None)
    # Nor does it answer in JSON: there is one way in, and it is a page.
    security.want_json(lambda _request: False)
    second_factor.init_second_factor(app, security)
    sessions.init_sessions(app, security)
    openid.init_openid(app)

    @app.context_processor
    def person() -> dict[str, Any]:
        return {
            "current_user_is_staff": is_staff(current_user),
            "current_user_has_authority": bool(authority_codes(current_user)),
        }

    return datastore


def _as_session(session: Any) -> scoped_session[Any]:
    return session  # type: ignore[no-any-return]


def _forget_old_input(_app: Flask, **_details: Any) -> None:
    """Drop kept input older than a week whenever somebody signs in; sign-in commits it."""
    unsaved.forget_old(db())


def _render(template: str, **context: Any) -> Response:
    """Render a page of Flask-Security in our frame; a form that comes back was refused, and says so with 422."""
    return no_store(render(template, status=422 if request.method == "POST" else 200, **context))
