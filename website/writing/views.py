"""What a writing field asks while somebody types: the preview of his text, and what [[ may lead to."""

from flask import Blueprint, Flask, Response, jsonify, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from common.markdown import LARGEST, render_markdown
from common.markdown_bounds import too_much_of
from common.web.access import signed_in
from common.web.database import db, no_store, writes_beside
from common.web.languages import href
from common.web.limits import limited
from kb.discussion.comment_views import init_comments
from kb.guides.forms import too_many_words
from kb.guides.reference_forms import understood, use_references
from website.writing.references import AUTHORITY, GROUP, GUIDE, find, named

blueprint = Blueprint("writing", __name__, url_prefix="/schrijven")


def init_writing(app: Flask) -> None:
    """Let the forms of the knowledge base understand [[names]] of the whole site, and its guides show comments."""
    use_references(app, named)
    init_comments(app)


@blueprint.get("/verwijzingen")
@signed_in
@limited("references")
def references() -> Response:
    """What the words in ?q= may lead to, as JSON: title, kind, path, and the link as it stands in a text."""
    words = {GUIDE: _("gids"), AUTHORITY: _("overheid"), GROUP: _("productgroep")}
    found = [
        {"title": one.title, "kind": words[one.kind], "path": one.path, "markdown": one.markdown}
        for one in find(db(), request.args.get("q", ""))
    ]
    return no_store(jsonify({"results": found}))


@blueprint.post("/voorbeeld")
@signed_in
@writes_beside("a preview is asked at every pause while somebody types, and stops nobody who saves")
@limited("preview")
def preview() -> Response:
    """The HTML of a text as readers will see it; 422 with a sentence where it cannot be shown. Keeps nothing."""
    text = request.form.get("tekst", "").replace("\r\n", "\n")
    language = "en" if request.form.get("taal") == "en" else "nl"
    if len(text) > LARGEST:
        return _sentence(_("De tekst is langer dan 200.000 tekens. Daarvan is geen voorbeeld te maken."))
    if sign := too_much_of(text):
        return _sentence(too_many_words(sign))
    html = render_markdown(understood(db(), text).body, language).html
    # The page around it has addresses of its own: a heading "Tekst" must not take that of the field.
    html = html.replace(' id="', ' id="vb-').replace('href="#', 'href="#vb-')
    return no_store(Response(html, mimetype="text/html"))


@blueprint.get("/voorbeeld")
@signed_in
def back() -> BaseResponse:
    """A preview belongs to a form: lead back to where guides are."""
    return redirect(href("/kennisbank"), 303)


def _sentence(text: str) -> Response:
    return no_store(Response(text, status=422, mimetype="text/plain"))
