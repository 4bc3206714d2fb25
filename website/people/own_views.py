"""My organisation's people: everybody sees who his colleagues are; a coördinator invites, changes roles and lets go."""

from functools import partial

from flask import Blueprint, Response, abort, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import Invitation, Membership
from accounts.people import authority_codes
from accounts.permissions import may_change_member, may_invite_member, may_see_colleagues
from accounts.sign_in import fresh_sign_in
from common.web.access import authorise, signed_in
from common.web.database import db
from common.web.limits import limited
from website.people import acting
from website.people.acting import Place
from website.people.finishing_views import finish, finish_invitation
from website.people.forms import read_change, read_invitation
from website.people.pages import MEMBER_ROLES, after_change, member_page, own_page
from website.people.reading import organisations
from website.people.words import local_day, role_name

blueprint = Blueprint("people", __name__)
blueprint.add_app_template_filter(local_day)
blueprint.add_app_template_filter(role_name)


@blueprint.get("/mijn/mensen")
@signed_in
def index() -> Response:
    """Who works for the organisation; for a coördinator also the open invitations and the form to invite."""
    place = _load_place()
    authorise(may_see_colleagues(current_user, str(place.code)), hidden=True)
    return own_page(place)


@blueprint.post("/mijn/mensen")
@signed_in
@fresh_sign_in
@limited("invitation")
def invite() -> BaseResponse:
    """Ask a colleague to join."""
    place = _load_place()
    authorise(may_invite_member(current_user, str(place.code)))
    form = read_invitation(request.form, MEMBER_ROLES)
    told = "" if form.errors else acting.invite(db(), place, form)
    again, back = partial(own_page, place, form, status=422), partial(redirect, place.list_url(), 303)
    return finish(told, place.page_path(), again, back)


@blueprint.post("/mijn/mensen/uitnodigingen/<int:invitation_id>/opnieuw")
@signed_in
@fresh_sign_in
@limited("invitation")
def send_again(invitation_id: int) -> BaseResponse:
    """Send an invitation once more, with a new link."""
    place = _load_place()
    authorise(may_invite_member(current_user, str(place.code)))
    return finish_invitation(acting.send_again(db(), place, _load_invitation(place, invitation_id)), place.list_url())


@blueprint.post("/mijn/mensen/uitnodigingen/<int:invitation_id>/intrekken")
@signed_in
def withdraw(invitation_id: int) -> BaseResponse:
    """Take an invitation back."""
    place = _load_place()
    authorise(may_invite_member(current_user, str(place.code)))
    return finish_invitation(acting.withdraw(db(), place, _load_invitation(place, invitation_id)), place.list_url())


@blueprint.get("/mijn/mensen/<int:membership_id>")
@signed_in
@fresh_sign_in
def member(membership_id: int) -> Response:
    """One colleague, with the forms for another role and for the end."""
    place = _load_place()
    authorise(may_change_member(current_user, str(place.code)))
    membership = _load_member(place, membership_id)
    if membership.ended_at:
        abort(404)
    return member_page(place, membership)


@blueprint.post("/mijn/mensen/<int:membership_id>/rol")
@signed_in
@fresh_sign_in
def change_role(membership_id: int) -> BaseResponse:
    """Give a colleague another role."""
    place = _load_place()
    authorise(may_change_member(current_user, str(place.code)))
    membership = _load_member(place, membership_id)
    own = membership.user_id == current_user.id
    form = read_change(request.form, "rol", needs_reason=False, must_be_sure=own)
    told = "" if form.errors else acting.change_role(db(), place, membership, form)
    again, back = partial(member_page, place, membership, form), partial(after_change, place)
    return finish(told, place.member_path(membership), again, back)


@blueprint.post("/mijn/mensen/<int:membership_id>/stoppen")
@signed_in
@fresh_sign_in
def end(membership_id: int) -> BaseResponse:
    """Let a colleague go, or stop oneself."""
    place = _load_place()
    authorise(may_change_member(current_user, str(place.code)))
    membership = _load_member(place, membership_id)
    own = membership.user_id == current_user.id
    form = read_change(request.form, "stoppen", needs_reason=False, must_be_sure=own)
    told = "" if form.errors else acting.end(db(), place, membership, form)
    again, back = partial(member_page, place, membership, form), partial(after_change, place)
    return finish(told, place.member_path(membership), again, back)


def _load_place() -> Place:
    """Return the organisation in `organisatie`, else the person's first; 404 where he works for none or not for it."""
    codes = authority_codes(current_user)
    code = request.args.get("organisatie") or (codes[0] if codes else "")
    authorise(may_see_colleagues(current_user, code), hidden=True)
    found = organisations(db(), [code]).get(code)
    authorise(found is not None, hidden=True)
    assert found is not None
    return Place(code, found.name, by_staff=False, is_example=found.is_example)


def _load_invitation(place: Place, invitation_id: int) -> Invitation:
    found = db().get(Invitation, invitation_id)
    authorise(found is not None and found.authority_code == place.code, hidden=True)
    assert found is not None
    return found


def _load_member(place: Place, membership_id: int) -> Membership:
    found = db().get(Membership, membership_id)
    authorise(found is not None and found.authority_code == place.code, hidden=True)
    assert found is not None
    return found
