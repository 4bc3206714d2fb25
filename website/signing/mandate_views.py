"""The third page of signing: who signs, in which function, and by which mandate."""

from collections.abc import Mapping

from flask import Blueprint, Response, redirect
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from common import unsaved
from common.errors import Conflict
from common.files import attaching
from common.files.models import Attachment
from common.web.access import signed_in
from common.web.database import db, no_store
from common.web.limits import limited
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.signatures.desk import SigningDesk, load_desk, member_actor
from registry.signatures.forms import in_words, signer_problems
from registry.signatures.mails import executives, page_of
from registry.signatures.signing import binds_others, name_signer
from website.files.uploading import Upload, read_upload, takes_files

blueprint = Blueprint("signing_mandate", __name__)
_PAGE = "/mijn/ondertekenen/voorbereid/<int:signing_id>/wie-tekent"
_FIELDS = ("naam", "functie")


@blueprint.get(_PAGE)
@signed_in
def form(signing_id: int) -> BaseResponse:
    """Ask for name, function and mandate; a bestuurder finds his own name there."""
    desk = load_desk(signing_id, preparing=True)
    if desk.signing.ended_at:
        return redirect(desk.url("signing_end.look_over"), 303)
    kept: Mapping[str, str] = kept_fields(page_of(desk.signing, "/wie-tekent")) or {}
    name, function = desk.signing.signed_by or _likely_name(desk), desk.signing.signed_by_function
    return _page(desk, Upload(texts={"naam": kept.get("naam", name), "functie": kept.get("functie", function)}))


@blueprint.post(_PAGE)
@signed_in
@takes_files
@limited("upload")
def save(signing_id: int) -> BaseResponse:
    """Keep who signs; the file is compulsory only where it binds another organisation and none was given."""
    desk = load_desk(signing_id, preparing=True)
    needs = binds_others(desk.signing) and desk.signing.evidence_id is None
    upload = read_upload(_FIELDS, _check, optional=not needs)
    desk = load_desk(signing_id, preparing=True)
    if upload.errors:
        return _page(desk, upload, status=upload.status)
    session, actor, mandate = db(), member_actor(desk.authority.code), None
    if upload.accepted:
        subject = f"evidence:{desk.authority.code}"
        mandate = attaching.attach(session, subject, upload.accepted, upload.name, _("Mandaat"), actor=actor)
    try:
        name_signer(session, desk.signing, upload.texts["naam"], upload.texts["functie"], mandate, actor=actor)
    except Conflict as error:
        session.rollback()
        upload.errors["naam"] = in_words(error)
        return _page(desk, upload, status=409)
    unsaved.forget(session, current_user.id, page_of(desk.signing, "/wie-tekent"))
    session.commit()
    return redirect(desk.url("signing_end.look_over"), 303)


def _check(upload: Upload) -> None:
    upload.errors |= signer_problems(upload.texts["naam"], upload.texts["functie"])


def _likely_name(desk: SigningDesk) -> str:
    if desk.may_sign:
        return str(current_user.name)
    people = executives(db(), desk.authority.code)
    return people[0].name if len(people) == 1 else ""


def _page(desk: SigningDesk, upload: Upload, *, status: int = 200) -> Response:
    evidence = desk.signing.evidence_id
    return no_store(
        render(
            "registry/signatures/signer.html",
            status=status,
            desk=desk,
            is_example=desk.authority.is_example,
            upload=upload,
            needs_mandate=binds_others(desk.signing),
            mandate=db().get(Attachment, evidence) if evidence else None,
            keeper=keeper_fields(page_of(desk.signing, "/wie-tekent")),
        )
    )
