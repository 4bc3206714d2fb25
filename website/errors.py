"""Error pages: a page for a person, a fragment for htmx, always with the honest status."""

import logging

from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response as BaseResponse

from common.database import is_busy, set_reading_only
from common.errors import Conflict, Refused
from common.web.access import to_form_page
from common.web.as_of import as_of_pairs
from common.web.database import db
from common.web.limits import when_again
from common.web.logs import request_id
from common.web.unsaved import keep_what_was_typed, typed_again

log = logging.getLogger("manifestkompas")


def init_errors(app: Flask) -> None:
    """Give every error a page of our own."""
    app.register_error_handler(CSRFError, _csrf_failed)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Refused, lambda error: error_page(422, in_page_language(error)))
    app.register_error_handler(Conflict, lambda error: error_page(409, in_page_language(error)))
    app.register_error_handler(Exception, _unexpected)


def in_page_language(error: Refused | Conflict) -> str:
    """Return why domain code refused, in the language of the page; "" where it gave no words."""
    return _(error.sentence, **error.values) if error.sentence else ""


def error_page(status: int, message: str = "", reference: str = "") -> Response:
    """Return the page for `status`; htmx gets a short notice instead."""
    title, explanation = _words(status)
    template = "website/error_fragment.html" if request.headers.get("HX-Request") == "true" else "website/error.html"
    context = {"status": status, "title": title, "message": message or explanation, "reference": reference}
    context["typed"] = typed_again() if status in {409, 503} else ()
    response = make_response(render_template(template, **context), status)
    response.headers["Vary"] = "HX-Request, HX-Target"
    response.headers["Cache-Control"] = "no-store"
    return response


def _words(status: int) -> tuple[str, str]:
    words = {
        400: (_("Dit verzoek klopt niet"), _("Ga terug en probeer het nog eens.")),
        403: (
            _("U mag deze pagina niet zien"),
            _("Uw account heeft hier geen recht op. Klopt dat niet? Vraag het uw coördinator of de redactie."),
        ),
        404: (
            _("Deze pagina bestaat niet"),
            _("Misschien is het adres verkeerd getypt, of is de pagina weg. Zoek hieronder wat u nodig hebt."),
        ),
        405: (_("Dit kan hier niet"), _("Ga terug en probeer het nog eens.")),
        409: (_("Iemand anders was u voor"), _("Ga terug en bekijk wat er veranderd is.")),
        413: (_("Dit is te groot"), _("Wat u stuurde is groter dan 2 MB. Maak het korter en probeer het nog eens.")),
        422: (_("Dit kan nu niet"), _("Ga terug en kijk wat er nog ontbreekt.")),
        414: (_("Dit adres is te lang"), _("Maak de zoekvraag of het adres korter en probeer het nog eens.")),
        503: (_("De site is even te druk"), _("Er is niets opgeslagen. Wacht even en probeer het nog eens.")),
        429: (_("Even geduld"), _("U vroeg in korte tijd veel op.")),
    }
    return words.get(status, (_("Er ging iets mis"), _("Het ligt aan ons. Probeer het over een minuut opnieuw.")))


def _http_error(error: HTTPException) -> BaseResponse:
    if isinstance(error.response, BaseResponse):
        return error.response
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if status == 429:
        return error_page(429, f"{_words(429)[1]} {when_again()}")
    if status == 404 and as_of_pairs():
        return error_page(404, _("Misschien stond dit er toen nog niet. Ga terug naar vandaag en kijk daar."))
    answer = error_page(status)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return answer


def _csrf_failed(_error: CSRFError) -> BaseResponse:
    # The token belongs to a session that ended. What was typed is kept for the person who opened the form.
    if keep_what_was_typed():
        return to_form_page()
    return error_page(400, _("Deze pagina stond te lang open. Ga terug, ververs de pagina en probeer het nog eens."))


def _busy() -> Response:
    """Say that others were writing, with what was typed ready to be sent again."""
    db().rollback()
    set_reading_only(True)  # the page itself does not queue for the lock that it was just refused
    answer = error_page(503)
    answer.headers["Retry-After"] = "5"
    return answer


def _unexpected(error: Exception) -> Response:
    if isinstance(error, OperationalError) and is_busy(error):
        log.warning("the database was busy", exc_info=error)
        return _busy()
    # The line of this request in the log has the same id; the text of the error may hold what a person typed.
    log.error("unexpected error", exc_info=error)
    db().rollback()  # the page asks who is signed in, and a broken transaction answers nothing
    return error_page(500, reference=request_id())
