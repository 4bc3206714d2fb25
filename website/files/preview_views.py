"""The pictures and files of a text that is read by a secret link, at an address under that secret.

They stay closed at their own address. A link shows a file when three things hold: the text names it, it belongs to that
text or to its guide, and whoever made the link may read it. So nobody gets a file by writing its number in a proposal.
"""

from flask import Blueprint, abort
from werkzeug.wrappers import Response as BaseResponse

from common.files.attaching import find_attachment
from common.markdown import render_markdown
from common.web.access import public
from common.web.as_of import only_now
from common.web.database import db
from common.web.limits import limited
from kb.guides.files import named_in
from kb.proposals import previews
from kb.proposals.preview_views import private, text_of
from website.files.access import is_open_to_all, may_read_file
from website.files.serving_views import answer

blueprint = Blueprint("preview_files", __name__)


@blueprint.get("/voorstel/<token>/bestanden/<int:attachment_id>/<name>")
@only_now
@public
@limited("preview_file")
def send(token: str, attachment_id: int, name: str) -> BaseResponse:
    """The file; 404 where the link does not show it."""
    session, opened = db(), previews.find(db(), token)
    attachment = find_attachment(session, attachment_id)
    if opened is None or not opened.works or attachment is None or name != attachment.name:
        abort(404)
    fields = text_of(opened.text)
    named = attachment.id in named_in(render_markdown(fields.body, fields.language).html)
    is_public = is_open_to_all(session, attachment)
    own = attachment.subject in previews.subjects_of_files(session, opened.text)
    if not (named and (own or is_public) and may_read_file(session, opened.maker, attachment, is_public)):
        abort(404)
    return private(answer(session, attachment, is_public=False))
