"""/schrijven/bestanden: adds a picture or a file to the text that somebody writes, from its field or from a page."""

from flask import Blueprint, Response, abort, flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for, has_staff_role
from accounts.security_events import PERSON
from common.files import attaching
from common.files.models import Attachment
from common.ledger import Actor
from common.web.access import authorise, signed_in
from common.web.addresses import stored_number
from common.web.database import db, no_store
from common.web.languages import href
from common.web.limits import limited
from common.web.rendering import render
from kb.guides.files import kept_for, markdown_for, name_for_text
from website.files.describing import check_description
from website.files.listing import rows_of
from website.files.uploading import Upload, read_upload, takes_files
from website.writing.places import Place, find_place

blueprint = Blueprint("writing_files", __name__, url_prefix="/schrijven/bestanden")


@blueprint.get("")
@signed_in
def index() -> BaseResponse:
    """The files of a text (?voor=), each with what to type to use it. Those of a guide have a page of their own."""
    place = _place(request.args.get("voor", ""))
    if place.subject.startswith("guide:"):
        return redirect(href(f"{place.path}/bestanden"), 303)
    return _page(place, Upload())


@blueprint.post("")
@signed_in
@takes_files
@limited("upload")
def add() -> BaseResponse:
    """Take in a picture or a file: 201 with the line for the text, 422 with what is wrong, 503 when none is kept."""
    place = _place(request.values.get("voor", ""))
    authorise(place.may_add)
    upload = read_upload(["alt", "decoratief"], check_description)
    if upload.errors or upload.accepted is None:
        return _refused(place, upload)
    name = name_for_text(upload.name, upload.accepted)
    words = upload.texts["alt"] if upload.accepted.is_picture else None
    made = attaching.attach(db(), place.subject, upload.accepted, name, words, actor=_actor())
    db().commit()
    if _wants_json():
        return _json({"name": made.name, "markdown": markdown_for(made), "is_picture": upload.accepted.is_picture}, 201)
    flash(_("%(name)s is toegevoegd. Kopieer de regel hieronder naar uw tekst.", name=made.name), "success")
    return redirect(url_for(".index", voor=place.subject), 303)


@blueprint.post("/verwijderen")
@signed_in
def remove() -> BaseResponse:
    """Take a file of a proposal away; 409 while its text uses it, or a guide does."""
    place, attachment = _own_file()
    if attachment.id in place.named or kept_for(db(), [attachment.id]):
        return _page(place, Upload(), status=409, refused=attachment.name)
    attaching.remove(db(), attachment, actor=_actor())
    db().commit()
    flash(_("%(name)s is verwijderd. U kunt het nog 30 dagen terugzetten.", name=attachment.name), "success")
    return redirect(url_for(".index", voor=place.subject), 303)


@blueprint.post("/terugzetten")
@signed_in
def restore() -> BaseResponse:
    """Put a removed file back."""
    place, attachment = _own_file()
    attaching.restore(db(), attachment, actor=_actor())
    db().commit()
    flash(_("%(name)s staat er weer.", name=attachment.name), "success")
    return redirect(url_for(".index", voor=place.subject), 303)


@blueprint.get("/verwijderen")
@blueprint.get("/terugzetten")
@signed_in
def back() -> BaseResponse:
    """Only a form leads there."""
    return redirect(href("/kennisbank"), 303)


def _place(subject: str) -> Place:
    place = find_place(db(), current_user, subject) or abort(404)
    authorise(place.may_know, hidden=True)
    return place


def _own_file() -> tuple[Place, Attachment]:
    number = request.form.get("bestand", 0, stored_number)
    found = attaching.find_attachment(db(), number) or abort(404)
    place = _place(found.subject)
    authorise(place.may_add and place.subject.startswith("proposal:"))
    return place, found


def _actor() -> Actor:
    role = next((one for one in (StaffRole.EDITOR, StaffRole.ADMINISTRATOR) if has_staff_role(current_user, one)), None)
    return actor_for(current_user, role) if role else Actor(PERSON, current_user.id)


def _wants_json() -> bool:
    return request.headers.get("Accept") == "application/json"


def _json(values: dict[str, object], status: int) -> Response:
    answer = no_store(jsonify(values))
    answer.status_code = status
    return answer


def _refused(place: Place, upload: Upload) -> Response:
    if not _wants_json():
        return _page(place, upload, status=upload.status)
    picture = bool(upload.accepted and upload.accepted.is_picture)
    errors = {name: words for name, words in upload.errors.items() if not (picture and name == "bestand")}
    return _json({"errors": errors or upload.errors, "is_picture": picture}, upload.status)


def _page(place: Place, upload: Upload, *, status: int = 200, refused: str = "") -> Response:
    attachments = attaching.attachments_of(db(), place.subject)
    rows = list(zip(rows_of(db(), attachments), attachments, strict=True))
    return no_store(
        render(
            "website/writing/files.html",
            status=status,
            place=place,
            upload=upload,
            refused=refused,
            rows=[(row, markdown_for(one)) for row, one in rows if not row.removed_at],
            removed=[row for row, _one in rows if row.removed_at],
        )
    )
