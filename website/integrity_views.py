"""/integriteit: how long the ledger is, who signed that, and the whole log for anyone who wants to check it."""

from io import BytesIO
from typing import cast

from flask import Blueprint, Response, abort, current_app, request, send_file
from werkzeug.wrappers import Response as BaseResponse

from common.checkpoints import kept_checkpoints
from common.database import Database
from common.ledger import head_number
from common.ledger_hashing import canonical_json
from common.web.access import public
from common.web.database import db
from common.web.limits import limited
from common.web.rendering import render
from registry.reviews.emergency import emergency_days
from website.config import ROOT
from website.integrity import integrity
from website.integrity_log import hash_at, log_lines

blueprint = Blueprint("integrity", __name__)

VERIFIER = ROOT / "tools" / "verify_ledger.py"
LOG_TYPE = "application/x-ndjson"
LONGEST_NUMBER = 12
"""Digits."""


@blueprint.get("/integriteit")
@public
def page() -> Response:
    """What the ledger proves and what not, for people, and how to check it yourself."""
    real, fictional = emergency_days(db())
    site_url = current_app.extensions["settings"].site_url
    return render(
        "website/integrity.html", found=integrity(db()), site_url=site_url, emergencies=real, fictional=fictional
    )


@blueprint.get("/integriteit/checkpoints.json")
@public
@limited("log")
def checkpoints() -> BaseResponse:
    """All checkpoints, oldest first, each with its signature and its key."""
    told = {"site": current_app.extensions["settings"].site_url}
    found = canonical_json({**told, "checkpoints": [one.as_json() for one in kept_checkpoints(db())]})
    response = Response(found, mimetype="application/json")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)


@blueprint.get("/integriteit/verify_ledger.py")
@public
def verifier() -> BaseResponse:
    """The program with which anybody checks the log: one file, with none of our code."""
    program = BytesIO(VERIFIER.read_bytes())
    return send_file(program, "text/x-python", as_attachment=True, download_name=VERIFIER.name, max_age=3600)


@blueprint.get("/integriteit/grootboek.jsonl")
@public
@limited("log")
def log() -> BaseResponse:
    """The whole log, one line of JSON for each entry; ?from= and ?to= are the first and the last number wanted."""
    session = db()
    head = head_number(session)
    first, last = _number("from", 1), min(_number("to", head), head)
    known_by = hash_at(session, last) or "empty"
    session.rollback()  # the lines come in transactions of their own, however long the reader takes
    engine = cast(Database, current_app.extensions["database"]).engine
    response = Response(log_lines(engine, first, last), mimetype=LOG_TYPE)
    response.implicit_sequence_conversion = False  # or the whole log would be gathered, to count its bytes
    response.headers["Content-Disposition"] = f'attachment; filename="grootboek-{first}-{last}.jsonl"'
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(f"{first}-{last}-{known_by[:24]}")
    return response.make_conditional(request)


def _number(name: str, otherwise: int) -> int:
    """Read a number of an entry from the query; 400 for what is none."""
    written = request.args.get(name, "")
    if not written:
        return otherwise
    if not (written.isascii() and written.isdigit() and len(written) <= LONGEST_NUMBER and int(written)):
        abort(400)
    return int(written)
