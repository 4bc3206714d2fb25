"""/mijn/instellingen: what a person decides about his own account, and how it stands."""

from typing import Any

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from accounts import identities, openid, second_factor, sessions
from accounts.event_words import event_words
from accounts.names import name_problem, typed_name
from accounts.security_events import note
from accounts.sign_in_models import SecurityEvent
from common.web.access import signed_in
from common.web.database import db, no_store
from common.web.languages import LANGUAGES, page_language
from common.web.rendering import render

blueprint = Blueprint("settings", __name__)
EVENTS_SHOWN = 20


@blueprint.get("/mijn/instellingen")
@signed_in
def index() -> Response:
    """Show one's account: name and language to change, and the state of everything else."""
    return _page(current_user.name, current_user.language)


@blueprint.post("/mijn/instellingen")
@signed_in
def change() -> BaseResponse:
    """Change one's own name and language."""
    name, language = typed_name(request.form.get("naam", "")), request.form.get("taal", "")
    errors = []
    if problem := name_problem(name):
        errors.append(("naam", problem))
    if language not in LANGUAGES:
        errors.append(("taal", _("Kies de taal van uw berichten.")))
    if errors:
        return _page(name, language, errors)
    changed = _changed(name, language)
    if changed:
        current_user.name, current_user.language = name, language
        note(db(), "account.changed", current_user.id, details={"what": changed}, personal={"name": name})
        db().commit()
    return redirect(url_for("settings.index", bewaard=1), 303)


def _changed(name: str, language: str) -> list[str]:
    before_and_after = {"name": (current_user.name, name), "language": (current_user.language, language)}
    return [what for what, (before, after) in before_and_after.items() if before != after]


def _page(name: str, language: str, errors: list[tuple[str, str]] | None = None) -> Response:
    page = render(
        "accounts/settings.html",
        status=422 if errors else 200,
        name=name,
        language=language,
        errors=errors or [],
        saved=not errors and "bewaard" in request.args,
        events=_events(),
        **_state(),
    )
    return no_store(page)


def _state() -> dict[str, Any]:
    """Return how everything stands that has a page of its own."""
    user = current_user
    return {
        "has_password": bool(user.password),
        "local_passwords": current_app.config["LOCAL_PASSWORDS"],
        "has_app": second_factor.has_app(user),
        "has_second_step": second_factor.has_second_step(user),
        "codes": second_factor.state_of_codes(user),
        "codes_are_few": second_factor.codes_left(user) <= second_factor.FEW_CODES,
        "passkeys": len(user.webauthn),
        "sessions": len(sessions.open_sessions(db(), user.id)),
        "links": [
            (one, openid.label_of(one.provider, page_language()), may_go)
            for one, may_go in identities.links_of(db(), user, passwords=current_app.config["LOCAL_PASSWORDS"])
        ],
    }


def _events() -> list[tuple[Any, str]]:
    """Return the last events of one's own account, as moment and sentence."""
    found = db().scalars(
        select(SecurityEvent)
        .where(SecurityEvent.user_id == current_user.id)
        .order_by(SecurityEvent.at.desc(), SecurityEvent.id.desc())
        .limit(EVENTS_SHOWN)
    )
    return [(one.at, event_words(one)) for one in found]
