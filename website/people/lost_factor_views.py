"""Helping somebody who lost his telephone and his recovery codes: a beheerder takes the second step off his account."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole, User
from accounts.people import actor_for
from accounts.permissions import may_take_off_second_step
from accounts.second_factor import has_second_step, take_off_second_step
from accounts.sessions import end_sessions
from accounts.sign_in import fresh_sign_in
from common import unsaved
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from website.people.forms import reason_in, reason_problem

blueprint = Blueprint("lost_factor", __name__)


@blueprint.get("/redactie/mensen/<int:user_id>/tweede-stap")
@signed_in
@fresh_sign_in
def confirm(user_id: int) -> Response:
    """What taking the second step off somebody's account means, and the form for the reason."""
    authorise(may_take_off_second_step(current_user))
    person = _load(db(), user_id)
    kept = kept_fields(_path(person))
    return _page(person, reason_in(kept) if kept else "")


@blueprint.post("/redactie/mensen/<int:user_id>/tweede-stap")
@signed_in
@fresh_sign_in
def take_off(user_id: int) -> BaseResponse:
    """Take it off, end the person's sessions and mail him: if he did not ask for this, he should know at once."""
    authorise(may_take_off_second_step(current_user))
    session, reason = db(), reason_in(request.form)
    person = _load(session, user_id)
    if problem := reason_problem(reason):
        return _page(person, reason, problem)
    by = actor_for(current_user, StaffRole.ADMINISTRATOR)
    take_off_second_step(session, person, reason, by=by)
    end_sessions(session, person.id, by=by)
    unsaved.forget(session, current_user.id, _path(person))
    session.commit()
    flash(_("De tweede stap van %(name)s is weggehaald.", name=person.name), "success")
    return redirect(url_for("people_desk.index"), 303)


def _load(session: Session, user_id: int) -> User:
    found = session.get(User, user_id)
    helped = found and found.id != current_user.id and found.erased_at is None and has_second_step(found)
    return found if found and helped else abort(404)


def _path(person: User) -> str:
    return f"/redactie/mensen/{person.id}/tweede-stap"


def _page(person: User, reason: str, error: str = "") -> Response:
    return no_store(
        render(
            "website/people/lost_factor.html",
            status=422 if error else 200,
            person=person,
            reason=reason,
            error=error,
            keeper=keeper_fields(_path(person)),
        )
    )
