"""The pages about people, made ready for showing: lists, forms, and one member."""

from collections.abc import Sequence
from typing import Any

from flask import Response, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.invitations import State, pending, state_of
from accounts.memberships import is_last_coordinator, members
from accounts.models import MemberRole, Membership, StaffRole
from accounts.people import authority_codes, member_roles
from accounts.permissions import may_invite_member, may_see_colleagues
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from website.people.acting import Place
from website.people.forms import ChangeForm, InviteForm, typed_change, typed_invitation
from website.people.reading import organisations
from website.people.words import LANGUAGES, role_choices, role_name

MEMBER_ROLES = tuple(MemberRole)


def own_page(place: Place, form: InviteForm | None = None, *, status: int = 200) -> Response:
    """Return the page with the people of one's own organisation."""
    code = str(place.code)
    may_change = may_invite_member(current_user, code)
    return no_store(
        render(
            "website/people/own.html",
            place=place,
            is_example=place.is_example,
            organisations=_own_organisations(),
            may_change=may_change,
            members=members(db(), code),
            invitations=pending(db(), code) if may_change else [],
            **form_context(place, form, MEMBER_ROLES),
            status=status,
        )
    )


def form_context(
    place: Place, form: InviteForm | None, roles: Sequence[MemberRole | StaffRole], *, first_role: str = ""
) -> dict[str, Any]:
    """Return what the lists and the form to invite need; `first_role` is chosen already in an empty form."""
    kept = kept_fields(place.page_path()) if form is None else None
    return {
        "form": form or (typed_invitation(kept) if kept else InviteForm(role=first_role, language="nl")),
        "role_choices": role_choices(roles),
        "languages": LANGUAGES,
        "role_name": role_name,
        "state_of": state_of,
        "open_state": State.OPEN,
        "me": current_user.id,
        "keeper": keeper_fields(place.page_path()),
    }


def member_page(place: Place, membership: Membership, form: ChangeForm | None = None) -> Response:
    """Return the page of one member, with the two forms; of who got another role meanwhile, the page of that role."""
    if form and form.too_late:
        membership = _what_it_is_now(membership)
    path = place.member_path(membership)
    kept = kept_fields(path) if form is None else None
    others = [role for role in MEMBER_ROLES if role is not membership.role]
    return no_store(
        render(
            "website/people/member.html",
            place=place,
            is_example=place.is_example,
            membership=membership,
            is_self=membership.user_id == current_user.id,
            is_last=is_last_coordinator(db(), membership),
            role_choices=role_choices(others),
            role_name=role_name,
            form=form or (typed_change(kept) if kept else ChangeForm()),
            keeper=keeper_fields(path),
            status=form.status if form else 200,
        )
    )


def _what_it_is_now(membership: Membership) -> Membership:
    """Return what the person does for the same organisation now; the membership itself where that is nothing."""
    same_place = [one for one in membership.user.memberships if one.authority_code == membership.authority_code]
    current = [one for one in same_place if one.ended_at is None]
    return max(current, key=lambda one: one.id, default=membership)


def after_change(place: Place) -> BaseResponse:
    """Go back to the list, or to where the person belongs now when he just left."""
    if not place.by_staff and not may_see_colleagues(current_user, str(place.code)):
        return redirect(url_for("website.after_sign_in"), 303)
    return redirect(place.list_url(), 303)


def _own_organisations() -> list[tuple[str, str]]:
    """Return code and name of each organisation, for people who work for several."""
    codes = authority_codes(current_user)
    if len(codes) < 2:
        return []
    names = organisations(db(), codes)
    return [(code, names[code].name) for code in codes if code in names and member_roles(current_user, code)]
