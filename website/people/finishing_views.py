"""The end of every request that changes people: keep what was done and say so, or show the form again."""

from collections.abc import Callable

from flask import flash, redirect
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from common import unsaved
from common.web.database import db


def finish(told: str, kept: str, again: Callable[[], BaseResponse], back: Callable[[], BaseResponse]) -> BaseResponse:
    """Commit, forget the typed text that was kept for the path `kept`, say what was done and go `back`.

    Without anything to tell nothing was done: the transaction is undone and the form is shown `again`.
    """
    session = db()
    if not told:
        session.rollback()
        return again()
    unsaved.forget(session, current_user.id, kept)
    session.commit()
    flash(told, "success")
    return back()


def finish_invitation(outcome: tuple[str, str], back: str) -> BaseResponse:
    """Commit what was done with an invitation, say it in its tone, and go to the address `back`."""
    tone, told = outcome
    db().commit()
    flash(told, tone)
    return redirect(back, 303)
