"""The form as a spreadsheet: fetching it, looking at what a file would change, and saving that.

Sending a file is in website/files/sheet_views.py, with the other views that take files.
"""

from collections.abc import Mapping

from flask import Response, flash, make_response, redirect, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.languages import page_language
from common.web.limits import limited
from common.web.mails import site_link
from registry.reports.drafting import Locked, SaveConflict
from registry.reports.forms import field_name
from registry.reports.sheets import ods, uploads, xlsx
from registry.reports.sheets.comparing import Kind
from registry.reports.sheets.making import make_book
from registry.reports.sheets.offering import filling_of
from registry.reports.sheets.pages import Looked, look, page, stand
from registry.reports.views.blueprint import blueprint
from registry.reports.views.desk import Desk, open_desk, started

_WRITERS = {"xlsx": (xlsx.write_xlsx, xlsx.MEDIA_TYPE), "ods": (ods.write_ods, ods.MEDIA_TYPE)}


@blueprint.get("/mijn/rapportages/<int:jaar>/formulier.xlsx", defaults={"soort": "xlsx"})
@blueprint.get("/mijn/rapportages/<int:jaar>/formulier.ods", defaults={"soort": "ods"})
@signed_in
@limited("export")
def sheet_file(jaar: int, soort: str) -> BaseResponse:
    """The form as it stands now, to fill in elsewhere."""
    desk = open_desk(jaar)
    if desk.report is None:
        return redirect(desk.url("overview"), 303)
    language = page_language()
    address = site_link(_path(desk), language)
    book = make_book(filling_of(stand(desk), language, organisation=desk.name, address=address))
    write, media_type = _WRITERS[soort]
    response = make_response(write(book))
    response.mimetype = media_type
    name = f"rapportage-{desk.year}-{desk.authority.slug}.{soort}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return no_store(response)


def _path(desk: Desk) -> str:
    """Return where a file of this report is read in, without a language."""
    query = "&".join(f"{key}={value}" for key, value in desk.extra.items())
    return f"/mijn/rapportages/{desk.year}/formulier" + (f"?{query}" if query else "")


@blueprint.get("/mijn/rapportages/<int:jaar>/formulier")
@signed_in
def sheet(jaar: int) -> BaseResponse:
    """Fetch the form as a file, read one in, and see what it would change."""
    desk = open_desk(jaar)
    if desk.report is None:
        return redirect(desk.url("overview"), 303)
    return page(desk)


@blueprint.get("/mijn/rapportages/<int:jaar>/formulier/overnemen")
@signed_in
def sheet_again(jaar: int) -> BaseResponse:
    """Lead somebody who reloads, or comes from the sign-in page, to what the file holds."""
    return redirect(open_desk(jaar).url("sheet"), 303)


@blueprint.post("/mijn/rapportages/<int:jaar>/formulier/overnemen")
@signed_in
def take_over(jaar: int) -> BaseResponse:
    """Save what the file changes, or drop it. A conflict that was not decided stays, and says so."""
    desk = open_desk(jaar)
    authorise(desk.may_fill_in)
    looked = look(desk)
    if looked is None:
        flash(_("Er staat geen ingelezen bestand meer klaar. Lees het opnieuw in."), "warning")
        return redirect(desk.url("sheet"), 303)
    if request.form.get("ingelezen", "") != looked.mark:
        return page(desk, status=409, error=_("Er is intussen een ander bestand ingelezen. Kijk het hieronder na."))
    if request.form.get("actie") == "weg":
        uploads.drop(db(), started(desk), current_user.id)
        db().commit()
        flash(_("Het ingelezen bestand is weg. Er is niets veranderd."), "success")
        return redirect(desk.url("sheet"), 303)
    return _save(desk, looked)


def _save(desk: Desk, looked: Looked) -> Response | BaseResponse:
    leave = [] if request.form.get("bevestigd") == "ja" else [one.key for one in looked.of(Kind.CONFIRM)]
    chosen = _chosen(looked)
    try:
        number = uploads.save_upload(db(), started(desk), looked.upload, chosen, leave=leave, actor=desk.actor)
    except SaveConflict:
        uploads.note_partly_saved(looked.upload)
        db().commit()
        return page(desk, status=409, error=_("Kies bij elk antwoord hieronder welke tekst blijft."))
    except Locked:
        return page(desk, status=409, error=_("De rapportage is intussen ingediend. Uw bestand staat hier nog."))
    db().commit()
    flash(ngettext("%(num)s antwoord is bewaard.", "%(num)s antwoorden zijn bewaard.", number), "success")
    return redirect(desk.url("overview" if number else "sheet"), 303)


def _chosen(looked: Looked) -> Mapping[str, tuple[str, int]]:
    """Return what was chosen at each answer that somebody else changed too, with the version that stood beside it."""
    found = {}
    for one in looked.of(Kind.CONFLICT):
        name = field_name(one.key)
        choice, seen = request.form.get(f"{name}__keuze", ""), request.form.get(f"{name}__gezien", "")
        if choice in {"mijn", "ander"} and seen.isdecimal() and len(seen) < 10:
            found[one.key] = (choice, int(seen))
    return found
