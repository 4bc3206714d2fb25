"""/mijn/instellingen/sessies: the browsers in which one is signed in, and how to end that."""

from typing import Any

from flask import Blueprint, Flask, Response, abort, after_this_request, redirect, url_for
from flask_login import current_user, user_logged_out
from werkzeug.wrappers import Response as BaseResponse

from accounts import sessions
from accounts.sign_in_models import BrowserSession
from common.clock import now
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render

blueprint = Blueprint("browser_sessions", __name__)


@blueprint.record_once
def _watch_signing_out(state: Any) -> None:
    user_logged_out.connect(_end_this_one, state.app)


def _end_this_one(_app: Flask, **_more: Any) -> None:
    """End the row of the browser that signs out, so that a copy of its cookie is worth nothing."""
    row = db().get(BrowserSession, sessions.current_session_id() or 0)
    sessions.forget_key()
    if row is not None and row.ended_at is None:
        row.ended_at = now()
        after_this_request(_commit)


def _commit(response: Response) -> Response:
    db().commit()
    return response


@blueprint.get("/mijn/instellingen/sessies")
@signed_in
def index() -> Response:
    """List the browsers in which this person is signed in."""
    rows = sessions.open_sessions(db(), current_user.id)
    return no_store(render("accounts/sessions.html", rows=rows, this=sessions.current_session_id()))


@blueprint.post("/mijn/instellingen/sessies/<int:session_id>/beeindigen")
@signed_in
def end_one(session_id: int) -> BaseResponse:
    """End one session of one's own; another's does not exist."""
    row = db().get(BrowserSession, session_id)
    authorise(row is not None and row.user_id == current_user.id, hidden=True)
    if row is None or row.id == sessions.current_session_id():
        abort(404)  # this one ends by signing out
    if row.ended_at is None:
        sessions.end_session(db(), row)
    db().commit()
    return redirect(url_for("browser_sessions.index"), 303)


@blueprint.post("/mijn/instellingen/sessies/andere-beeindigen")
@signed_in
def end_others() -> BaseResponse:
    """End all sessions of one's own but this one."""
    sessions.end_sessions(db(), current_user.id, except_key=sessions.current_key())
    db().commit()
    return redirect(url_for("browser_sessions.index"), 303)
