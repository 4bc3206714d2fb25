"""Who is staff, in which roles: a beheerder invites, gives roles and takes them, with a reason."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from accounts import joining, staff_roles
from accounts.memberships import NotPossible
from accounts.models import StaffRole, User
from accounts.people import actor_for
from accounts.permissions import may_manage_staff
from accounts.sign_in import fresh_sign_in
from common import unsaved
from common.web.access import authorise, signed_in
from common.web.database import db
from common.web.limits import limited
from common.web.unsaved import kept_fields
from website.people import acting
from website.people.acting import staff_place
from website.people.desk_pages import STAFF_ROLES, staff_member_page, staff_page
from website.people.forms import read_invitation, reason_in, reason_problem
from website.people.words import why_not

blueprint = Blueprint("staff_roles", __name__)


@blueprint.get("/redactie/mensen/redactie")
@signed_in
def index() -> Response:
    """Everybody of staff, the open invitations, and the form to invite."""
    authorise(may_manage_staff(current_user))
    return staff_page()


@blueprint.post("/redactie/mensen/redactie")
@signed_in
@fresh_sign_in
@limited("invitation")
def invite() -> BaseResponse:
    """Ask somebody to join staff."""
    authorise(may_manage_staff(current_user))
    session, form = db(), read_invitation(request.form, STAFF_ROLES)
    told = "" if form.errors else acting.invite(session, staff_place(), form)
    if not told:
        session.rollback()
        return staff_page(form, status=422)
    unsaved.forget(session, current_user.id, request.path)
    session.commit()
    flash(told, "success")
    return redirect(url_for("staff_roles.index"), 303)


@blueprint.get("/redactie/mensen/redactie/<int:user_id>")
@signed_in
@fresh_sign_in
def member(user_id: int) -> Response:
    """One person's staff roles."""
    authorise(may_manage_staff(current_user))
    user, kept = _load(user_id), kept_fields(request.path)
    if kept:
        return staff_member_page(user, _chosen(kept), reason_in(kept), [])
    return staff_member_page(user, staff_roles.roles_of(user), "", [])


@blueprint.post("/redactie/mensen/redactie/<int:user_id>")
@signed_in
@fresh_sign_in
def change(user_id: int) -> BaseResponse:
    """Give and take staff roles."""
    authorise(may_manage_staff(current_user))
    session, user, reason = db(), _load(user_id), reason_in(request.form)
    chosen = _chosen(request.form)
    problem = reason_problem(reason)
    errors = [("reden", problem)] if problem else _change(user, chosen, reason)
    if errors:
        session.rollback()
        return staff_member_page(user, chosen, reason, errors, status=422)
    unsaved.forget(session, current_user.id, request.path)
    session.commit()
    flash(_("De rollen van %(name)s zijn veranderd.", name=user.name), "success")
    return redirect(url_for("staff_roles.index" if may_manage_staff(current_user) else "website.after_sign_in"), 303)


def _chosen(form: "MultiDict[str, str]") -> set[StaffRole]:
    return {role for role in StaffRole if role.value in form.getlist("rollen")}


def _change(user: User, chosen: set[StaffRole], reason: str) -> list[tuple[str, str]]:
    actor = actor_for(current_user, StaffRole.ADMINISTRATOR)
    try:
        granted, revoked = staff_roles.change(db(), user, chosen, actor=actor, reason=reason)
    except NotPossible as error:
        return [("rollen", why_not(error.why))]
    joining.mail_staff_roles_changed(db(), user, granted, revoked, reason=reason)
    return []


def _load(user_id: int) -> User:
    """Return somebody with an account; staff are made of them here, and by invitation."""
    found = db().get(User, user_id)
    return found if found and found.active else abort(404)
