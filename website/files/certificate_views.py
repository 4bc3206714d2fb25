"""/mijn/certificaten: the certificates of one authority, for its own people and for a beheerder."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import MemberRole, StaffRole
from accounts.people import actor_for, authority_codes, member_roles
from common import unsaved
from common.clock import today
from common.errors import Conflict
from common.files import attaching
from common.ledger import Actor
from common.versions import AsOf
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.limits import limited
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.authorities.ending import refuse_ended
from registry.authorities.models import Authority
from registry.authorities.reading import by_code, version_on
from registry.certificates.content import CertificateFacts, facts_of
from registry.certificates.forms import TEXTS, CertificateForm, checked_form, empty_form, form_of
from registry.certificates.keeping import LONGEST_REASON, add_certificate, correct, next_key, withdraw
from registry.certificates.models import Certificate
from registry.certificates.reading import (
    current_version,
    find_certificate,
    held_document,
    is_there_already,
    own_certificates,
    versions_of,
)
from registry.certificates.scales import BY_STEP
from registry.permissions import (
    may_add_certificate,
    may_correct_certificate,
    may_fill_in,
    may_see_certificates,
    may_see_own_authority,
)
from website.files.uploading import Upload, read_upload, takes_files

blueprint = Blueprint("certificates", __name__)


@blueprint.get("/mijn/certificaten")
@signed_in
def index() -> Response:
    """What the authority holds and held, withdrawn and coming ones included."""
    authority = _authority()
    authorise(may_see_certificates(current_user, authority.code), hidden=True)
    return no_store(
        render(
            "registry/certificates/own.html",
            **_about(authority),
            certificates=own_certificates(db(), authority.id, AsOf(today())),
            may_add=may_add_certificate(current_user, authority.code),
            may_correct=may_correct_certificate(current_user, authority.code),
        )
    )


@blueprint.get("/mijn/certificaten/nieuw")
@signed_in
def new() -> Response:
    """An empty form; with a handbook in the address it asks what that handbook has."""
    authority = _authority()
    authorise(may_see_certificates(current_user, authority.code), hidden=True)
    authorise(may_add_certificate(current_user, authority.code))
    return _form_page(
        authority, None, _begun(_page_path(authority, None), empty_form(version_on(authority, today()).name))
    )


@blueprint.post("/mijn/certificaten/nieuw")
@signed_in
@takes_files
@limited("upload")
def create() -> BaseResponse:
    """Add a certificate; it is public at once, from its first day."""
    authority = _authority()
    authorise(may_see_certificates(current_user, authority.code), hidden=True)
    authorise(may_add_certificate(current_user, authority.code))
    refuse_ended(db(), authority)
    form, upload = _sent(None)
    session, actor = db(), _actor(authority.code)
    if form.facts and is_there_already(session, authority.id, form.facts):
        form.refuse("handboek", _("Dit certificaat staat al in het register. Klopt er iets niet? Wijzig het dan."))
        upload.ask_again()
    if form.facts is None:
        return _form_page(authority, None, form, status=upload.status)
    key = next_key(session, authority)
    facts = replace(form.facts, document_id=_attached(key, upload, actor))
    add_certificate(session, authority, facts, actor=actor, key=key)
    unsaved.forget(session, current_user.id, _page_path(authority, None))
    session.commit()
    flash(_("Het certificaat staat in het register."), "success")
    return redirect(_list_url(authority), 303)


@blueprint.get("/mijn/certificaten/<int:certificate_id>")
@signed_in
def edit(certificate_id: int) -> Response:
    """What the certificate says, to correct."""
    certificate = _certificate(certificate_id)
    version = current_version(db(), certificate)
    form = _begun(_page_path(certificate.authority, certificate), form_of(facts_of(version), version.number))
    return _form_page(certificate.authority, certificate, form)


@blueprint.post("/mijn/certificaten/<int:certificate_id>")
@signed_in
@takes_files
@limited("upload")
def save(certificate_id: int) -> BaseResponse:
    """Save what it really says as a new version; 409 when somebody else changed it meanwhile."""
    certificate = _certificate(certificate_id)
    form, upload = _sent(facts_of(current_version(db(), certificate)))
    if form.facts is None:
        return _form_page(certificate.authority, certificate, form, status=upload.status)
    session, actor = db(), _actor(certificate.authority.code)
    facts = form.facts
    if upload.accepted:
        facts = replace(facts, document_id=_attached(certificate.key, upload, actor))
    try:
        correct(session, certificate, facts, form.base, reason=form.texts["reden"], actor=actor)
    except Conflict:
        session.rollback()
        upload.ask_again()
        return _form_page(certificate.authority, certificate, form, status=409)
    return _done(certificate, _("Het certificaat is gewijzigd."))


@blueprint.get("/mijn/certificaten/<int:certificate_id>/intrekken")
@signed_in
def confirm_withdrawal(certificate_id: int) -> Response:
    """Ask for the reason, and say what withdrawing means."""
    return _withdrawal_page(_certificate(certificate_id))


@blueprint.post("/mijn/certificaten/<int:certificate_id>/intrekken")
@signed_in
def withdraw_certificate(certificate_id: int) -> BaseResponse:
    """Take it off the public page, with a reason."""
    certificate = _certificate(certificate_id)
    reason = request.form.get("reden", "").strip()
    if not reason or len(reason) > LONGEST_REASON:
        return _withdrawal_page(certificate, reason, asked=True, status=422)
    base = CertificateForm({"versie": request.form.get("versie", "")}).base
    try:
        withdraw(db(), certificate, base, reason=reason, actor=_actor(certificate.authority.code))
    except Conflict:
        db().rollback()
        return _withdrawal_page(certificate, reason, status=409)
    return _done(certificate, _("Het certificaat is ingetrokken. Het staat niet meer op de openbare pagina."))


def _authority() -> Authority:
    """Return the authority in `organisatie`, or the first of one's own."""
    code = request.args.get("organisatie") or next(iter(authority_codes(current_user)), "")
    return by_code(db(), code) or abort(404)


