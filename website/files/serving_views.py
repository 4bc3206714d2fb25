"""GET /bestanden/<id>/<name>: hands out a file to whoever may read it, so that it can do nothing in a browser."""

from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from common.files.attaching import find_attachment
from common.files.models import Attachment
from common.files.storage import PIECE
from common.web.access import authorise, public
from common.web.database import db, no_store
from website.files.access import is_open_to_all, may_read_file
from website.files.uploading import storage

blueprint = Blueprint("files", __name__)

CSP = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""No script, no form, no plug-in, its own origin: also what a PDF or a picture might try does nothing to the site."""
KEPT_SHORTLY = "public, max-age=300"
"""A file may be withdrawn, or its text may stop using it: five minutes later nobody shows it any more."""


@blueprint.get("/bestanden/<int:attachment_id>/<name>")
@public
def send(attachment_id: int, name: str) -> BaseResponse:
    """The file; 404 for whoever may not read it, and for everybody when it was removed."""
    session = db()
    attachment = find_attachment(session, attachment_id) or abort(404)
    is_public = is_open_to_all(session, attachment)
    authorise(may_read_file(session, current_user, attachment, is_public), hidden=True)
    if name != attachment.name:
        return _to_its_name(attachment)
    return answer(session, attachment, is_public)


def _to_its_name(attachment: Attachment) -> BaseResponse:
    answer = redirect(url_for("files.send", attachment_id=attachment.id, name=attachment.name))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def answer(session: Session, attachment: Attachment, is_public: bool) -> BaseResponse:
    """Return the file itself; who may read it is the caller's to ask."""
    file, name = attachment.file, attachment.name
    try:
        content = storage().open(file.sha256)
    except FileNotFoundError:
        current_app.logger.error("attachment %s has no content in the storage", attachment.id)
        abort(404)
    made = Response(_pieces(content), mimetype=file.media_type, direct_passthrough=True)
    made.call_on_close(content.close)
    made.content_length = file.size
    made.set_etag(file.sha256)
    made.headers["Content-Security-Policy"] = CSP
    made.headers["Content-Disposition"] = disposition(name, inline=file.width is not None)
    if not is_public:
        return no_store(made)
    made.headers["Cache-Control"] = KEPT_SHORTLY
    return made.make_conditional(request)


def _pieces(content: BinaryIO) -> Iterator[bytes]:
    while piece := content.read(PIECE):
        yield piece


def disposition(name: str, *, inline: bool) -> str:
    """Write Content-Disposition with the name twice, once for old clients and once whole (RFC 6266, 4.3)."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace("\\", "_").replace('"', "_")
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
