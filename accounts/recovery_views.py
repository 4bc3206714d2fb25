"""/inloggen/vergeten and /inloggen/herstellen: a new password by mail, for whoever forgot his.

Asking takes the same work and gives the same answer whether the address has an account or not.
"""

import time

from flask import Blueprint, Response, current_app, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from accounts import waiting
from accounts.changing import change_password
from accounts.forms import hashed_new_password, need_local_passwords, new_password_errors, typed_address
from accounts.known_browsers import remember_browser
from accounts.links import RECOVERY, make_link, read_link
from accounts.mails import mail_recovery
from accounts.models import User
from accounts.passwords import words_of
from accounts.people import person_with_address
from accounts.security_events import note
from common.web.access import public
from common.web.database import commit_now, db, no_store
from common.web.languages import page_language
from common.web.limits import limited
from common.web.rendering import render

blueprint = Blueprint("recovery", __name__)

_KEY = "herstellen"
_ANSWER_AFTER = 0.25
"""Seconds: the work takes a tenth of it. Sleeping until then hides the millisecond that keeping a mail takes."""


@blueprint.get("/inloggen/vergeten")
@public
def ask() -> Response:
    """Ask for whose password a mail is wished, or say that it is on its way."""
    need_local_passwords()
    return no_store(render("accounts/forgotten.html", asked="verstuurd" in request.args, address="", errors=[]))


@blueprint.post("/inloggen/vergeten")
@public
@limited("recovery")
def send() -> BaseResponse:
    """Write the mail, keep it where there is an account, and answer alike."""
    need_local_passwords()
    asked_at = time.monotonic()
    address, error = typed_address()
    if error:
        page = render("accounts/forgotten.html", status=422, address=address, errors=[("email", error)], asked=False)
        return no_store(page)
    _write_recovery(db(), address)
    db().commit()
    time.sleep(max(0, asked_at + _ANSWER_AFTER - time.monotonic()))
    return redirect(url_for("recovery.ask", verstuurd=1), 303)


def _write_recovery(session: Session, address: str) -> None:
    """Do for every address what is done for one with an account, and take the mail back where there is none."""
    secret = current_app.config["SECRET_KEY"]
    found = person_with_address(session, address)
    # Five mails, and then one as often as a wait is over: at least every quarter of an hour. Who asks in between has a
    # mail that is younger than that, whoever asked for it, and its link works for an hour.
    counted = waiting.counted(secret, "recovery", str(found.id) if found else address)
    if waiting.reserve(session, counted).refused_until:
        return
    person = found if found and found.active and not found.erased_at else None
    to = person or User(id=0, email=address, name="", password="", language=page_language())
    with session.begin_nested() as writing:
        mail_recovery(session, to, make_link(secret, RECOVERY, to))
        session.flush()
        if not person:
            writing.rollback()
    note(session, "account.recovery-asked", person.id if person else None)


@blueprint.get("/inloggen/herstellen/<token>")
@public
def open_link(token: str) -> BaseResponse:
    """Take the secret out of the address at once, so that no log, history or other page gets to see it."""
    need_local_passwords()
    session[_KEY] = token[:2000]
    answer = redirect(url_for("recovery.choose"), 303)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/inloggen/herstellen")
@public
def choose() -> Response:
    """Ask for the new password, where the link that was opened in this browser still works."""
    need_local_passwords()
    found = _person_of_link()
    return _form(found, []) if found else _dead_link()


@blueprint.post("/inloggen/herstellen")
@public
@limited("recovery")
def change() -> BaseResponse:
    """Take the new password. The link is looked at again after hashing: of two at once, one changes it."""
    need_local_passwords()
    found = _person_of_link()
    errors = new_password_errors(words_of(found)) if found else []
    if not found or errors:
        return _form(found, errors) if found else _dead_link()
    commit_now()  # no lock while hashing
    hashed = hashed_new_password()
    person = _person_of_link()
    if person is None:
        return _dead_link()
    change_password(db(), person, hashed, means="recovery")
    db().commit()
    session.pop(_KEY)
    remember_browser(person)  # who reads the person's mail is no stranger: he does not wait for strangers' failures
    flash(_("Uw wachtwoord is veranderd. U kunt nu inloggen."), "success")
    return redirect(url_for("security.login"), 303)


def _person_of_link() -> User | None:
    found = read_link(db(), current_app.config["SECRET_KEY"], RECOVERY, session.get(_KEY, ""))
    return found[0] if found else None


def _form(person: User, errors: list[tuple[str, str]]) -> Response:
    status = 422 if errors else 200
    return no_store(render("accounts/new_password.html", status=status, person=person, errors=errors))


def _dead_link() -> Response:
    return no_store(render("accounts/dead_link.html", status=404, recovery=True))
