"""Between the password and being signed in: who waits there for his second step, and who must set one up first."""

from datetime import timedelta
from typing import Any, cast

from flask import Flask, Response, current_app, redirect, request, session, url_for
from flask_login import current_user
from flask_security import Security, UserMixin, login_user
from flask_security.tf_plugin import TfPluginBase
from flask_security.utils import get_url
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from accounts.forms import begin_new_session
from accounts.identities import NotLinked
from accounts.models import User
from accounts.openid_linking import link_kept
from accounts.second_factor import has_second_step, second_step_required
from accounts.sessions import current_key
from common.clock import now
from common.web.access import is_own_path
from common.web.database import db
from common.web.unsaved import keep_what_was_typed

WAITS = timedelta(minutes=10)
"""How long the password counts before the second step."""
_KEY = "second_step"
ELSEWHERE = "second_step_elsewhere"
"""Where the cookie keeps the key of a session whose second step a trusted provider asked (accounts.openid_views)."""
# Where somebody may be who must set up a second step: there, and out.
_OPEN = (
    "/mijn/instellingen/tweede-stap",
    "/mijn/instellingen/passkeys",
    "/inloggen",
    "/uitloggen",
    "/static",
    "/healthz",
)


class SecondStep(TfPluginBase):
    """What Flask-Security asks after a right password; one step for app, passkey and recovery code alike."""

    def create_blueprint(self, app: Flask, bp: Any, state: Security) -> None:
        """Add no pages of Flask-Security."""

    def get_setup_methods(self, user: UserMixin) -> list[tuple[str, str]]:
        """Return one way when the person has any: which one he uses, he chooses on the page."""
        return [("second_step", "")] if has_second_step(cast(User, user)) else []

    def tf_login(self, user: UserMixin, json_payload: dict[str, Any], next_loc: str | None) -> BaseResponse:
        """Lead the person to the page that asks the second step."""
        return wait_for_second_step(cast(User, user), "password", request.values.get("next", ""))


def wait_for_second_step(user: User, means: str, wanted: str, link: dict[str, Any] | None = None) -> BaseResponse:
    """Keep who proved his first step by `means`, and lead him to the second; `wanted` is the page that he came for.

    `link` is what to link to his account when he is let in (`accounts.openid_linking.kept`).
    """
    session.pop("tf_user_id", None)
    session[_KEY] = {"user": user.fs_uniquifier, "means": means, "at": now().timestamp(), "next": wanted[:600]}
    if link:
        session[_KEY]["link"] = link
    return redirect(url_for("second_step.ask"), 303)


def waiting_person() -> User | None:
    """Return who gave a right password in this browser in the last ten minutes and has the second step to go."""
    kept = session.get(_KEY)
    if not kept or now().timestamp() - kept["at"] > WAITS.total_seconds():
        return None
    user = db().scalar(select(User).where(User.fs_uniquifier == kept["user"]))
    return user if user and user.active else None


def landing(wanted: str) -> str:
    """Return where to lead who just signed in: the page that he came for if it is ours, or his own first page."""
    return wanted if is_own_path(wanted) else str(get_url(current_app.config["SECURITY_POST_LOGIN_VIEW"]))


def let_in(user: User, by: str) -> BaseResponse:
    """Sign the waiting person in: the second step is done too, `by` code, recovery or passkey. The view commits.

    Where a provider was the first step and may no longer be linked, nobody comes in, and the answer says so.
    """
    kept: dict[str, Any] = session.get(_KEY) or {}
    means = kept.get("means", "password")
    begin_new_session()
    if kept.get("link"):
        try:
            link_kept(db(), user, kept["link"])
        except NotLinked as refused:
            return redirect(url_for("openid.stopped", provider=means, reden=refused.reason.value), 303)
    login_user(user, remember=False, authn_via=[means, by])
    return redirect(landing(kept.get("next", "")), 303)


def stop_waiting() -> None:
    """Forget who waits here for his second step."""
    session.pop(_KEY, None)


def set_up_first() -> BaseResponse | None:
    """Lead whoever must have a second step, and has none, to the page where he sets it up; called before each request.

    So it also holds for who becomes staff while he is signed in, and whichever way he came in.
    """
    path = request.path
    if any(path == one or path.startswith(one + "/") for one in _OPEN) or not current_user.is_authenticated:
        return None
    user = cast(User, current_user)
    if has_second_step(user) or not second_step_required(user):
        return None
    if session.get(ELSEWHERE) and session[ELSEWHERE] == current_key():
        return None
    keep_what_was_typed()
    target = url_for("second_step.manage")
    if request.headers.get("HX-Request") == "true":
        return Response(status=403, headers={"HX-Redirect": target})
    return redirect(target, 303)
