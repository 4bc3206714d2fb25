"""/mijn/plan/<agreement>/document: adds the plan itself as a file, for the draft of an authority's plan to name."""

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from common.files import attaching
from common.files.accepting import Accepted
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.limits import limited
from registry.plans.drafting import choose_document
from registry.plans.views.bench import open_bench, save_form
from registry.plans.views.desk import PlanDesk, open_desk
from registry.plans.views.writing import refused, screen
from website.files.uploading import Upload, read_upload, takes_files

blueprint = Blueprint("plan_files", __name__)


@blueprint.post("/mijn/plan/<afspraak>/document")
@signed_in
@takes_files
@limited("upload")
def add(afspraak: str) -> BaseResponse:
    """Save the form, keep the file with the documents of the authority, and let the draft name it.

    The file is public when the plan is. Where the file is refused, what was typed is saved all the same.
    """
    authorise(open_desk(afspraak).may_write)
    upload = read_upload([], _nothing_more)
    desk = open_desk(afspraak)  # looking at the file ended the transaction
    outcome = save_form(desk, request.form, by_itself=False)
    if upload.accepted and not outcome.locked:
        _name_it(desk, upload.accepted, upload.name)
    db().commit()
    if outcome.locked:
        return refused(desk)
    error = upload.errors.get("bestand", "")
    if error or outcome.disputed:
        page = screen(desk, open_bench(desk, outcome), status=upload.status if error else 409, upload_error=error)
        return no_store(page)
    return redirect(desk.url("form", "document"), 303)


def _name_it(desk: PlanDesk, accepted: Accepted, name: str) -> None:
    subject, words = f"authority:{desk.authority.code}", _("Actieplan")
    attachment = attaching.attach(db(), subject, accepted, name, words, actor=desk.actor)
    choose_document(db(), desk.started, attachment, actor=desk.actor)


def _nothing_more(_upload: Upload) -> None:
    """The form asks for a file only."""
