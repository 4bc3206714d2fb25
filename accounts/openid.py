"""Signing in by OpenID Connect (Core 1.0, code flow with PKCE): to a provider, and what comes back from it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from authlib.common.errors import AuthlibBaseError
from flask import Flask, Response, current_app, session
from flask_login import current_user

from accounts.openid_client import ProviderApp, ProviderBroken, ProviderDown
from accounts.openid_pages import PROVIDER_ERRORS, Reason, start_page, stopped_page
from accounts.openid_settings import Provider, WrongSetting, read_providers
from common.clock import now
from common.web.database import db
from common.web.languages import page_language
from common.web.logs import Said
from common.web.mails import site_link

log = logging.getLogger("manifestkompas.openid")

MINUTES_TO_RETURN = 15
_PENDING = "_state_"  # how Authlib begins the name of what it keeps in the session
_MOST_PENDING = 3


@dataclass(frozen=True)
class Proof:
    """What a provider proved of the person who came back from it."""

    provider: Provider
    subject: str
    email: str
    """Empty where the provider named none, or no address that could be one."""
    email_verified: bool
    second_step: bool
    """Whether the provider asked for a second factor, and is trusted in that."""
    started_at: datetime


@dataclass(frozen=True)
class Start:
    """What the browser kept since the start: where to go on, in which language, and whether it was to sign in anew."""

    next: str
    language: str
    fresh_for: int | None
    """The account that was signed in and must prove itself again; None for an ordinary sign-in."""


class Stopped(Exception):
    """A sign-in that ends here; the reason chooses the page, the code is the provider's own word for it."""

    def __init__(self, reason: Reason, start: Start | None = None, code: str = "") -> None:
        super().__init__(reason)
        self.reason, self.start, self.code = reason, start, code


def init_openid(app: Flask) -> None:
    """Register the providers of the settings. Stops with a plain message where the settings cannot be right."""
    providers = read_providers(app.config["OIDC_PROVIDERS"])
    if not app.config["LOCAL_PASSWORDS"] and not providers:
        raise WrongSetting(
            "Manifestkompas kan niet starten: LOCAL_PASSWORDS staat op 'off' en OIDC_PROVIDERS is leeg.\n"
            "Niemand zou kunnen inloggen. Geef een aanbieder op, of laat wachtwoorden toe."
        )
    app.extensions["openid"] = {provider.name: ProviderApp(provider) for provider in providers}


def enabled_providers() -> list[Provider]:
    """Return the providers of the settings, in their order; the sign-in page has a button for each."""
    return [client.provider for client in _clients().values()]


def client_of(name: str) -> ProviderApp | None:
    """Return the client of the provider with this name, or None when there is no such provider."""
    return _clients().get(name)


def label_of(name: str, language: str) -> str:
    """Return what a provider is called; its bare name where the settings no longer have it."""
    client = client_of(name)
    return client.provider.label(language) if client else name


def _clients() -> dict[str, ProviderApp]:
    clients: dict[str, ProviderApp] = current_app.extensions["openid"]
    return clients


def start(provider_name: str, next: str, fresh: bool = False) -> Response:
    """Send the browser to the provider. With `fresh` whoever is signed in must show there again who he is.

    Changes of this request that were not committed are dropped: nobody may wait for the database while we wait for a
    provider. `next` is a path of this site. Raises KeyError where there is no provider of that name.
    """
    client = _clients()[provider_name]
    person = current_user.id if fresh and current_user.is_authenticated else None
    db().rollback()
    options: dict[str, Any] = {"prompt": "login", "max_age": 0} if person else {}
    address = site_link(f"/inloggen/via/{provider_name}/terug")
    try:
        made = client.create_authorization_url(address, ui_locales=page_language(), **options)
    except (ProviderDown, ProviderBroken) as error:
        return stopped_page(client.provider, _trouble(client, error), next_path=next, fresh=fresh)
    _drop_old_starts()
    kept = {
        "redirect_uri": address,
        "code_verifier": made["code_verifier"],
        "nonce": made["nonce"],
        "next": next,
        "language": page_language(),
        "fresh_for": person,
        "started": now().timestamp(),
    }
    client.framework.set_state_data(session, made["state"], kept)
    return start_page(client.provider, made["url"])


