"""Signing in and out: Flask-Security, with our pages and addresses."""

from typing import Any

from flask import Flask
from flask_login import current_user
from flask_security import Security, SQLAlchemySessionUserDatastore
from sqlalchemy.orm import scoped_session

from accounts.models import Role, User
from accounts.people import authority_codes, is_staff
from common.database import Database

SETTINGS: dict[str, Any] = {
    "SECURITY_LOGIN_URL": "/inloggen",
    "SECURITY_LOGOUT_URL": "/uitloggen",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_LOGIN_USER_TEMPLATE": "accounts/sign_in.html",
    "SECURITY_POST_LOGIN_VIEW": "website.after_sign_in",
    "SECURITY_POST_LOGOUT_VIEW": "website.home",
    "SECURITY_UNAUTHORIZED_VIEW": None,
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
    "SECURITY_FRESHNESS_GRACE_PERIOD": None,
    "SECURITY_AUTO_LOGIN_AFTER_RESET": False,
}


def init_accounts(app: Flask, database: Database) -> SQLAlchemySessionUserDatastore:
    """Set up sign-in on the site's own session and pages."""
    for name, value in SETTINGS.items():
        if value is not None:
            app.config.setdefault(name, value)
    datastore = SQLAlchemySessionUserDatastore(_as_session(database.session), User, Role)
    Security(app, datastore)

    @app.context_processor
    def person() -> dict[str, Any]:
        return {
            "current_user_is_staff": is_staff(current_user),
            "current_user_has_authority": bool(authority_codes(current_user)),
        }

    return datastore


def _as_session(session: Any) -> scoped_session[Any]:
    return session  # type: ignore[no-any-return]
