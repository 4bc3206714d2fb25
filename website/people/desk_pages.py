"""The pages about people at the desk of staff, made ready for showing."""

from collections.abc import Collection

from flask import Response, url_for
from flask_login import current_user

from accounts.invitations import State, pending, state_of
from accounts.memberships import members
from accounts.models import StaffRole, User
from accounts.staff_roles import is_last_administrator, roles_of, staff
from common.clock import today
from common.versions import AsOf
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields
from registry.authorities.reading import by_code
from registry.participants.addresses import page_of
from registry.signatures.signatories import binds_anything
from website.people.acting import Place, staff_place
from website.people.forms import InviteForm
from website.people.pages import MEMBER_ROLES, form_context
from website.people.reading import (
    MOST_ORGANISATIONS,
    find_organisations,
    open_invitations,
    organisations,
    search_people,
    without_coordinator,
)
from website.people.words import role_choices, role_name

PER_PAGE = 25
SHOWN = 8
"""Rows of the lists beside the search."""
STAFF_ROLES = tuple(StaffRole)


def search_page(q: str, wanted: str) -> Response:
    """Return the page that finds people by name, address and organisation."""
    session = db()
    rows = search_people(session, q)
    page = page_of(len(rows), int(wanted[:9]) if wanted.isascii() and wanted.isdigit() else 1, PER_PAGE)
    invitations = open_invitations(session)
    return no_store(
        render(
            "website/people/desk.html",
            fragment="resultaten",
            q=q,
            rows=rows[max(page.first - 1, 0) : page.last],
            page=page,
            url_for_page=lambda number: url_for(
                "people_desk.index", q=q or None, pagina=number if number > 1 else None
            ),
            found=find_organisations(session, q) if q else [],
            most=MOST_ORGANISATIONS,
            missing=without_coordinator(session, today()),
            invitations=invitations,
            names=organisations(session, {one.authority_code for one in invitations if one.authority_code}),
            role_name=role_name,
            state_of=state_of,
            open_state=State.OPEN,
            shown=SHOWN,
        )
    )


def authority_page(place: Place, form: InviteForm | None = None, *, status: int = 200) -> Response:
    """Return the page with the people of one organisation, as staff see it."""
    code = str(place.code)
    found = members(db(), code)
    has_coordinator = any(one.role == "coordinator" for one in found)
    return no_store(
        render(
            "website/people/authority.html",
            place=place,
            is_example=place.is_example,
            members=found,
            has_coordinator=has_coordinator,
            has_signed=_has_signed(code),
            invitations=pending(db(), code),
            **form_context(place, form, MEMBER_ROLES, first_role="" if has_coordinator else "coordinator"),
            status=status,
        )
    )


def _has_signed(code: str) -> bool:
    authority = by_code(db(), code)
    return authority is not None and binds_anything(db(), authority.id, AsOf(today()))


def staff_page(form: InviteForm | None = None, *, status: int = 200) -> Response:
    """Return the page with everybody of staff, and the form to invite."""
    return no_store(
        render(
            "website/people/staff.html",
            place=staff_place(),
            people=staff(db()),
            roles_of=roles_of,
            invitations=pending(db(), None),
            **form_context(staff_place(), form, STAFF_ROLES),
            status=status,
        )
    )


def staff_member_page(
    user: User, chosen: Collection[StaffRole], reason: str, errors: list[tuple[str, str]], *, status: int = 200
) -> Response:
    """Return the page that gives and takes one person's staff roles."""
    path = f"/redactie/mensen/redactie/{user.id}"
    return no_store(
        render(
            "website/people/staff_member.html",
            user=user,
            is_self=user.id == current_user.id,
            is_last=is_last_administrator(db(), user),
            chosen=chosen,
            reason=reason,
            errors=errors,
            role_choices=role_choices(STAFF_ROLES),
            keeper=keeper_fields(path),
            status=status,
        )
    )
