"""/redactie/ondertekeningen/<id>/beeindigen: end a signature, with the day, the reason and a document."""

from datetime import date

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for
from common import unsaved
from common.errors import Conflict, Refused
from common.files import attaching
from common.typed import LONGEST_REASON
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.limits import limited
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.permissions import may_change_signature
from registry.signatures.correcting import end, open_correction
from registry.signatures.forms import WrongDay, in_words, read_ending
from registry.signatures.listing import newest_of
from registry.signatures.models import Signature
from website.files.uploading import Upload, read_upload, takes_files

blueprint = Blueprint("signing_ending", __name__)
_PAGE = "/redactie/ondertekeningen/<int:signature_id>/beeindigen"
_FIELDS = ("datum", "reden")


@blueprint.get(_PAGE)
@signed_in
def form(signature_id: int) -> BaseResponse:
    """Ask from which day it does not bind any more, why, and the document that says so."""
    authorise(may_change_signature(current_user))
    signature = _load(signature_id)
    version = newest_of(db(), signature)
    if not version.confirmed or version.ended_on or open_correction(db(), signature):
        return redirect(url_for("signatures.detail", signature_id=signature.id), 303)
    kept = kept_fields(_path(signature))
    return _page(signature, Upload(texts={name: kept.get(name, "") for name in _FIELDS} if kept else {}))


@blueprint.post(_PAGE)
@signed_in
@takes_files
@limited("upload")
def save(signature_id: int) -> BaseResponse:
    """End it. It stays in the register, with the reason, and what it asked ends on that day."""
    authorise(may_change_signature(current_user))
    signature = _load(signature_id)
    upload = read_upload(_FIELDS, _check)
    signature = _load(signature_id)
    if upload.errors or upload.accepted is None:
        return _page(signature, upload, status=upload.status)
    session, actor = db(), actor_for(current_user, StaffRole.ADMINISTRATOR)
    code = newest_of(session, signature).parties[0].authority.code
    subject, about = f"evidence:{code}", _("Einde van de ondertekening")
    evidence = attaching.attach(session, subject, upload.accepted, upload.name, about, actor=actor)
    try:
        end(session, signature, _day(upload), upload.texts["reden"], evidence, actor=actor)
    except (Refused, Conflict) as error:
        session.rollback()
        upload.errors["datum"] = in_words(error)
        return _page(signature, upload, status=409 if isinstance(error, Conflict) else 422)
    unsaved.forget(session, current_user.id, _path(signature))
    session.commit()
    flash(_("De ondertekening is beëindigd. De reden is openbaar."), "success")
    return redirect(url_for("signatures.detail", signature_id=signature.id), 303)


def _load(signature_id: int) -> Signature:
    return db().get(Signature, signature_id) or abort(404)


def _path(signature: Signature) -> str:
    return f"/redactie/ondertekeningen/{signature.id}/beeindigen"


def _day(upload: Upload) -> date:
    return read_ending(upload.texts["datum"])


def _check(upload: Upload) -> None:
    try:
        _day(upload)
    except WrongDay as wrong:
        upload.errors["datum"] = str(wrong)
    if not upload.texts["reden"]:
        upload.errors["reden"] = _("Schrijf op waarom de ondertekening eindigt. De reden is openbaar.")
    elif len(upload.texts["reden"]) > LONGEST_REASON:
        upload.errors["reden"] = _("Schrijf hoogstens %(number)s tekens.", number=LONGEST_REASON)


def _page(signature: Signature, upload: Upload, *, status: int = 200) -> Response:
    return no_store(
        render(
            "registry/signatures/end.html",
            status=status,
            signature=signature,
            is_example=signature.agreement.is_example,
            version=newest_of(db(), signature),
            correction=open_correction(db(), signature),
            typed=upload.texts,
            errors=upload.errors,
            keeper=keeper_fields(_path(signature)),
        )
    )
