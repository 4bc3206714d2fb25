"""The note as a file for everybody, and /redactie/notitie where a beheerder replaces its template."""

from flask import Blueprint, Response, abort, current_app, flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for, is_staff
from common.files import attaching
from common.typesetting import TypesettingError
from common.web.access import authorise, public, signed_in
from common.web.as_of import asked_as_of
from common.web.database import db, no_store
from common.web.downloads import refuse
from common.web.limits import limited
from common.web.rendering import render
from registry.agreements.reading import find_agreement
from registry.authorities.reading import find_authority
from registry.notes.content import note_of
from registry.notes.templates import SUBJECT, choose_template, current_template
from registry.notes.writing import WrongTemplate, as_docx, as_pdf, own_template, sample, values_of
from registry.permissions import may_change_note_template, may_see_note_template
from registry.reports.published import publication_of
from website.files.uploading import Upload, read_upload, storage, takes_files

blueprint = Blueprint("notes", __name__)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@blueprint.get("/deelnemers/<slug>/rapportages/<int:jaar>/notitie.<any(docx, pdf):form>")
@public
@limited("export")
def note(slug: str, jaar: int, form: str) -> Response:
    """The note for college, GS, board or council, in Dutch: what everybody may read of a report, on one page."""
    session, at = db(), asked_as_of(download=True)
    authority = find_authority(session, slug, at.moment) or abort(404)
    wanted = request.args.get("afspraak", "")
    agreement = (find_agreement(session, wanted, at.moment) or abort(404)) if wanted else None
    found = publication_of(session, authority, agreement, jaar, at) or abort(404)
    address = f"{current_app.config['SITE_URL']}/deelnemers/{authority.slug}/rapportages/{jaar}"
    values = values_of(note_of(session, authority, found, at), address)
    template = _template() if form == "docx" else b""
    session.rollback()  # making the file takes a moment, and reads nothing more
    return _file(_made(form, values, template), f"notitie-{authority.slug}-{jaar}.{form}")


@blueprint.get("/redactie/notitie")
@signed_in
def template() -> Response:
    """Which template counts, and the form to replace it."""
    authorise(may_see_note_template(current_user), hidden=not is_staff(current_user))
    return _page(Upload())


@blueprint.get("/redactie/notitie/sjabloon.docx")
@signed_in
def template_file() -> Response:
    """The template that counts now, to be changed in a word processor; `eigen=1` gives the one of the site."""
    authorise(may_see_note_template(current_user), hidden=not is_staff(current_user))
    return no_store(_file(own_template() if request.args.get("eigen") else _template(), "sjabloon-notitie.docx"))


@blueprint.post("/redactie/notitie")
@signed_in
@takes_files
@limited("upload")
def replace() -> BaseResponse:
    """Take a template in, after a note was made with it; 422 with the reason where that does not work."""
    authorise(may_change_note_template(current_user), hidden=not is_staff(current_user))
    upload = read_upload([], _try)
    if upload.errors or upload.accepted is None:
        return _page(upload, status=upload.status)
    actor = actor_for(current_user, StaffRole.ADMINISTRATOR)
    attachment = attaching.attach(db(), SUBJECT, upload.accepted, upload.name, None, actor=actor)
    choose_template(db(), attachment, actor=actor)
    db().commit()
    flash(_("%(name)s is nu het sjabloon.", name=upload.name), "success")
    return redirect(url_for("notes.template"), 303)


@blueprint.post("/redactie/notitie/eigen")
@signed_in
def put_back() -> BaseResponse:
    """Put the template of the site back; the replaced one stays in the list of files."""
    authorise(may_change_note_template(current_user), hidden=not is_staff(current_user))
    choose_template(db(), None, actor=actor_for(current_user, StaffRole.ADMINISTRATOR))
    db().commit()
    flash(_("Het sjabloon van de site geldt weer."), "success")
    return redirect(url_for("notes.template"), 303)


@blueprint.get("/redactie/notitie/eigen")
@signed_in
def back_to_template() -> BaseResponse:
    """Lead who reloads the address of the button to the page."""
    authorise(may_see_note_template(current_user), hidden=not is_staff(current_user))
    return redirect(url_for("notes.template"), 303)


def _template() -> bytes:
    chosen = current_template(db())
    if chosen is None or chosen.attachment is None:
        return own_template()
    try:
        with storage().open(chosen.attachment.sha256) as content:
            return content.read()
    except FileNotFoundError:
        current_app.logger.error("the template of the note has no content in the storage")
        return own_template()


def _made(form: str, values: dict[str, object], template: bytes) -> bytes:
    try:
        return as_pdf(values) if form == "pdf" else as_docx(values, template)
    except (TypesettingError, WrongTemplate) as error:
        current_app.logger.error("no note could be made: %s", error.reason)
        refuse(503, _("De notitie maken lukt nu niet. Probeer het straks opnieuw."))


def _try(upload: Upload) -> None:
    """Make a note with the file that came: what cannot be filled in is refused here, and not when somebody needs it."""
    if upload.accepted is None:
        return
    if upload.accepted.media_type != DOCX:
        upload.errors["bestand"] = _("Een sjabloon is een DOCX-bestand.")
        return
    upload.accepted.content.seek(0)
    content = upload.accepted.content.read()
    upload.accepted.content.seek(0)
    try:
        as_docx(values_of(sample(), "https://voorbeeld.example/"), content)
    except WrongTemplate as error:
        upload.errors["bestand"] = _("Dit sjabloon werkt niet: %(reason)s", reason=error.reason)


def _file(content: bytes, name: str) -> Response:
    response = make_response(content)
    response.mimetype = "application/pdf" if name.endswith(".pdf") else DOCX
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-cache"
    return response


def _page(upload: Upload, *, status: int = 200) -> Response:
    return no_store(
        render(
            "website/notes/template.html",
            status=status,
            upload=upload,
            chosen=current_template(db()),
            may_change=may_change_note_template(current_user),
            names=_names(),
        )
    )


def _names() -> list[tuple[str, str]]:
    """Return what a template may print, with what each gives, in the language of the page."""
    return [
        ("organisatie", _("naam van de organisatie")),
        ("soort", _("soort organisatie")),
        ("aan", _("voor wie de notitie is: de besturen van deze soort")),
        ("afspraak", _("korte naam van de afspraak")),
        ("jaar", _("verslagjaar")),
        ("gepubliceerd_op", _("dag van publicatie")),
        ("nummer", _("nummer van de ontvangstbevestiging")),
        ("vingerafdruk", _("kenmerk van de rapportage")),
        ("samenvatting", _("samenvatting van de organisatie")),
        ("resultaten", _("lijst, met per regel: naam, nu, eerder, verschil en mediaan")),
        ("vergelijking", _("zin over wie het middelste cijfer gaf")),
        ("vorig_jaar", _("jaar van de vorige rapportage, of leeg")),
        ("niveaus", _("lijst, met per regel: thema, niveau en eerder")),
        ("acties", _("lijst van acties die nog open staan")),
        ("komt_eraan", _("lijst van wat daarna gevraagd is")),
        ("verbeterd_omdat", _("reden van de verbetering, of leeg")),
        ("zekerheid", _("zin over waar de cijfers op rusten")),
        ("verzonnen", _("zin dat dit een voorbeeld is, of leeg")),
        ("adres", _("webadres van de rapportage")),
    ]
