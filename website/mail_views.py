"""/redactie/berichten: the mail that did not arrive, and what the beheerder does about it."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.mail_kinds import KINDS
from accounts.models import StaffRole
from accounts.people import actor_for
from accounts.permissions import may_handle_mail
from common.errors import Conflict
from common.outbox import MailState, OutboxMail, Trouble
from common.undelivered import asks_for_attention, leave, send_again, undelivered, was_decided
from common.web.access import authorise, signed_in
from common.web.database import db, no_store
from common.web.rendering import render

blueprint = Blueprint("mail", __name__)


@blueprint.get("/redactie/berichten")
@signed_in
def index() -> Response:
    """What did not arrive, oldest first."""
    authorise(may_handle_mail(current_user))
    return _list()


@blueprint.get("/redactie/berichten/<int:mail_id>")
@signed_in
def detail(mail_id: int) -> Response:
    """One mail: to whom, of which kind, why it did not arrive, and the two things one can do. Not its text.

    404 for mail that arrived as it should: to whom that went is nobody's business.
    """
    authorise(may_handle_mail(current_user))
    return _page(_load(mail_id))


@blueprint.post("/redactie/berichten/<int:mail_id>")
@signed_in
def decide(mail_id: int) -> BaseResponse:
    """Send it again, or leave it so."""
    authorise(may_handle_mail(current_user))
    wanted = request.form.get("besluit", "")
    if wanted not in {"opnieuw", "laten"}:
        return _page(_load(mail_id), status=422)
    mail = db().get(OutboxMail, mail_id) or abort(404)
    try:
        act = send_again if wanted == "opnieuw" else leave
        act(db(), mail, actor=actor_for(current_user, StaffRole.ADMINISTRATOR))
    except Conflict as conflict:
        db().rollback()
        flash(_(conflict.sentence), "error")
        return _list(status=409)
    db().commit()
    again, left = _("Het bericht wordt opnieuw verstuurd."), _("Aan dit bericht doet de redactie niets meer.")
    flash(again if wanted == "opnieuw" else left, "success")
    return redirect(url_for("mail.index"), 303)


def _load(mail_id: int) -> OutboxMail:
    mail = db().get(OutboxMail, mail_id) or abort(404)
    return mail if asks_for_attention(mail) or was_decided(db(), mail) else abort(404)


def _list(*, status: int = 200) -> Response:
    has_server = bool(current_app.extensions["settings"].mail_url)
    found = undelivered(db())
    return no_store(render("website/mail.html", found=found, has_server=has_server, status=status, **_words()))


def _page(mail: OutboxMail, *, status: int = 200) -> Response:
    page = render("website/mail_detail.html", mail=mail, open=asks_for_attention(mail), status=status, **_words())
    return no_store(page)


def _words() -> dict[str, Any]:
    states = {
        MailState.WAITING: _("Wacht op een nieuwe poging"),
        MailState.ON_THE_BRINK: _("Wordt nu verstuurd"),
        MailState.IN_DOUBT: _("Onzeker of het aankwam"),
        MailState.GIVEN_UP: _("Niet bezorgd"),
        MailState.SENT: _("Verstuurd"),
    }
    return {"states": states, "kinds": KINDS, "MailState": MailState, "reason": _reason}


def _reason(mail: OutboxMail) -> str:
    """Say why a mail did not arrive: our own reasons in the reader's language, and the server's words as they came."""
    code, _colon, words = (mail.last_error or "").partition(": ")
    ours = {
        "": _("Nog niet geprobeerd"),
        Trouble.BAD_ADDRESS: _("Het adres is niet bruikbaar."),
        Trouble.UNWRITABLE: _("Van dit bericht kan geen e-mail worden gemaakt."),
        Trouble.DIED: _("De verzending stopte net toen de server het bericht aannam of weigerde."),
        Trouble.LOST_AT_THE_END: _("De verbinding viel weg nadat alles was gezegd."),
        Trouble.BROKE_OFF: _("De server brak af voordat het bericht af was."),
    }
    return f"{ours[code]} {words}".strip() if code in ours else str(mail.last_error)
