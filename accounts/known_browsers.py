"""Browsers that signed in to an account before: a signed cookie says so, and their failures are counted apart.

After OWASP's "device cookies": a stranger who types wrong passwords on purpose makes strangers wait, and not the owner.
The cookie holds a random number and the numbers of the accounts; it opens nothing by itself.
"""

import secrets
from typing import Any

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from accounts.models import User

KEPT_SECONDS = 365 * 24 * 60 * 60
MOST_ACCOUNTS = 5
"""Accounts that one browser is known for, the newest first."""


def cookie_name() -> str:
    """Return the cookie's name: on https only this host can set it."""
    return "__Host-bekend" if current_app.config["SESSION_COOKIE_SECURE"] else "bekend"


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="bekende-browser")


def _read() -> tuple[str, list[int]]:
    """Return the browser's random number and its accounts; empty where the cookie is absent or not ours."""
    try:
        number, accounts = _serializer().loads(request.cookies.get(cookie_name(), ""), max_age=KEPT_SECONDS)
        return str(number), [int(one) for one in accounts]
    except (BadSignature, TypeError, ValueError):
        return "", []


def known_as(user: User | None) -> str:
    """Return the number by which this browser is known for the account, or nothing."""
    number, accounts = _read()
    return number if user is not None and user.id in accounts else ""


def remember_browser(user: User) -> None:
    """Let this browser be known for the account from the present answer on."""
    number, accounts = _read()
    value = [
        number or secrets.token_urlsafe(16),
        [user.id, *(one for one in accounts if one != user.id)][:MOST_ACCOUNTS],
    ]
    cookie: Any = _serializer().dumps(value)

    @after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(
            cookie_name(),
            cookie,
            max_age=KEPT_SECONDS,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
            path="/",
        )
        return response
