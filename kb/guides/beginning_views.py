"""Putting the template of a kind of guide in the form of a new one; all that was typed elsewhere in it stays."""

from flask import Response, request
from flask_login import current_user

from common.web.access import authorise, signed_in
from common.web.database import db, writes_beside
from kb.guides.beginnings import is_untouched, template_for
from kb.guides.desk_blueprint import blueprint
from kb.guides.edit_page import form_page, previewed
from kb.permissions import may_write_guide


@blueprint.post("/nieuw/sjabloon")
@signed_in
@writes_beside("it only fills the form, as a preview does")
def begin_with_template() -> Response:
    """The same form with the template of a kind as its text; 409 and a question where it replaces what was written."""
    authorise(may_write_guide(current_user))
    desk = previewed(db(), None, None)
    kind, texts = request.form.get("sjabloon", ""), desk.form.texts
    body = template_for(kind, "en" if texts["taal"] == "en" else "nl")
    if not body:
        return form_page(desk)
    if not is_untouched(texts["tekst"]) and "vervang" not in request.args:
        return form_page(desk, status=409, replacing=kind)
    texts["tekst"], texts["soort"] = body, kind
    return form_page(desk, changed=True)
