"""/redactie/gidsen/<slug>/bestanden: pictures and files that an author uses in a guide."""

from dataclasses import replace

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for, has_staff_role
from common.files import attaching
from common.files.models import Attachment
from common.ledger import Actor
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.limits import limited
from common.web.rendering import render
from kb.guides.files import markdown_for, name_for_text, named_in, subject_of, used_by
from kb.guides.writing import find_guide, newest_revision
from kb.permissions import may_add_guide_file
from website.files.describing import check_description
from website.files.listing import Row, rows_of
from website.files.uploading import Upload, read_upload, takes_files

blueprint = Blueprint("guide_files", __name__, url_prefix="/redactie/gidsen/<slug>/bestanden")


@blueprint.get("")
@signed_in
def index(slug: str) -> Response:
    """The files of a guide, each with what to type to use it."""
    authorise(may_add_guide_file(current_user))
    return _page(slug, Upload())


@blueprint.post("")
@signed_in
@takes_files
@limited("upload")
def add(slug: str) -> BaseResponse:
    """Take in a picture or a file; 422 with what is wrong with it, 503 when it cannot be kept now."""
    authorise(may_add_guide_file(current_user))
    _title(db(), slug)
    upload = read_upload(["alt", "decoratief"], check_description)
    if upload.errors or upload.accepted is None:
        return _page(slug, upload, status=upload.status)
    name = name_for_text(upload.name, upload.accepted)
    words = upload.texts["alt"] if upload.accepted.is_picture else None
    made = attaching.attach(db(), subject_of(slug), upload.accepted, name, words, actor=_actor())
    db().commit()
    flash(_("%(name)s is toegevoegd. Kopieer de regel hieronder naar uw tekst.", name=made.name), "success")
    return redirect(url_for("guide_files.index", slug=slug), 303)


@blueprint.post("/<int:file_id>/verwijderen")
@signed_in
def remove(slug: str, file_id: int) -> BaseResponse:
    """Take a file away; 409 while a guide on the site, or the newest text of this one, uses it."""
    authorise(may_add_guide_file(current_user))
    session = db()
    attachment = _own_file(session, slug, file_id)
    if used_by(session, [file_id])[file_id] or file_id in _named_in_newest(session, slug):
        return _page(slug, Upload(), status=409, refused=attachment.name)
    attaching.remove(session, attachment, actor=_actor())
    session.commit()
    flash(_("%(name)s is verwijderd. U kunt het nog 30 dagen terugzetten.", name=attachment.name), "success")
    return redirect(url_for("guide_files.index", slug=slug), 303)


@blueprint.post("/<int:file_id>/terugzetten")
@signed_in
def restore(slug: str, file_id: int) -> BaseResponse:
    """Put a removed file back."""
    authorise(may_add_guide_file(current_user))
    attachment = _own_file(db(), slug, file_id)
    attaching.restore(db(), attachment, actor=_actor())
    db().commit()
    flash(_("%(name)s staat er weer.", name=attachment.name), "success")
    return redirect(url_for("guide_files.index", slug=slug), 303)


def _title(session: Session, slug: str) -> str:
    guide = find_guide(session, slug) or abort(404)
    return newest_revision(session, guide).title


def _named_in_newest(session: Session, slug: str) -> set[int]:
    guide = find_guide(session, slug) or abort(404)
    return named_in(newest_revision(session, guide).html)


def _own_file(session: Session, slug: str, file_id: int) -> Attachment:
    found = attaching.find_attachment(session, file_id)
    return found if found and found.subject == subject_of(slug) else abort(404)


def _actor() -> Actor:
    editor = has_staff_role(current_user, StaffRole.EDITOR)
    return actor_for(current_user, StaffRole.EDITOR if editor else StaffRole.ADMINISTRATOR)


def _page(slug: str, upload: Upload, *, status: int = 200, refused: str = "") -> Response:
    session = db()
    title = _title(session, slug)
    attachments = attaching.attachments_of(session, subject_of(slug))
    uses, newest = used_by(session, [one.id for one in attachments]), _named_in_newest(session, slug)
    rows: list[Row] = [
        replace(row, markdown=markdown_for(one), used_by=tuple(uses[one.id]), in_newest=one.id in newest)
        for row, one in zip(rows_of(session, attachments), attachments, strict=True)
    ]
    return no_store(
        render(
            "website/files/guide_files.html",
            status=status,
            slug=slug,
            title=title,
            upload=upload,
            refused=refused,
            rows=[row for row in rows if not row.removed_at],
            removed=[row for row in rows if row.removed_at],
        )
    )
