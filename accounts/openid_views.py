"""/inloggen/via/<provider>: to a provider and back; and taking the link with a provider away."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import login_user, logout_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from accounts import identities, invitations, joining, openid, openid_linking, second_step
from accounts.forms import begin_new_session
from accounts.identities import NotLinked
from accounts.models import Invitation, User
from accounts.openid import Proof, Start, Stopped
from accounts.openid_client import ProviderApp
from accounts.openid_pages import PROVIDER_ERRORS, Reason, stopped_page
from accounts.openid_settings import Provider
from accounts.second_factor import has_second_step
from accounts.security_events import note
from accounts.sessions import current_key
from accounts.sign_in import fresh_sign_in
from accounts.sign_in_models import ExternalIdentity
from common.clock import now
from common.web.access import authorise, is_own_path, public, signed_in
from common.web.database import db, start_writing, writes_on_get
from common.web.languages import href
from common.web.limits import limited

blueprint = Blueprint("openid", __name__)


@blueprint.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {"linked_providers": _linked_providers}


def _linked_providers() -> list[Provider]:
    """Return the providers with which the present person can show once more who he is."""
    names = {one.provider for one in identities.identities_of(db(), current_user.id)}
    return [one for one in openid.enabled_providers() if one.name in names]


@blueprint.post("/inloggen/via/<provider>")
@public
@limited("sign_in")
def begin(provider: str) -> BaseResponse:
    """Send the browser to the provider; whoever is signed in goes there only to show anew who he is."""
    client = _client(provider)
    wanted = _own_path(request.form.get("next", ""))
    fresh = bool(request.form.get("opnieuw")) and current_user.is_authenticated
    if current_user.is_authenticated and not fresh:
        return redirect(wanted or url_for("website.after_sign_in"), 303)
    return openid.start(client.name, wanted, fresh=fresh)


@blueprint.get("/inloggen/via/<provider>/terug")
@public
@writes_on_get(
    "A provider sends the browser back by a GET; whoever has the state in his cookie may sign in by it, once."
)
def come_back(provider: str) -> BaseResponse:
    """Sign in who comes back from the provider. The code leaves the address bar: every answer is a redirect."""
    client = _client(provider)
    begun = None
    try:
        proof, begun = openid.receive(client, request.args)
        start_writing()
        answer = _let_in(proof, begun)
    except (Stopped, NotLinked) as stopped:
        answer = _to_stopped(client, stopped, begun)
    db().commit()  # also when nobody came in: a refused identity is a security event
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/inloggen/via/<provider>/niet-gelukt")
@public
def stopped(provider: str) -> Response:
    """Say why there was no sign-in, with the status that goes with it."""
    client = _client(provider)
    found = request.args.get("reden", "")
    if found not in list(Reason):
        abort(404)
    code = request.args.get("code", "")
    return stopped_page(
        client.provider,
        Reason(found),
        code=code if code in PROVIDER_ERRORS else "",
        next_path=_own_path(request.args.get("next", "")),
        fresh=current_user.is_authenticated,
    )


@blueprint.post("/mijn/instellingen/koppelingen/<int:identity_id>/verwijderen")
@signed_in
@fresh_sign_in
def unlink(identity_id: int) -> BaseResponse:
    """Take the link of the person's own account with a provider away; another's does not exist."""
    database = db()
    identity = database.get(ExternalIdentity, identity_id)
    if identity is None or identity.user_id != current_user.id:
        abort(404)
    passwords = bool(current_app.config["LOCAL_PASSWORDS"])
    authorise(identities.has_another_way_in(database, current_user, identity, passwords=passwords))
    identities.unlink(database, current_user, identity)
    database.commit()
    flash(_("De koppeling is weg. U logt voortaan anders in."), "success")
    return redirect(url_for("settings.index"), 303)


def _client(name: str) -> ProviderApp:
    client = openid.client_of(name)
    if client is None:
        abort(404)
    return client


def _own_path(path: str) -> str:
    return path if is_own_path(path) else ""


def _let_in(proof: Proof, begun: Start) -> BaseResponse:
    if begun.fresh_for is not None:
        return _freshly(proof, begun)
    user, is_new = identities.person_of(db(), proof, _join)
    _leave_what_was()
    if has_second_step(user) and not proof.second_step:
        link = openid_linking.kept(proof) if is_new else None
        waiting = second_step.wait_for_second_step(user, proof.provider.name, begun.next, link)
        return redirect(href(waiting.headers["Location"], begun.language), 303)
    if is_new:
        openid_linking.link(db(), user, proof)
    login_user(user, remember=False, authn_via=[proof.provider.name])
    if proof.second_step:
        session[second_step.ELSEWHERE] = current_key()
    return redirect(begun.next or href("/welkom", begun.language), 303)


def _leave_what_was() -> None:
    """Sign out who is in here, somebody else in a second tab, and let nothing of the browser's session live on."""
    if current_user.is_authenticated:
        note(db(), "session.signed-out", current_user.id)
        logout_user()
    begin_new_session()


def _freshly(proof: Proof, begun: Start) -> BaseResponse:
    """Count the sign-in as new for who is signed in already, when it is the same person."""
    user, _linked = identities.person_of(db(), proof, None)
    if not current_user.is_authenticated or not user.id == current_user.id == begun.fresh_for:
        raise NotLinked(Reason.SOMEBODY_ELSE)
    session["fs_paa"] = now().timestamp()
    return redirect(begun.next or href("/mijn/instellingen", begun.language), 303)


def _join(database: Session, invitation: Invitation) -> User:
    """Make the account of an invited person: the provider verified the address to which the invitation went."""
    user = invitations.new_person(database, invitation)
    joining.join(database, invitation, user)
    return user


def _to_stopped(client: ProviderApp, stopped: Stopped | NotLinked, begun: Start | None) -> BaseResponse:
    begun = begun or getattr(stopped, "start", None)
    code, wanted = getattr(stopped, "code", "") or None, (begun.next if begun else "") or None
    path = url_for("openid.stopped", provider=client.name, reden=stopped.reason.value, code=code, next=wanted)
    return redirect(href(path, begun.language if begun else None), 303)
