"""/uitnodiging: what an invited person sees, and how he joins. Reading changes nothing: scanners open links too."""

import enum
from typing import TypeVar

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import login_user
from werkzeug.wrappers import Response as BaseResponse

from accounts import invitations, joining
from accounts.forms import begin_new_session, hashed_new_password, need_local_passwords, new_password_errors
from accounts.invitations import State, state_now
from accounts.memberships import NotPossible
from accounts.models import Invitation, User
from accounts.names import name_problem, typed_name
from accounts.passwords import own_words
from accounts.people import person_with_address
from accounts.permissions import may_accept_invitation
from common.web.access import public
from common.web.database import commit_now, db
from common.web.languages import LANGUAGES
from common.web.limits import limited
from common.web.rendering import render
from website.people.reading import organisations
from website.people.words import LANGUAGES as LANGUAGE_NAMES
from website.people.words import role_choices

blueprint = Blueprint("joining", __name__)

R = TypeVar("R", bound=BaseResponse)


class Visitor(enum.StrEnum):
    """Who opened the link, and so what is asked of him."""

    INVITED = "invited"
    """Signed in with the invited address: one button."""
    OTHER = "other"
    """Signed in as somebody else."""
    HAS_ACCOUNT = "has_account"
    """Signed out, while the address has an account."""
    NEW = "new"
    """Signed out, and the address has no account."""


@blueprint.get("/uitnodiging/<token>")
@public
@limited("mail_link")
def show(token: str) -> Response:
    """Say who invites for what, and ask what is needed to join."""
    invitation = invitations.find(db(), token)
    if invitation is None or state_now(db(), invitation) is not State.OPEN:
        return _closed(invitation)
    return _open(token, invitation)


@blueprint.post("/uitnodiging/<token>")
@public
@limited("invitation")
def accept(token: str) -> BaseResponse:
    """Join: with the account that is signed in, or with a new one."""
    invitation = invitations.find(db(), token)
    if invitation is None or state_now(db(), invitation) is not State.OPEN:
        return _closed(invitation)
    visitor = _visitor(invitation)
    if visitor is Visitor.NEW:
        return _join_anew(token, invitation)
    if visitor is not Visitor.INVITED:
        return _open(token, invitation, status=409)
    try:
        joining.join(db(), invitation, current_user._get_current_object())
    except NotPossible:
        db().rollback()
        return _closed(invitation)
    db().commit()
    return _welcome(invitation)


def _visitor(invitation: Invitation) -> Visitor:
    if current_user.is_authenticated:
        return Visitor.INVITED if may_accept_invitation(current_user, invitation) else Visitor.OTHER
    return Visitor.HAS_ACCOUNT if person_with_address(db(), invitation.email) else Visitor.NEW


def _join_anew(token: str, invitation: Invitation) -> BaseResponse:
    need_local_passwords()
    name = typed_name(request.form.get("naam", ""))
    language = request.form.get("taal", "")
    problem = name_problem(name)
    errors = [("naam", problem)] if problem else []
    errors += new_password_errors(own_words(invitation.email, name))
    if errors:
        return _open(token, invitation, errors, name=name, language=language, status=422)
    commit_now()  # no lock while hashing; the link is looked at again afterwards
    hashed = hashed_new_password()
    try:
        user = _make(invitation, name, language if language in LANGUAGES else "nl", hashed)
    except NotPossible:
        db().rollback()
        is_open = state_now(db(), invitation) is State.OPEN
        return _open(token, invitation, status=409) if is_open else _closed(invitation)
    begin_new_session()
    login_user(user, remember=False, authn_via=["password"])
    db().commit()
    return _welcome(invitation)


def _make(invitation: Invitation, name: str, language: str, hashed: str) -> User:
    user = invitations.new_person(db(), invitation, name=name, language=language, password_hash=hashed)
    joining.join(db(), invitation, user)
    return user


def _welcome(invitation: Invitation) -> BaseResponse:
    code = invitation.authority_code
    if code is None:
        flash(_("Welkom bij de redactie."), "success")
        return _private(redirect(url_for("staff.desk"), 303))
    flash(_("U werkt nu voor %(name)s.", name=joining.authority_name(db(), code)), "success")
    return _private(redirect(url_for("mine.index", organisatie=code), 303))


def _open(
    token: str,
    invitation: Invitation,
    errors: list[tuple[str, str]] | None = None,
    *,
    name: str | None = None,
    language: str = "",
    status: int = 200,
) -> Response:
    inviter = db().get(User, invitation.invited_by_id) if invitation.invited_by_id else None
    code = invitation.authority_code
    place = organisations(db(), [code]).get(code) if code else None
    page = render(
        "website/people/invitation.html",
        token=token,
        invitation=invitation,
        role=role_choices([invitations.role_of(invitation)])[0],
        inviter=inviter.name if inviter and not inviter.erased_at else "",
        place=place,
        is_example=bool(place and place.is_example),
        visitor=_visitor(invitation),
        states=Visitor,
        languages=LANGUAGE_NAMES,
        name=invitation.name if name is None else name,
        language=language or invitation.language,
        errors=errors or [],
        status=status,
    )
    return _private(page)


def _closed(invitation: Invitation | None) -> Response:
    """Say that a link does not work: which of the three it is to whoever has a true link, nothing to others."""
    state = state_now(db(), invitation) if invitation else None
    page = render("website/people/invitation_closed.html", state=state, states=State, status=410 if state else 404)
    return _private(page)


def _private(response: R) -> R:
    """Let the secret in the address go to no other page, and keep the page out of every cache."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
