"""Where somebody is now: told by the page itself, every 20 seconds, and answered with where the others are."""

from functools import partial
from typing import cast

from flask import Response, abort, current_app, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.sessions import count_no_activity
from common import clock
from common.database import Database
from common.web.access import public, signed_in
from common.web.database import db, no_store, writes_beside
from common.web.rendering import render
from registry.reports.together.presence import be_here
from registry.reports.together.reading import at_questions
from registry.reports.together.views.blueprint import blueprint
from registry.reports.together.views.table import open_table

STOP_ASKING = 286
"""The status at which htmx stops asking again."""
EVERYTHING = "ALLES"
"""The page with all questions."""


@blueprint.post("/mijn/rapportages/<int:jaar>/aanwezig")
@public
@writes_beside("a page that stands open tells so every 20 seconds, and stops nobody who saves an answer")
def here(jaar: int) -> BaseResponse:
    """Note where this person is, and answer with who else is where; who is signed out is not led off his form."""
    if not current_user.is_authenticated:
        return Response(status=STOP_ASKING) if "HX-Request" in request.headers else abort(404)
    table = open_table(jaar)
    count_no_activity()
    section = request.form.get("deel", "").upper()
    if section not in {"", EVERYTHING, *(one.key for one in table.desk.questionnaire.sections)}:
        abort(404)
    together = at_questions(db(), table.report, current_user.id)
    page = render("registry/reports/together/parts/here_now.html", here=together.here, section=section)
    engine = cast(Database, current_app.extensions["database"]).engine
    # When the answer has gone: it waits for nothing, and the reading of this request is over.
    page.call_on_close(partial(be_here, engine, table.report.id, current_user.id, section, clock.now()))
    return no_store(page)


@blueprint.get("/mijn/rapportages/<int:jaar>/aanwezig")
@signed_in
def back(jaar: int) -> BaseResponse:
    """Lead to the report whoever comes here by an address that only a page sends to."""
    return redirect(open_table(jaar).desk.url("overview"), 303)