def _drop_old_starts() -> None:
    """Keep only the newest starts: a cookie that grows past 4 kB is dropped by the browser, session and all."""
    pending = sorted((value["exp"], key) for key, value in session.items() if key.startswith(_PENDING))
    for _expires, key in pending[: 1 - _MOST_PENDING]:
        session.pop(key)


def receive(client: ProviderApp, answer: Mapping[str, str]) -> tuple[Proof, Start]:
    """Read what the provider sent the browser back with, once. Raises Stopped."""
    state = answer.get("state", "")
    kept = client.framework.get_state_data(session, state)
    client.framework.clear_state_data(session, state)
    if not kept:
        raise Stopped(Reason.EXPIRED)
    begun = Start(next=kept["next"], language=kept["language"], fresh_for=kept["fresh_for"])
    if now().timestamp() - kept["started"] > MINUTES_TO_RETURN * 60:
        raise Stopped(Reason.EXPIRED, begun)
    db().rollback()  # as in start
    try:
        _check_sender(client, answer)
        if answer.get("error"):
            raise _refused_there(answer["error"], begun)
        claims = client.claims(answer.get("code", ""), kept)
        return _proof(client.provider, claims, kept), begun
    except Stopped:
        raise
    except Exception as error:  # whatever a provider sends, it ends on a page that says so
        raise Stopped(_trouble(client, error), begun) from error


def _check_sender(client: ProviderApp, answer: Mapping[str, str]) -> None:
    """Refuse the answer of one provider in the place of another's (RFC 9207)."""
    told = client.load_server_metadata()["authorization_response_iss_parameter_supported"]
    if (told or "iss" in answer) and answer.get("iss") != client.provider.issuer:
        raise ProviderBroken("the answer names another issuer")


def _refused_there(error: str, begun: Start) -> Stopped:
    if error == "access_denied":
        return Stopped(Reason.CANCELLED, begun)
    return Stopped(Reason.REFUSED_THERE, begun, error if error in PROVIDER_ERRORS else "")


def _trouble(client: ProviderApp, error: Exception) -> Reason:
    """Choose the page for an error, and write what it was into the log, without anything of the person."""
    log.warning("sign-in by %s failed", Said(client.provider.name), exc_info=error)
    if isinstance(error, ProviderDown):
        return Reason.UNREACHABLE
    if isinstance(error, AuthlibBaseError) and error.error == "invalid_grant":
        return Reason.EXPIRED
    client.forget()  # its keys or addresses may have changed since they were read
    return Reason.WRONG_ANSWER


def _proof(provider: Provider, claims: Mapping[str, Any], kept: Mapping[str, Any]) -> Proof:
    subject, email = claims["sub"], claims.get("email")
    if not 0 < len(subject) <= 255 or not subject.isprintable():
        raise ProviderBroken("the subject cannot be one")
    if kept["fresh_for"] and not _signed_in_after(claims, kept["started"]):
        raise ProviderBroken("it did not ask the person to sign in again")
    possible = isinstance(email, str) and len(email) <= 255 and email.isprintable() and "@" in email
    return Proof(
        provider=provider,
        subject=subject,
        email=str(email).strip() if possible else "",
        email_verified=possible and claims.get("email_verified") is True,
        second_step=provider.did_second_step(claims),
        started_at=datetime.fromtimestamp(kept["started"], UTC),
    )


def _signed_in_after(claims: Mapping[str, Any], started: float) -> bool:
    moment = claims.get("auth_time")
    # Whole seconds, and a clock that may be a little behind ours.
    return isinstance(moment, int | float) and not isinstance(moment, bool) and moment >= started - 30
