"""What staff do with signatures: see which wait, look at one with all its versions, confirm it or refuse it."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole, User
from accounts.people import actor_for
from common import unsaved
from common.errors import Conflict, Refused
from common.files.models import Attachment
from common.ledger import Actor
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.permissions import may_change_signature, may_confirm_signature, may_see_unconfirmed_signatures
from registry.signatures.confirming import confirm, in_the_way, refuse
from registry.signatures.correcting import open_correction, waiting_corrections
from registry.signatures.forms import in_words
from registry.signatures.listing import Tab, newest_of, read_list, versions_of
from registry.signatures.mails import mail_decided
from registry.signatures.models import Origin, Signature, SignatureVersion
from registry.signatures.showing import shown_correction

blueprint = Blueprint("signatures", __name__)


@blueprint.get("/redactie/ondertekeningen")
@signed_in
def index() -> Response:
    """The signatures that wait, with filters, and those that are public; all staff see them, a beheerder decides."""
    authorise(may_see_unconfirmed_signatures(current_user))
    asked = request.args
    tab = Tab(asked["wat"]) if asked.get("wat") in list(Tab) else Tab.WAITING
    origin = Origin(asked["herkomst"]) if asked.get("herkomst") in list(Origin) else None
    words = " ".join(asked.get("q", "").split())[:100]
    page = asked.get("pagina", "1")
    listing = read_list(db(), tab, origin, words, int(page) if page.isdecimal() and len(page) < 6 else 1)
    kept: dict[str, Any] = {"wat": tab.value, "herkomst": origin.value if origin else None, "q": words or None}
    return no_store(
        render(
            "registry/signatures/staff_list.html",
            listing=listing,
            corrections=waiting_corrections(db()) if tab is Tab.WAITING else [],
            url_for_page=lambda number: url_for(".index", **kept, pagina=number),
            may_confirm=may_confirm_signature(current_user),
            may_change=may_change_signature(current_user),
            me=current_user.id,
        )
    )


@blueprint.get("/redactie/ondertekeningen/<int:signature_id>")
@signed_in
def detail(signature_id: int) -> Response:
    """One signature: what the register says of it now, its evidence, and all earlier versions with their reasons."""
    authorise(may_see_unconfirmed_signatures(current_user))
    return _detail(_load(signature_id))


@blueprint.get("/redactie/ondertekeningen/<int:signature_id>/bevestigen")
@signed_in
def form(signature_id: int) -> Response:
    """One signature with its source, and the form that asks for the proof."""
    authorise(may_confirm_signature(current_user))
    return _form(_load(signature_id), "bevestigen")


@blueprint.post("/redactie/ondertekeningen/<int:signature_id>/bevestigen")
@signed_in
def confirm_signature(signature_id: int) -> BaseResponse:
    """Confirm a signature with the proof that was typed; not by who signed or entered it."""
    authorise(may_confirm_signature(current_user))
    session, signature, proof = db(), _load(signature_id), _typed("bewijs")
    try:
        version = confirm(session, signature, proof, actor=_actor())
    except (Refused, Conflict) as error:
        return _failed(signature, "bevestigen", proof, error)
    _decided(signature, version, "bevestigen")
    flash(_("De ondertekening van %(name)s is bevestigd en openbaar.", name=version.name_as_signed), "success")
    return redirect(url_for("signatures.index"), 303)


@blueprint.get("/redactie/ondertekeningen/<int:signature_id>/weigeren")
@signed_in
def refuse_form(signature_id: int) -> Response:
    """One signature, and the form that asks why it is not confirmed."""
    authorise(may_confirm_signature(current_user))
    return _form(_load(signature_id), "weigeren")


@blueprint.post("/redactie/ondertekeningen/<int:signature_id>/weigeren")
@signed_in
def refuse_signature(signature_id: int) -> BaseResponse:
    """Do not confirm a signature: who signed it online reads why, and the public never sees it."""
    authorise(may_confirm_signature(current_user))
    session, signature, reason = db(), _load(signature_id), _typed("reden")
    try:
        version = refuse(session, signature, reason, actor=_actor())
    except (Refused, Conflict) as error:
        return _failed(signature, "weigeren", reason, error)
    _decided(signature, version, "weigeren")
    flash(
        _("De ondertekening van %(name)s is geweigerd. Zij wordt niet openbaar.", name=version.name_as_signed),
        "success",
    )
    return redirect(url_for("signatures.index"), 303)


def _load(signature_id: int) -> Signature:
    return db().get(Signature, signature_id) or abort(404)


def _actor() -> Actor:
    return actor_for(current_user, StaffRole.ADMINISTRATOR)


def _typed(name: str) -> str:
    return request.form.get(name, "")


def _path(signature: Signature, what: str) -> str:
    return f"/redactie/ondertekeningen/{signature.id}/{what}"


def _decided(signature: Signature, version: SignatureVersion, what: str) -> None:
    session = db()
    mail_decided(session, signature, version)
    unsaved.forget(session, current_user.id, _path(signature, what))
    session.commit()


def _failed(signature: Signature, what: str, text: str, error: Refused | Conflict) -> Response:
    db().rollback()
    return _form(signature, what, text, in_words(error), status=422 if isinstance(error, Refused) else 409)


def _form(signature: Signature, what: str, text: str = "", error: str = "", *, status: int = 200) -> Response:
    version = newest_of(db(), signature)
    kept = kept_fields(_path(signature, what)) if status == 200 else None
    return no_store(
        render(
            "registry/signatures/decide.html",
            signature=signature,
            is_example=signature.agreement.is_example,
            version=version,
            evidence=_file(version.evidence_id),
            refusing=what == "weigeren",
            text=kept.get("reden" if what == "weigeren" else "bewijs", "") if kept else text,
            account=_account(version),
            in_the_way=[] if version.confirmed or version.refused else in_the_way(db(), signature, version),
            own=version.entered_by_id is not None and version.entered_by_id == current_user.id,
            keeper=keeper_fields(_path(signature, what)),
            error=error,
            status=status,
        )
    )


def _account(version: SignatureVersion) -> str | None:
    person = db().get(User, version.entered_by_id) if version.entered_by_id else None
    return person.name if person else None


def _file(attachment_id: int | None) -> Attachment | None:
    return db().get(Attachment, attachment_id) if attachment_id else None


def _detail(signature: Signature) -> Response:
    session = db()
    versions, correction = versions_of(session, signature), open_correction(session, signature)
    return no_store(
        render(
            "registry/signatures/staff_detail.html",
            signature=signature,
            is_example=signature.agreement.is_example,
            versions=versions,
            version=versions[0],
            evidence=_file(versions[0].evidence_id),
            account=_account(versions[0]),
            ended_evidence=_file(versions[0].ended_evidence_id),
            correction=shown_correction(session, correction, versions[0]) if correction else None,
            own_correction=correction is not None and correction.proposed_by_id == current_user.id,
            may_confirm=may_confirm_signature(current_user),
            may_change=may_change_signature(current_user),
        )
    )