def _certificate(certificate_id: int) -> Certificate:
    """Return a certificate that the person may correct; 404 for one he may not know of here, else 403."""
    found = find_certificate(db(), certificate_id) or abort(404)
    authorise(may_see_certificates(current_user, found.authority.code), hidden=True)
    authorise(may_correct_certificate(current_user, found.authority.code))
    return found


def _actor(code: str) -> Actor:
    if not may_fill_in(current_user, code):
        return actor_for(current_user, StaffRole.ADMINISTRATOR)
    coordinator = MemberRole.COORDINATOR in member_roles(current_user, code)
    return actor_for(current_user, MemberRole.COORDINATOR if coordinator else MemberRole.CONTRIBUTOR)


def _sent(old: CertificateFacts | None) -> tuple[CertificateForm, Upload]:
    """Read what was sent; the file is kept only where nothing is wrong with it or with the fields."""
    form = CertificateForm({})

    def check(upload: Upload) -> None:
        nonlocal form
        form = checked_form(upload.texts, old)
        upload.errors.update(form.errors)

    upload = read_upload(TEXTS, check, optional=True)
    form.errors = upload.errors
    if upload.errors:
        form.facts = None
    return form, upload


def _attached(key: str, upload: Upload, actor: Actor) -> int | None:
    if upload.accepted is None:
        return None
    return attaching.attach(db(), f"certificate:{key}", upload.accepted, upload.name, None, actor=actor).id


def _begun(path: str, form: CertificateForm) -> CertificateForm:
    """Return the form with what was typed before the session ended, or with the handbook that was just chosen."""
    kept = kept_fields(path)
    if kept:
        return CertificateForm({name: kept.get(name, "") for name in TEXTS})
    chosen = request.args.get("handboek")
    if not chosen or chosen == form.texts.get("handboek"):
        return form
    # Another handbook of the same scale keeps what was there; one of the other scale asks anew.
    return CertificateForm({**form.texts, "handboek": chosen, **_still_fitting(chosen, form)})


def _still_fitting(handbook: str, form: CertificateForm) -> dict[str, str]:
    by_step = handbook in BY_STEP
    return {
        "niveau": "" if by_step else form.texts.get("niveau", ""),
        "trede": form.texts.get("trede", "") if by_step else "",
    }


def _done(certificate: Certificate, message: str) -> BaseResponse:
    session = db()
    for page in ("", "/intrekken"):
        unsaved.forget(session, current_user.id, _page_path(certificate.authority, certificate) + page)
    session.commit()
    flash(message, "success")
    return redirect(_list_url(certificate.authority), 303)


def _list_url(authority: Authority) -> str:
    return url_for(".index", organisatie=authority.code)


def _page_path(authority: Authority, certificate: Certificate | None) -> str:
    if certificate:
        return f"/mijn/certificaten/{certificate.id}"
    return f"/mijn/certificaten/nieuw?organisatie={authority.code}"


def _about(authority: Authority) -> dict[str, Any]:
    return {
        "authority": authority,
        "name": version_on(authority, today()).name,
        "is_example": authority.is_example,
        "is_own": may_see_own_authority(current_user, authority.code),
    }


def _form_page(
    authority: Authority, certificate: Certificate | None, form: CertificateForm, *, status: int = 200
) -> Response:
    session = db()
    version = current_version(session, certificate) if certificate else None
    return no_store(
        render(
            "registry/certificates/form.html",
            fragment="schaal",
            status=status,
            **_about(authority),
            certificate=certificate,
            version=version,
            versions=versions_of(session, certificate) if certificate else [],
            document=held_document(session, version) if version else None,
            form=form,
            conflict=status == 409,
            keeper=keeper_fields(_page_path(authority, certificate)),
        )
    )


def _withdrawal_page(certificate: Certificate, reason: str = "", *, asked: bool = False, status: int = 200) -> Response:
    path = f"{_page_path(certificate.authority, certificate)}/intrekken"
    kept = kept_fields(path) if status == 200 else None
    too_long = _("Gebruik hoogstens %(num)s tekens.", num=LONGEST_REASON)
    missing = _("Schrijf in een zin waarom u dit certificaat intrekt. Iedereen kan dat lezen.")
    return no_store(
        render(
            "registry/certificates/withdraw.html",
            status=status,
            **_about(certificate.authority),
            certificate=certificate,
            version=current_version(db(), certificate),
            reason=kept.get("reden", "") if kept else reason,
            error=(too_long if reason else missing) if asked else "",
            conflict=status == 409,
            keeper=keeper_fields(path),
        )
    )
