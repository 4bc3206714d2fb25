"""/mijn/documenten: plans and evidence of one authority, for its own people and for staff who review."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import MemberRole
from accounts.people import actor_for, authority_codes, member_roles
from common.clock import today
from common.files import attaching
from common.files.models import Attachment
from common.ledger import Actor
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.limits import limited
from common.web.rendering import render
from registry.authorities.reading import by_code, version_on
from registry.permissions import may_add_document, may_read_document, may_see_own_authority
from website.files.access import is_open_to_all
from website.files.listing import rows_of
from website.files.uploading import Upload, read_upload, takes_files

blueprint = Blueprint("documents", __name__)

LONGEST_DESCRIPTION = 300


@blueprint.get("/mijn/documenten")
@signed_in
def index() -> Response:
    """What the authority keeps here, and the form to add to it."""
    code = _code()
    authorise(may_read_document(current_user, code), hidden=True)
    return _page(code, Upload())


@blueprint.post("/mijn/documenten")
@signed_in
@takes_files
@limited("upload")
def add() -> BaseResponse:
    """Take in a document; 422 with what is wrong with it, 503 when it cannot be kept now."""
    code = _code()
    authorise(may_read_document(current_user, code), hidden=True)
    authorise(may_add_document(current_user, code))
    upload = read_upload(["omschrijving"], _check)
    if upload.errors or upload.accepted is None:
        return _page(code, upload, status=upload.status)
    session = db()
    attaching.attach(
        session, _subject(code), upload.accepted, upload.name, upload.texts["omschrijving"], actor=_actor(code)
    )
    session.commit()
    flash(_("%(name)s is toegevoegd.", name=upload.name), "success")
    return redirect(_list_url(code), 303)


@blueprint.post("/mijn/documenten/<int:attachment_id>/verwijderen")
@signed_in
def remove(attachment_id: int) -> BaseResponse:
    """Take a document away; it can be put back for thirty days."""
    attachment, code = _own_document(attachment_id)
    if is_open_to_all(db(), attachment):
        flash(_("%(name)s hoort bij een openbaar plan. Daarom blijft het staan.", name=attachment.name), "warning")
        return redirect(_list_url(code), 303)
    attaching.remove(db(), attachment, actor=_actor(code))
    db().commit()
    flash(_("%(name)s is verwijderd. U kunt het nog 30 dagen terugzetten.", name=attachment.name), "success")
    return redirect(_list_url(code), 303)


@blueprint.post("/mijn/documenten/<int:attachment_id>/terugzetten")
@signed_in
def restore(attachment_id: int) -> BaseResponse:
    """Put a removed document back."""
    attachment, code = _own_document(attachment_id)
    attaching.restore(db(), attachment, actor=_actor(code))
    db().commit()
    flash(_("%(name)s staat er weer.", name=attachment.name), "success")
    return redirect(_list_url(code), 303)


def _code() -> str:
    """Return the authority in `organisatie`, or the first of one's own."""
    code = request.args.get("organisatie") or next(iter(authority_codes(current_user)), "")
    return code if by_code(db(), code) else abort(404)


def _subject(code: str) -> str:
    return f"authority:{code}"


def _list_url(code: str) -> str:
    return url_for("documents.index", organisatie=code)


def _actor(code: str) -> Actor:
    coordinator = MemberRole.COORDINATOR in member_roles(current_user, code)
    return actor_for(current_user, MemberRole.COORDINATOR if coordinator else MemberRole.CONTRIBUTOR)


def _own_document(attachment_id: int) -> tuple[Attachment, str]:
    """Return a document that the person may change, with its authority; 404 for one he may not know of, else 403."""
    found = attaching.find_attachment(db(), attachment_id) or abort(404)
    noun, _colon, code = found.subject.partition(":")
    authorise(noun == "authority" and may_read_document(current_user, code), hidden=True)
    authorise(may_add_document(current_user, code))
    return found, code


def _check(upload: Upload) -> None:
    text = upload.texts["omschrijving"]
    if not text:
        upload.errors["omschrijving"] = _("Schrijf in een paar woorden wat dit is.")
    elif len(text) > LONGEST_DESCRIPTION:
        upload.errors["omschrijving"] = _("Dit is te lang. Gebruik hoogstens 300 tekens.")


def _page(code: str, upload: Upload, *, status: int = 200) -> Response:
    session = db()
    authority = by_code(session, code) or abort(404)
    rows = rows_of(session, attaching.attachments_of(session, _subject(code)))
    may_add = may_add_document(current_user, code)
    return no_store(
        render(
            "website/files/documents.html",
            status=status,
            code=code,
            name=version_on(authority, today()).name,
            is_example=authority.is_example,
            is_own=may_see_own_authority(current_user, code),
            may_add=may_add,
            upload=upload,
            rows=[row for row in rows if not row.removed_at],
            removed=[row for row in rows if row.removed_at] if may_add else [],
        )
    )
