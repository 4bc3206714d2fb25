"""/redactie/importeren: authorities, signatures and registers from a file, looked over row by row before it is written.

Nothing waits in the session: the file is kept as an attachment, and how it is to be read stands in the address.
"""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from accounts.models import StaffRole
from accounts.people import actor_for
from common.errors import Conflict, Refused
from common.files import attaching
from common.files.models import Attachment
from common.ledger import Actor
from common.web.access import authorise, signed_in
from common.web.database import db
from common.web.limits import limited
from registry.imports.outcome import WORDS, carry_out, same_as
from registry.permissions import may_manage_authorities
from registry.signatures.models import Origin, SignatureVersion
from website.files.uploading import takes_files
from website.imports.pages import preview_page, start_page
from website.imports.previewing import Look, Opened, look, open_kept, read_wishes
from website.imports.taking import Taken, take

blueprint = Blueprint("imports", __name__)

LONGEST_REASON = 1000


@blueprint.get("/redactie/importeren")
@signed_in
def index() -> Response:
    """Choose what to read in, and the file."""
    authorise(may_manage_authorities(current_user))
    return start_page(Taken())


@blueprint.post("/redactie/importeren")
@signed_in
@takes_files
@limited("upload")
def upload() -> BaseResponse:
    """Take in a file and lead on to its preview; nothing of it is in the register yet."""
    authorise(may_manage_authorities(current_user))
    taken = take()
    if taken.errors or taken.accepted is None:
        return start_page(taken, status=taken.status)
    session, actor = db(), _actor()
    _drop_older(session, actor)
    made = attaching.attach(session, f"import:{taken.kind}", taken.accepted, taken.name, None, actor=actor)
    session.commit()
    return redirect(url_for(".preview", import_id=made.id), 303)


@blueprint.get("/redactie/importeren/<int:import_id>")
@signed_in
def preview(import_id: int) -> Response:
    """Choose which column is what, and see what every row would do."""
    authorise(may_manage_authorities(current_user))
    opened = _open(import_id)
    if opened is None:
        return _gone()
    return preview_page(_load(import_id), look(db(), opened, read_wishes(request.args), current_user.id))


@blueprint.post("/redactie/importeren/<int:import_id>")
@signed_in
def write(import_id: int) -> BaseResponse:
    """Write all rows in one transaction, or none: also when the register changed since the preview."""
    authorise(may_manage_authorities(current_user))
    session, opened = db(), _open(import_id)
    if opened is None:
        return _gone()
    attachment = _load(import_id)
    found = look(session, opened, read_wishes(request.form), current_user.id)
    reason = " ".join(request.form.get("reden", "").split())
    error, status = _carried_out(found, reason)
    if error:
        session.rollback()
        attachment = _load(import_id)
        again = look(session, opened, read_wishes(request.form), current_user.id)
        return preview_page(attachment, again, error, reason, status=status)
    if found.wishes.origin is not Origin.PAPER:
        attaching.remove(session, attachment, actor=_actor())
    session.commit()
    flash(_("Ingelezen: %(rows)s.", rows=_counted(found)), "success")
    return redirect(url_for(".index"), 303)


def _carried_out(found: Look, reason: str) -> tuple[str, int]:
    """Write all rows; return what is wrong and its status, or nothing."""
    if not reason:
        return _("Schrijf waarom. Iedereen kan dit lezen."), 422
    if len(reason) > LONGEST_REASON:
        return _("Gebruik hoogstens %(num)s tekens.", num=LONGEST_REASON), 422
    try:
        same_as(found.preview, request.form.get("gezien", ""))
        carry_out(db(), found.preview, reason=reason, actor=_actor())
    except (Conflict, Refused) as error:
        return _(error.sentence, **error.values), 409 if isinstance(error, Conflict) else 422
    return "", 200


def _counted(found: Look) -> str:
    return ", ".join(f"{number} {_(WORDS[deed])}" for deed, number in found.preview.counts.items() if number)


def _load(import_id: int) -> Attachment:
    found = attaching.find_attachment(db(), import_id)
    if found is None or found.removed_at or not found.subject.startswith("import:"):
        abort(404)
    return found


def _open(import_id: int) -> Opened | None:
    """Read the file, or return None where the storage has it no more, as after a back-up was put back without files."""
    try:
        return open_kept(db(), _load(import_id))
    except FileNotFoundError:
        return None


def _gone() -> Response:
    lost = Taken(errors=[("bestand", _("Dit bestand is er niet meer. Kies het opnieuw."))])
    return start_page(lost, status=404)


def _drop_older(session: Session, actor: Actor) -> None:
    """Take away what the same person sent before and did not use: a list may name persons."""
    evidence = select(SignatureVersion.evidence_id).where(SignatureVersion.evidence_id.is_not(None))
    query = select(Attachment).where(
        Attachment.subject.startswith("import:"), Attachment.added_by_id == actor.user_id,
        Attachment.removed_at.is_(None), Attachment.id.not_in(evidence),
    )  # fmt: skip
    for attachment in session.scalars(query):
        attaching.remove(session, attachment, actor=actor)


def _actor() -> Actor:
    return actor_for(current_user, StaffRole.ADMINISTRATOR)
