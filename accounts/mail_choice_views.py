"""/mijn/instellingen/berichten: which mail a person wants, and the link in a mail that ends one kind of it."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.mail_choices import choose, optional_kinds, read_end_token, wanted
from accounts.mail_kinds import KINDS, Kind
from accounts.models import User
from common.web.access import public, signed_in
from common.web.database import db, no_store
from common.web.rendering import render

blueprint = Blueprint("mail_choices", __name__)


@blueprint.get("/mijn/instellingen/berichten")
@signed_in
def index() -> Response:
    """The optional kinds with a tick for each, and the kinds that everybody gets."""
    kinds = optional_kinds(current_user)
    return no_store(
        render(
            "accounts/mail_choices.html",
            kinds=kinds,
            chosen=[kind.name for kind in kinds if wanted(db(), current_user, kind.name)],
            always=[kind for kind in KINDS.values() if not kind.optional],
        )
    )


@blueprint.post("/mijn/instellingen/berichten")
@signed_in
def save() -> BaseResponse:
    """Keep the ticks; what is no kind of this person is passed over."""
    ticked = set(request.form.getlist("berichten"))
    for kind in optional_kinds(current_user):
        choose(db(), current_user, kind.name, kind.name in ticked)
    db().commit()
    flash(_("Uw keuze is bewaard."), "success")
    return redirect(url_for("mail_choices.index"), 303)


@blueprint.get("/mijn/instellingen/berichten/stoppen/<token>")
@public
def ending(token: str) -> Response:
    """Show one button and change nothing: mail scanners open every link in a mail."""
    return _ending(*_read(token))


@blueprint.post("/mijn/instellingen/berichten/stoppen/<token>")
@public
def end(token: str) -> BaseResponse:
    """End one kind of mail; a second time changes nothing. Who wants it again signs in: a link may have been sent on.

    A mail program that ends it with one click (RFC 8058) is no browser with a page: it gets an answer and no redirect.
    """
    user, kind = _read(token)
    if wanted(db(), user, kind.name):
        choose(db(), user, kind.name, False)
        db().commit()
    if request.form.get("List-Unsubscribe") == "One-Click":
        return _ending(user, kind)
    return redirect(url_for("mail_choices.ending", token=token), 303)


def _read(token: str) -> tuple[User, Kind]:
    return read_end_token(db(), token) or abort(404)


def _ending(user: User, kind: Kind) -> Response:
    page = render("accounts/mail_choices_ending.html", kind=kind, stopped=not wanted(db(), user, kind.name))
    return no_store(page)


@blueprint.record_once
def exempt_the_link_of_a_mail(state: BlueprintSetupState) -> None:
    """Exempt the view behind the link in a mail, and no other, from the CSRF token.

    A mail program posts there without ever having seen a form (RFC 8058). The signed token in the address takes its
    place: who does not have the mail cannot make such an address, so no strange site can send its reader there.
    """
    state.app.extensions["csrf"].exempt(end)
