"""/redactie/ondertekeningen/<id>/corrigeren: correct a mistake as a new version that says so, and decide on one."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for
from common import unsaved
from common.clock import today
from common.errors import Conflict, Refused
from common.ledger import Actor
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.authorities.reading import version_on
from registry.permissions import may_change_signature
from registry.signatures.correcting import correct, decide, facts_of, open_correction
from registry.signatures.forms import WrongDay, in_words, read_ending, write_day
from registry.signatures.listing import newest_of
from registry.signatures.models import DatePrecision, Signature, SignatureCorrection, SignatureVersion
from registry.signatures.paper_form import PaperForm, read_form

blueprint = Blueprint("signature_corrections", __name__)
_PAGE = "/redactie/ondertekeningen/<int:signature_id>/corrigeren"


@blueprint.get(_PAGE)
@signed_in
def form(signature_id: int) -> BaseResponse:
    """The facts of a signature to correct, and the reason."""
    authorise(may_change_signature(current_user))
    signature = _load(signature_id)
    version = newest_of(db(), signature)
    if version.refused or open_correction(db(), signature):
        return redirect(url_for("signatures.detail", signature_id=signature.id), 303)
    return _page(signature, version, kept_fields(_path(signature)) or typed_facts(version))


@blueprint.post(_PAGE)
@signed_in
def save(signature_id: int) -> BaseResponse:
    """Write the correction, or put it before a second beheerder where that is asked."""
    authorise(may_change_signature(current_user))
    session, signature = db(), _load(signature_id)
    version = newest_of(session, signature)
    read = _read(signature, version)
    if read.errors:
        return _page(signature, version, request.form, read.errors, status=422)
    reason, facts = request.form.get("reden", ""), _facts(read, version)
    try:
        made = correct(session, signature, facts, reason, seen=_seen(), actor=_actor())
    except (Refused, Conflict) as error:
        return _failed(signature, error)
    unsaved.forget(session, current_user.id, _path(signature))
    session.commit()
    flash(_told(made), "success")
    return redirect(url_for("signatures.detail", signature_id=signature.id), 303)


@blueprint.post("/redactie/ondertekeningen/<int:signature_id>/correctie")
@signed_in
def decide_on(signature_id: int) -> BaseResponse:
    """Accept a correction that another beheerder proposed, or leave it."""
    authorise(may_change_signature(current_user))
    session, signature = db(), _load(signature_id)
    correction = open_correction(session, signature)
    if correction is None:
        raise Conflict(_("Over deze correctie is intussen al beslist."))
    accept = request.form.get("besluit") == "overnemen"
    decide(session, correction, accept=accept, actor=_actor())
    session.commit()
    flash(
        _("De correctie is overgenomen en openbaar.") if accept else _("De correctie is niet overgenomen."), "success"
    )
    return redirect(url_for("signatures.detail", signature_id=signature.id), 303)


def _load(signature_id: int) -> Signature:
    return db().get(Signature, signature_id) or abort(404)


def _actor() -> Actor:
    return actor_for(current_user, StaffRole.ADMINISTRATOR)


def _seen() -> int:
    written = request.form.get("versie", "")
    return int(written) if written.isdecimal() and len(written) < 10 else -1


def _failed(signature: Signature, error: Refused | Conflict) -> Response:
    """Show the form again with what was typed: 422 with the error at the reason, or 409 where it changed meanwhile."""
    db().rollback()
    is_refused = isinstance(error, Refused)
    errors = {"reden" if is_refused else "versie": in_words(error)}
    version = newest_of(db(), signature)
    return _page(signature, version, request.form, errors, status=422 if is_refused else 409)


def _path(signature: Signature) -> str:
    return f"/redactie/ondertekeningen/{signature.id}/corrigeren"


def _told(made: SignatureVersion | SignatureCorrection) -> str:
    if isinstance(made, SignatureCorrection):
        return str(_("De correctie wacht op een andere beheerder. Tot die tijd blijft het register zoals het was."))
    return str(_("De correctie is bewaard als een nieuwe versie."))


def typed_facts(version: SignatureVersion) -> dict[str, str]:
    """Return the facts of a version as the form writes them."""
    return {
        "naam_bron": version.name_as_signed,
        "precisie": version.date_precision.value,
        "datum": write_day(version.signed_on, version.date_precision),
        "naam": version.signed_by or "",
        "functie": version.signed_by_function or "",
        "bron": version.source,
        "opmerking": version.note or "",
        "einde": write_day(version.ended_on, DatePrecision.DAY),
        "voor": "\n".join(version_on(party.authority, today()).name for party in version.parties),
    }


def _facts(read: PaperForm, version: SignatureVersion) -> Mapping[str, Any]:
    facts = facts_of(version)
    facts |= {
        "name_as_signed": read.facts.name_as_signed,
        "signed_on": read.facts.signed_on,
        "date_precision": read.facts.precision,
        "signed_by": read.facts.signed_by or None,
        "signed_by_function": read.facts.signed_by_function or None,
        "source": read.facts.source,
        "note": read.facts.note or None,
        "bound": sorted(one.id for one in read.authorities),
    }
    if version.ended_on and request.form.get("loopt_door"):
        return {**facts, "ended_on": None, "ended_reason": None}
    return {**facts, "ended_on": _end(version)}


def _end(version: SignatureVersion) -> date | None:
    """Return the day of the end as it was typed; what ends already may get another. Raises WrongDay."""
    written = request.form.get("einde", "").strip()
    if version.ended_on is None or written == write_day(version.ended_on, DatePrecision.DAY):
        return version.ended_on
    return read_ending(written)


def _read(signature: Signature, version: SignatureVersion) -> PaperForm:
    """Read the form; a day that stays as it was may lie before the agreement, another not."""
    same = request.form.get("datum", "").strip() == write_day(version.signed_on, version.date_precision)
    first = None if same else signature.agreement_version.period_from
    read = read_form(db(), request.form, is_example=signature.agreement.is_example, first=first)
    try:
        _facts(read, version)
    except WrongDay as wrong:
        read.errors["einde"] = str(wrong)
    return read


def _page(
    signature: Signature,
    version: SignatureVersion,
    typed: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> Response:
    return no_store(
        render(
            "registry/signatures/correct.html",
            status=status,
            signature=signature,
            is_example=signature.agreement.is_example,
            version=version,
            typed=typed,
            errors=errors or {},
            seen=typed.get("versie") if status == 422 else version.number,
            keeper=keeper_fields(_path(signature)),
        )
    )
