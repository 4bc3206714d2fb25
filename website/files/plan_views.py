"""/mijn/plan/<agreement>/document: adds the plan itself as a file, for the draft of an authority's plan to name."""

from flask import Blueprint, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from common.errors import Refused
from common.files import attaching
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.limits import limited
from registry.plans.drafting import choose_document
from registry.plans.views.bench import open_bench
from registry.plans.views.desk import open_desk
from registry.plans.views.writing import screen
from website.files.uploading import Upload, read_upload, takes_files

blueprint = Blueprint("plan_files", __name__)


@blueprint.post("/mijn/plan/<afspraak>/document")
@signed_in
@takes_files
@limited("upload")
def add(afspraak: str) -> BaseResponse:
    """Keep the file with the documents of the authority, and let the draft name it; it is public when the plan is."""
    desk = open_desk(afspraak)
    authorise(desk.may_write and desk.is_open)
    upload = read_upload([], _nothing_more)
    desk = open_desk(afspraak)  # looking at the file ended the transaction
    if upload.errors or upload.accepted is None:
        page = screen(desk, open_bench(desk), status=upload.status, upload_error=upload.errors["bestand"])
        return no_store(page)
    session = db()
    subject, words = f"authority:{desk.authority.code}", _("Actieplan")
    attachment = attaching.attach(session, subject, upload.accepted, upload.name, words, actor=desk.actor)
    try:
        choose_document(session, desk.started, attachment, actor=desk.actor)
    except Refused:
        session.rollback()
        return redirect(desk.url("form"), 303)
    session.commit()
    return redirect(desk.url("form", "document"), 303)


def _nothing_more(_upload: Upload) -> None:
    """The form asks for a file only."""
