"""/controleer: is what somebody holds what the site shows? By fingerprint or by file; no file is kept."""

from typing import BinaryIO, cast

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from common.database import reading_only
from common.web.access import public
from common.web.database import db
from common.web.limits import limited
from common.web.rendering import render
from website.checking import SHAPE, Checked, check, marks_of, tidied
from website.files.uploading import takes_files_of_anyone

blueprint = Blueprint("checking", __name__)

HOW = ("bestand", "inhoud", "ontvangst", "grootboek", "controlepunten", "tabel")


@blueprint.get("/controleer")
@public
@limited("check")
def page() -> Response:
    """The form, and with ?vingerafdruk= what is known of it."""
    typed = request.args.get("vingerafdruk")
    if typed is None:
        return _page()
    wanted = tidied(typed)
    if not SHAPE.fullmatch(wanted):
        return _page(
            typed[:200], error=("vingerafdruk", _("Een kenmerk heeft 64 tekens: cijfers en de letters a tot en met f."))
        )
    how = request.args.get("via", "")
    return _page(wanted, check(db(), wanted), how if how in HOW else "")


@blueprint.post("/controleer")
@public
@takes_files_of_anyone
@limited("check")
def check_file() -> BaseResponse:
    """Take the fingerprints of a file, and lead to what is known of the first that is known, or of the file."""
    sent = request.files.get("bestand")
    if sent is None or not sent.filename:
        return _page(error=("bestand", _("Kies een bestand.")))
    marks = list(marks_of(cast(BinaryIO, sent.stream)))
    if not marks:
        return _page(error=("bestand", _("Dit bestand is leeg. Kies een ander bestand.")))
    with reading_only():
        known = [mark for mark in marks if check(db(), mark[0]).state != "unknown"]
        db().rollback()
    mark, how = known[0] if known else marks[0]
    return redirect(url_for("checking.page", vingerafdruk=mark, via=how), 303)


def _page(
    typed: str = "", found: Checked | None = None, how: str = "", error: tuple[str, str] | None = None
) -> Response:
    return render(
        "website/check.html", status=422 if error else 200, typed=typed, found=found, how=how, error=error or ("", "")
    )
