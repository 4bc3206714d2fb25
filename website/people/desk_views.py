"""People of all organisations, for a beheerder: search, invite the first coördinator, change and end with a reason."""

from functools import partial

from flask import Blueprint, Response, abort, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import Invitation, Membership
from accounts.permissions import may_change_member_of_others, may_invite_coordinator, may_manage_staff, may_see_people
from accounts.sign_in import fresh_sign_in
from common.web.access import authorise, signed_in
from common.web.database import db
from common.web.limits import limited
from website.people import acting
from website.people.acting import Place, staff_place
from website.people.desk_pages import authority_page, search_page
from website.people.finishing_views import finish, finish_invitation
from website.people.forms import read_change, read_invitation
from website.people.pages import MEMBER_ROLES, member_page
from website.people.reading import organisations

blueprint = Blueprint("people_desk", __name__)


@blueprint.get("/redactie/mensen")
@signed_in
def index() -> Response:
    """Search in everybody with an account; who misses a coördinator; which invitations are open."""
    authorise(may_see_people(current_user))
    return search_page(" ".join(request.args.get("q", "").split())[:100], request.args.get("pagina", ""))


@blueprint.get("/redactie/mensen/<code>")
@signed_in
def authority(code: str) -> Response:
    """The people of one organisation, and the form to invite."""
    authorise(may_see_people(current_user))
    return authority_page(_load_place(code))


@blueprint.post("/redactie/mensen/<code>")
@signed_in
@fresh_sign_in
@limited("invitation")
def invite(code: str) -> BaseResponse:
    """Ask somebody to work for an organisation: its first coördinator, or another."""
    authorise(may_invite_coordinator(current_user))
    place = _load_place(code)
    form = read_invitation(request.form, MEMBER_ROLES)
    told = "" if form.errors else acting.invite(db(), place, form)
    again, back = partial(authority_page, place, form, status=422), partial(redirect, place.list_url(), 303)
    return finish(told, place.page_path(), again, back)


@blueprint.post("/redactie/mensen/uitnodigingen/<int:invitation_id>/opnieuw")
@signed_in
@fresh_sign_in
@limited("invitation")
def send_again(invitation_id: int) -> BaseResponse:
    """Send an invitation of anybody once more, with a new link."""
    invitation, place = _load_invitation(invitation_id)
    return finish_invitation(acting.send_again(db(), place, invitation), place.list_url())


@blueprint.post("/redactie/mensen/uitnodigingen/<int:invitation_id>/intrekken")
@signed_in
def withdraw(invitation_id: int) -> BaseResponse:
    """Take an invitation of anybody back."""
    invitation, place = _load_invitation(invitation_id)
    return finish_invitation(acting.withdraw(db(), place, invitation), place.list_url())


@blueprint.get("/redactie/mensen/<code>/<int:membership_id>")
@signed_in
@fresh_sign_in
def member(code: str, membership_id: int) -> Response:
    """One member of an organisation, with the forms for another role and for the end."""
    authorise(may_change_member_of_others(current_user))
    place = _load_place(code)
    membership = _load_member(place, membership_id)
    if membership.ended_at:
        abort(404)
    return member_page(place, membership)


@blueprint.post("/redactie/mensen/<code>/<int:membership_id>/rol")
@signed_in
@fresh_sign_in
def change_role(code: str, membership_id: int) -> BaseResponse:
    """Give a member of an organisation another role, with a reason that he reads."""
    authorise(may_change_member_of_others(current_user))
    place = _load_place(code)
    membership = _load_member(place, membership_id)
    form = read_change(request.form, "rol", needs_reason=True, must_be_sure=False)
    told = "" if form.errors else acting.change_role(db(), place, membership, form)
    again, back = partial(member_page, place, membership, form), partial(redirect, place.list_url(), 303)
    return finish(told, place.member_path(membership), again, back)


@blueprint.post("/redactie/mensen/<code>/<int:membership_id>/stoppen")
@signed_in
@fresh_sign_in
def end(code: str, membership_id: int) -> BaseResponse:
    """Let a member of an organisation go, with a reason that he reads."""
    authorise(may_change_member_of_others(current_user))
    place = _load_place(code)
    membership = _load_member(place, membership_id)
    form = read_change(request.form, "stoppen", needs_reason=True, must_be_sure=False)
    told = "" if form.errors else acting.end(db(), place, membership, form)
    again, back = partial(member_page, place, membership, form), partial(redirect, place.list_url(), 303)
    return finish(told, place.member_path(membership), again, back)


def _load_place(code: str) -> Place:
    found = organisations(db(), [code]).get(code) or abort(404)
    return Place(code, found.name, by_staff=True, is_example=found.is_example)


def _load_invitation(invitation_id: int) -> tuple[Invitation, Place]:
    authorise(may_invite_coordinator(current_user))
    found = db().get(Invitation, invitation_id) or abort(404)
    if found.authority_code is None:
        authorise(may_manage_staff(current_user))
        return found, staff_place()
    return found, _load_place(found.authority_code)


def _load_member(place: Place, membership_id: int) -> Membership:
    found = db().get(Membership, membership_id)
    return found if found and found.authority_code == place.code else abort(404)
