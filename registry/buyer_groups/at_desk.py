"""What the pages of staff have in common: the group in the address, and how the ledger names who writes."""

from flask import abort
from flask_login import current_user

from accounts.models import StaffRole
from accounts.people import actor_for, has_staff_role
from common.ledger import Actor
from common.web.database import db
from registry.buyer_groups.models import BuyerGroup, BuyerGroupVersion
from registry.buyer_groups.reading import current_version, find_group


def load_group(slug: str) -> tuple[BuyerGroup, BuyerGroupVersion]:
    """Return a group with what the site says of it now; 404 where there is none."""
    group = find_group(db(), slug) or abort(404)
    return group, current_version(db(), group) or abort(404)


def staff_actor() -> Actor:
    """Return how the ledger names this person of staff."""
    editor = has_staff_role(current_user, StaffRole.EDITOR)
    return actor_for(current_user, StaffRole.EDITOR if editor else StaffRole.ADMINISTRATOR)
