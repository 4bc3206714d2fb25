"""What staff do with signatures: see which wait for a confirmation, and confirm them."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for
from common import unsaved
from common.errors import Conflict, Refused
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.permissions import may_confirm_signature, may_see_unconfirmed_signatures
from registry.signatures.changing import current_version
from registry.signatures.confirming import LONGEST, confirm, unconfirmed
from registry.signatures.models import Signature

blueprint = Blueprint("signatures", __name__)


@blueprint.get("/redactie/ondertekeningen")
@signed_in
def index() -> Response:
    """The signatures that wait for a confirmation; all staff see them, a beheerder confirms."""
    authorise(may_see_unconfirmed_signatures(current_user))
    return no_store(
        render(
            "registry/signatures/confirm.html",
            versions=unconfirmed(db()),
            may_confirm=may_confirm_signature(current_user),
        )
    )


@blueprint.get("/redactie/ondertekeningen/<int:signature_id>/bevestigen")
@signed_in
def form(signature_id: int) -> Response:
    """One signature with its source, and the form that asks for the proof."""
    authorise(may_confirm_signature(current_user))
    signature = _load(signature_id)
    kept = kept_fields(_path(signature))
    return _form(signature, kept.get("bewijs", "") if kept else "")


@blueprint.post("/redactie/ondertekeningen/<int:signature_id>/bevestigen")
@signed_in
def confirm_signature(signature_id: int) -> BaseResponse:
    """Confirm a signature with the proof that was typed."""
    authorise(may_confirm_signature(current_user))
    session, signature, proof = db(), _load(signature_id), request.form.get("bewijs", "").replace("\x00", "")
    try:
        version = confirm(session, signature, proof, actor=actor_for(current_user, StaffRole.ADMINISTRATOR))
    except Refused:
        session.rollback()
        return _form(signature, proof, _error(proof), status=422)
    except Conflict:
        session.rollback()
        return _form(signature, proof, status=409)
    unsaved.forget(session, current_user.id, _path(signature))
    session.commit()
    flash(_("De ondertekening van %(name)s is bevestigd en openbaar.", name=version.name_as_signed), "success")
    return redirect(url_for("signatures.index"), 303)


def _load(signature_id: int) -> Signature:
    return db().get(Signature, signature_id) or abort(404)


def _path(signature: Signature) -> str:
    return f"/redactie/ondertekeningen/{signature.id}/bevestigen"


def _error(proof: str) -> str:
    if proof.strip():
        return str(_("Schrijf hoogstens %(number)s tekens.", number=LONGEST))
    return str(_("Schrijf op waaruit blijkt dat de organisatie tekende."))


def _form(signature: Signature, proof: str = "", error: str = "", *, status: int = 200) -> Response:
    version = current_version(db(), signature)
    return no_store(
        render(
            "registry/signatures/confirm_form.html",
            signature=signature,
            is_example=any(party.authority.is_example for party in version.parties),
            version=version,
            proof=proof,
            keeper=keeper_fields(_path(signature)),
            error=error,
            status=status,
        )
    )
