"""The blueprint of the desk of guides, and what all its views begin with."""

from flask import Blueprint, abort, redirect, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from accounts.models import StaffRole
from accounts.people import actor_for, has_staff_role
from common.ledger import Actor
from kb.guides.models import Guide
from kb.guides.renaming import find_by_address

blueprint = Blueprint("guide_desk", __name__, url_prefix="/redactie/gidsen")


def guide_at(session: Session, slug: str) -> Guide:
    """Return the guide at this address, or 404.

    Who reads a page at a former address is led on; what was sent there from an open form is taken.
    """
    guide = find_by_address(session, slug) or abort(404)
    if guide.slug != slug and request.method == "GET":
        where = {**request.args, **(request.view_args or {}), "slug": guide.slug}
        abort(redirect(url_for(request.endpoint or "", **where)))
    return guide


def desk_actor() -> Actor:
    """Return how the ledger names who is signed in: as redacteur where he is one."""
    editor = has_staff_role(current_user, StaffRole.EDITOR)
    return actor_for(current_user, StaffRole.EDITOR if editor else StaffRole.ADMINISTRATOR)
