"""What is held about a person: to read, to download, and to have removed."""

from flask import Blueprint
from flask_babel import gettext as _

from accounts.privacy import ERASED_NAME

blueprint = Blueprint("privacy", __name__)


@blueprint.app_template_filter("person")
def person_name(name: str | None) -> str:
    """Return a person's name for the screen; who was removed is a former member of staff, in the page's language."""
    return str(_("oud-medewerker")) if name == ERASED_NAME else name or ""
