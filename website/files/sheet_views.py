"""POST /mijn/rapportages/<jaar>/formulier: takes in the form as a spreadsheet; nothing is saved in the report yet."""

from typing import Any, cast

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from common.files.accepting import EXTENSIONS, clean_name
from common.files.rejecting import SENTENCES, Reason
from common.web.access import authorise, signed_in
from common.web.database import db
from common.web.languages import page_language
from common.web.limits import limited
from registry.reports.sheets import ods, uploads, xlsx
from registry.reports.sheets.grids import LARGEST, WrongFile
from registry.reports.sheets.pages import page, reason_of, stand
from registry.reports.sheets.reading import CameBack, changes_of, read_file
from registry.reports.views.desk import open_desk, started
from website.files.uploading import takes_files

blueprint = Blueprint("sheet_files", __name__)


@blueprint.post("/mijn/rapportages/<int:jaar>/formulier")
@signed_in
@takes_files
@limited("upload")
def send(jaar: int) -> BaseResponse:
    """Read a file in and lead on to what it would change; 422 with the reason where it is not this report's form."""
    desk = open_desk(jaar)
    authorise(desk.may_fill_in)
    started(desk)
    expected = stand(desk).identity(page_language())
    questionnaire = desk.questionnaire
    db().rollback()  # reading a file takes time, and nobody waits for the database meanwhile
    try:
        name, file = _read(questionnaire, expected)
    except WrongFile as error:
        return page(open_desk(jaar), status=422, error=reason_of(error))
    desk = open_desk(jaar)
    basis = uploads.answers_at(db(), started(desk), file.identity.versions)
    uploads.keep(db(), started(desk), current_user.id, name, (file, changes_of(file, basis)))
    locked = desk.handed_in
    db().commit()
    if locked:
        return page(desk, status=409, error=_("De rapportage is ingediend. Wat in uw bestand staat, ziet u hieronder."))
    flash(_("Uw bestand is ingelezen. Er is nog niets bewaard."), "success")
    return redirect(desk.url("sheet"), 303)


def _read(questionnaire: Any, expected: Any) -> tuple[str, CameBack]:
    """Return the name and the content of the file that was sent. Raises WrongFile."""
    sent = request.files.get("bestand")
    if sent is None or not sent.filename:
        raise WrongFile(SENTENCES[Reason.MISSING])
    content = cast(Any, sent.stream).read(LARGEST + 1)
    if not content:
        raise WrongFile(SENTENCES[Reason.EMPTY])
    kind = ods.MEDIA_TYPE if sent.filename.lower().endswith(EXTENSIONS[ods.MEDIA_TYPE]) else xlsx.MEDIA_TYPE
    return clean_name(sent.filename, kind), read_file(content, questionnaire, expected)
