"""/redactie/ondertekeningen/nieuw: a signature on paper, entered by a beheerder with its evidence."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for
from common import unsaved
from common.errors import Refused
from common.files import attaching
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.limits import limited
from common.web.rendering import render
from common.web.unsaved import keeper_fields, kept_fields
from registry.agreements.models import AgreementVersion
from registry.permissions import may_change_signature
from registry.signatures.forms import in_words
from registry.signatures.paper import enter
from registry.signatures.paper_form import TEXTS, PaperForm, read_form
from website.files.uploading import Upload, read_upload, takes_files

blueprint = Blueprint("signing_paper", __name__)
_PATH = "/redactie/ondertekeningen/nieuw"
_FIELDS = ("afspraak", *TEXTS)


@blueprint.get(_PATH)
@signed_in
def form() -> Response:
    """Ask what stands on the paper, whom it binds, where it came from, and the paper itself."""
    authorise(may_change_signature(current_user))
    kept = kept_fields(_PATH)
    return _page(Upload(texts={name: kept.get(name, "") for name in _FIELDS} if kept else {}))


@blueprint.post(_PATH)
@signed_in
@takes_files
@limited("upload")
def save() -> BaseResponse:
    """Write the signature; another beheerder confirms it before it is public."""
    authorise(may_change_signature(current_user))
    upload = read_upload(_FIELDS, _check)
    if upload.errors or upload.accepted is None:
        return _page(upload, status=upload.status)
    session, actor = db(), actor_for(current_user, StaffRole.ADMINISTRATOR)
    text, read = _text(upload), _read(upload)
    assert text is not None
    subject, about = f"evidence:{read.authorities[0].code}", _("Handtekening op papier")
    evidence = attaching.attach(session, subject, upload.accepted, upload.name, about, actor=actor)
    try:
        made = enter(session, text, read.facts, [one.id for one in read.authorities], evidence, actor=actor)
    except Refused as refused:
        session.rollback()
        upload.errors["voor"] = in_words(refused)
        return _page(upload, status=422)
    unsaved.forget(session, current_user.id, _PATH)
    session.commit()
    flash(_("Ingevoerd. Een andere beheerder moet deze handtekening nog bevestigen."), "success")
    return redirect(url_for("signatures.detail", signature_id=made.id), 303)


def _check(upload: Upload) -> None:
    if _text(upload) is None:
        upload.errors["afspraak"] = _("Kies de afspraak die is getekend.")
    upload.errors |= _read(upload).errors


def _text(upload: Upload) -> AgreementVersion | None:
    written = upload.texts["afspraak"]
    return db().get(AgreementVersion, int(written)) if written.isdecimal() and len(written) < 10 else None


def _read(upload: Upload) -> PaperForm:
    text = _text(upload)
    if text is None:
        return read_form(db(), upload.texts, is_example=False)
    return read_form(db(), upload.texts, is_example=text.agreement.is_example, first=text.period_from)


def _texts() -> list[AgreementVersion]:
    """Return every version of every agreement, the newest agreement first: a paper may bear an older text."""
    query = select(AgreementVersion).order_by(AgreementVersion.period_from.desc(), AgreementVersion.number.desc())
    return list(db().scalars(query))


def _page(upload: Upload, *, status: int = 200) -> Response:
    return no_store(
        render(
            "registry/signatures/paper.html",
            status=status,
            texts=_texts(),
            typed=upload.texts,
            errors=upload.errors,
            action=request.path,
            keeper=keeper_fields(_PATH),
        )
    )
