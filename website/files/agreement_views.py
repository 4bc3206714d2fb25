"""/redactie/afspraken/<slug>/bestanden: documents that staff place with an agreement."""

from dataclasses import replace

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for
from common.files import attaching
from common.ledger import Actor
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.limits import limited
from common.web.rendering import render
from registry.agreements.desk import Bench, open_bench, save
from registry.agreements.documents import LONGEST_TITLE, document_row, shown_by_agreement, subject_of
from registry.permissions import may_manage_agreements
from website.files.listing import rows_of
from website.files.uploading import Upload, read_upload, takes_files

blueprint = Blueprint("agreement_files", __name__, url_prefix="/redactie/afspraken/<slug>/bestanden")


@blueprint.get("")
@signed_in
def index(slug: str) -> Response:
    """The documents that the next version will name, and those of earlier ones."""
    authorise(may_manage_agreements(current_user))
    return _page(_bench(slug), Upload())


@blueprint.post("")
@signed_in
@takes_files
@limited("upload")
def add(slug: str) -> BaseResponse:
    """Take in a document for the draft; 422 with what is wrong with it, 503 when it cannot be kept now."""
    authorise(may_manage_agreements(current_user))
    _bench(slug)
    upload = read_upload(["titel_nl", "titel_en"], _check)
    if upload.errors or upload.accepted is None:
        return _page(_bench(slug), upload, status=upload.status)
    session, title = db(), {"nl": upload.texts["titel_nl"], "en": upload.texts["titel_en"]}
    made = attaching.attach(session, subject_of(slug), upload.accepted, upload.name, title["nl"], actor=_actor())
    bench = _bench(slug, to_write=True)
    fields = bench.fields
    save(session, bench, replace(fields, files=[*fields.files, document_row(made, title)]), actor=_actor())
    session.commit()
    flash(_("%(name)s is toegevoegd. Bezoekers zien het als u het concept publiceert.", name=made.name), "success")
    return redirect(url_for("agreement_files.index", slug=slug), 303)


@blueprint.post("/<int:document_id>/verwijderen")
@signed_in
def remove(slug: str, document_id: int) -> BaseResponse:
    """Leave a document out of the draft; a file that no version ever showed goes away too."""
    authorise(may_manage_agreements(current_user))
    session, bench = db(), _bench(slug, to_write=True)
    attachment = attaching.find_attachment(session, document_id)
    if attachment is None or attachment.subject != subject_of(slug):
        abort(404)
    kept = [row for row in bench.fields.files if row["attachment_id"] != document_id]
    save(session, bench, replace(bench.fields, files=kept), actor=_actor())
    if not shown_by_agreement(session, document_id):
        attaching.remove(session, attachment, actor=_actor())
    session.commit()
    flash(_("%(name)s staat niet meer in het concept.", name=attachment.name), "success")
    return redirect(url_for("agreement_files.index", slug=slug), 303)


def _bench(slug: str, *, to_write: bool = False) -> Bench:
    return open_bench(db(), slug, to_write=to_write) or abort(404)


def _actor() -> Actor:
    return actor_for(current_user, StaffRole.ADMINISTRATOR)


def _check(upload: Upload) -> None:
    for name in ("titel_nl", "titel_en"):
        if not upload.texts[name]:
            upload.errors[name] = _("Vul een titel in.")
        elif len(upload.texts[name]) > LONGEST_TITLE:
            upload.errors[name] = _("Gebruik hoogstens %(num)s tekens.", num=LONGEST_TITLE)


def _page(bench: Bench, upload: Upload, *, status: int = 200) -> Response:
    named = {row["attachment_id"]: row["title"] for row in bench.fields.files}
    attachments = attaching.attachments_of(db(), subject_of(bench.slug))
    return no_store(
        render(
            "website/files/agreement_files.html",
            status=status,
            bench=bench,
            is_example=bench.is_example,
            upload=upload,
            titles=named,
            rows=[row for row in rows_of(db(), attachments) if row.id in named and not row.removed_at],
        )
    )
